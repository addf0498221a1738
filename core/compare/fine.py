"""The shift between two short stretches to a fraction of a sample: generalised cross-correlation with phase transform.

Source: Knapp and Carter, The generalized correlation method for estimation of time delay, IEEE Trans. Acoust. Speech
Signal Process. 24(4), 1976; the exponent below 1 as in Donohue, Hannemann and Dietz, Signal Processing 87, 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal
from scipy.signal import windows

from core.measure.peaks import vertex

_WHITENING = 0.8
_FINER = 16
_AROUND = 32
"""Samples to either side of the peak that are interpolated."""
_APART_S = 0.0015
"""The next peak is looked for beyond this: closer ones belong to the first."""
_FLOOR = 1e-7
"""Share of the strongest bin's power below which a bin says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Where a stretch was found."""

    lag: float
    """Samples by which it lies later than at the middle of what was searched."""
    ratio: float
    """Height of the peak over that of the next one."""
    inverted: bool
    """Whether the polarity is the opposite."""


def shift_between(stretch: NDArray[np.float32], searched: NDArray[np.float32], rate: int) -> Shift | None:
    """Find a stretch in a longer one that reaches equally far beyond both its ends.

    Args:
        stretch: (frames,).
        searched: (frames + 2 · margin,).
        rate: Hz.

    Returns:
        None where one of them is silent.
    """
    margin = (len(searched) - len(stretch)) // 2
    whitened = _whitened(stretch, searched)
    if whitened is None:
        return None
    values = whitened[: 2 * margin + 1]
    heights = np.abs(values)
    top = int(np.argmax(heights))
    apart = max(round(_APART_S * rate), 2)
    rest = np.concatenate([heights[: max(top - apart, 0)], heights[top + apart + 1 :]])
    second = float(rest.max()) if rest.size else 0.0
    return Shift(
        lag=_refined(whitened, top) - margin,
        ratio=float(heights[top]) / max(second, 1e-12),
        inverted=bool(values[top] < 0),
    )


def _whitened(stretch: NDArray[np.float32], searched: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """Whitened cross-correlation; index k is a lag of k samples."""
    size = fft.next_fast_len(len(searched) + _AROUND, real=True)
    tapered = stretch * windows.tukey(len(stretch), 0.1)
    cross = np.asarray(fft.rfft(searched.astype(float), size)) * np.conj(np.asarray(fft.rfft(tapered, size)))
    weight = np.abs(cross)
    most = float(weight.max(initial=0.0))
    if most <= 0:
        return None
    cross[weight < _FLOOR * most] = 0
    return np.asarray(fft.irfft(cross / np.maximum(weight, _FLOOR * most) ** _WHITENING, size))


def _refined(values: NDArray[np.float64], top: int) -> float:
    """The peak's place between samples: band-limited interpolation, then a parabola."""
    around = values[np.arange(top - _AROUND, top + _AROUND) % len(values)] * np.sign(values[top])
    finer = np.asarray(signal.resample(around, _FINER * len(around)))
    middle = _FINER * _AROUND
    best = middle - _FINER + int(np.argmax(finer[middle - _FINER : middle + _FINER + 1]))
    beside, _ = vertex(*finer[best - 1 : best + 2])
    return top + (best - middle + beside) / _FINER
