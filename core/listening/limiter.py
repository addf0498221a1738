"""Gain, and a limiter that turns peaks down before they would clip."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

CEILING = 10 ** (-1.0 / 20)
"""Highest amplitude that the limiter lets out: 1 dB of room for peaks between samples."""
_HALF_S = 0.005


def reach_frames(rate_hz: int) -> int:
    """Frames before and after a block that the limiter has to see."""
    return 2 * _half(rate_hz)


def amplify(samples: NDArray[np.float32], gain_db: float, rate_hz: int) -> tuple[NDArray[np.float32], float]:
    """Samples louder or softer, no peak above the ceiling, and by how many decibels the strongest was turned down.

    The gain falls to what each peak needs over 5 ms before it and recovers as fast: the least gain within 5 ms,
    averaged over 5 ms either way, is never more than a peak needs. With gains of 0 dB and less only peaks beyond
    full scale are touched.

    Args:
        samples: float32 (channels, frames) with `reach_frames` more on either side.
        gain_db: Decibels.
        rate_hz: Frames per second.

    Returns:
        float32 without the margins, and decibels, 0 where nothing was limited.
    """
    reach, half = reach_frames(rate_hz), _half(rate_hz)
    inner = slice(reach, samples.shape[1] - reach)
    factor = 10 ** (gain_db / 20)
    peaks = np.abs(samples).max(axis=0) * factor
    highest = CEILING if gain_db > 0 else 1.0
    if peaks.max(initial=0.0) <= highest:
        return (samples[:, inner] * np.float32(factor) if factor != 1 else samples[:, inner]), 0.0
    from scipy import ndimage  # half a second that the window need not wait for

    needed = np.where(peaks > highest, CEILING / np.maximum(peaks, CEILING), 1.0)
    least = ndimage.minimum_filter1d(needed, 2 * half + 1, mode="nearest")
    smooth = ndimage.uniform_filter1d(least, 2 * half + 1, mode="nearest")[inner]
    turned_down_db = -20 * math.log10(smooth.min()) if smooth.size else 0.0
    return (samples[:, inner] * (factor * smooth)).astype(np.float32), turned_down_db


def _half(rate_hz: int) -> int:
    return max(round(_HALF_S * rate_hz), 1)
