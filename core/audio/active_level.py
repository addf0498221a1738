"""The active speech level: the mean power of a recording while somebody speaks.

Source: ITU-T Recommendation P.56 (12/2011), method B.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

_SMOOTHING_S = 0.03
_HANGOVER_S = 0.2
_MARGIN_DB = 15.9
_STEP_S = 0.001
"""The envelope is looked at so often; it changes slowly."""
_DEPTH_DB = 80.0
_GRID_DB = 0.25


def active_power(waveform: NDArray[np.float32], rate_hz: int) -> float:
    """Mean square of a waveform (frames,) over the time in which it is active; 0 for silence.

    Activity lasts 0.2 s beyond each sound. Thresholds follow the waveform's own peak, so that the result scales with
    the level.
    """
    step = max(round(_STEP_S * rate_hz), 1)
    pole = np.exp(-1 / (rate_hz * _SMOOTHING_S))
    smooth = ([1 - pole], [1, -pole])
    envelope = signal.lfilter(*smooth, signal.lfilter(*smooth, np.abs(waveform)))[::step]
    reach = max(round(_HANGOVER_S / _STEP_S), 1)
    held = ndimage.maximum_filter1d(envelope, reach, mode="constant", origin=(reach - 1) // 2)
    energy = float(np.square(waveform, dtype=np.float64).sum())
    if energy == 0 or held.max() <= 0:
        return 0.0
    thresholds = held.max() * 10 ** (np.arange(-_DEPTH_DB, 0, _GRID_DB) / 20)
    active_frames = (len(held) - np.searchsorted(np.sort(held), thresholds)) * (len(waveform) / len(held))
    levels = energy / active_frames
    below = np.flatnonzero(levels <= thresholds**2 * 10 ** (_MARGIN_DB / 10))
    return float(levels[below[0] if len(below) else -1])
