"""Only a band of frequencies, without delay: a linear-phase filter whose delay is taken off."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

STOPBAND_DB = 80.0
_NARROWEST_HZ, _WIDEST_HZ = 40.0, 200.0
_SHARE = 0.25
"""Part of the band's width that an edge takes, within those limits."""


def transition_hz(low_hz: float, high_hz: float) -> float:
    """Width of an edge: at the edge itself the level is 6 dB down, half a width inside it is whole, outside gone."""
    return float(np.clip(_SHARE * (high_hz - low_hz), _NARROWEST_HZ, _WIDEST_HZ))


def band_taps(low_hz: float, high_hz: float, rate_hz: int) -> NDArray[np.float64]:
    """Coefficients of a linear-phase band-pass, an odd number; symmetric, so that it delays by half its length.

    At least 80 dB outside. An edge within half a transition of 0 Hz or of half the rate is left out.

    Source: Kaiser's window method; J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window
    function", ISCAS 1974; scipy.signal.kaiserord, firwin.
    """
    width = transition_hz(low_hz, high_hz)
    has_low, has_high = low_hz > width / 2, high_hz < rate_hz / 2 - width / 2
    edges = [edge for edge, wanted in ((low_hz, has_low), (high_hz, has_high)) if wanted]
    if not edges or low_hz >= rate_hz / 2:
        return np.ones(1)
    from scipy import signal  # a second that the window need not wait for

    count, beta = signal.kaiserord(STOPBAND_DB, width / (rate_hz / 2))
    window: Any = ("kaiser", beta)
    return np.asarray(signal.firwin(count | 1, edges, window=window, pass_zero=not has_low, fs=rate_hz), np.float64)


def filter_inside(samples: NDArray[np.float32], taps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Samples (channels, frames) filtered; half the filter's length is lost at either end."""
    if len(taps) == 1:
        return samples
    from scipy import signal

    return signal.oaconvolve(samples, taps[None], mode="valid", axes=1).astype(np.float32)
