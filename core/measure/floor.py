"""The local floor of a spectrum: what a line is said to stand above, and how far chance alone lifts one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize

from core.measure.tapers import bandwidth_hz

ABOVE = "above local floor"
"""What it is called everywhere."""
REACH = 16
"""The floor at a frequency is the median level within this many resolution bandwidths on either side."""
CHANCE = 0.01
"""Largest share of spectra of steady noise in which any line at all is listed."""
_MOST_RATIO = 1e12


def local_floor(level: NDArray[np.float64], resolution_bins: float) -> NDArray[np.float64]:
    """Median level around each bin; at the ends of the spectrum of the nearest stretch of full width.

    Args:
        level: (bins,), dB.
        resolution_bins: Resolution bandwidth, in bins.
    """
    step = max(round(resolution_bins / 2), 1)
    coarse = level[::step]
    edge = min(round(REACH * resolution_bins / step), (len(coarse) - 1) // 2)
    middle = ndimage.median_filter(coarse, size=2 * edge + 1, mode="nearest")
    whole = np.pad(middle[edge : len(coarse) - edge], edge, mode="edge")
    return np.interp(np.arange(len(level)), np.arange(len(coarse)) * step, whole)


def chance_db(window: NDArray[np.float64], sample_rate: int) -> float:
    """How far above its local floor the highest bin of a spectrum of steady noise stands in no more than 1 of 100, dB.

    The expected number of places where the level climbs over u times the mean is F·√(λu/π)·exp(-u), with the band F
    and λ = (2π)² times the variance of time under the squared window; exp(-u) is replaced by its mean over the median
    of the M independent levels around, since the mean is known from these only. Levels between those help the median
    too, so that the true share is smaller: about 1 in 1000.

    Args:
        window: (frames,), as multiplied with the samples.
        sample_rate: Hz.

    Source: Rice 1945, Bell Syst. Tech. J. 24, 46-156 (crossings of an envelope); Rohling 1983, IEEE Trans. Aerosp.
    Electron. Syst. 19(4), 608-621 (chance of exceeding a multiple of an order statistic).
    """
    band, cells = sample_rate / 2, _independent(window, sample_rate)
    rate = band * np.sqrt(_spread_s(window, sample_rate) ** 2 * 4 * np.pi)

    def excess(ratio: float) -> float:
        return float(np.log(rate * np.sqrt(ratio * np.log(2))) + _log_exceeds(ratio, cells) - np.log(CHANCE))

    if excess(_MOST_RATIO) > 0:
        return 10 * float(np.log10(_MOST_RATIO))
    ratio: float = optimize.brentq(excess, 1.0, _MOST_RATIO) if excess(1.0) > 0 else 1.0  # type: ignore[assignment]
    return 10 * float(np.log10(ratio))


def _spread_s(window: NDArray[np.float64], sample_rate: int) -> float:
    """Standard deviation of time under the squared window."""
    weights, at = window**2 / np.sum(window**2), np.arange(window.size) / sample_rate
    return float(np.sqrt(weights @ (at - weights @ at) ** 2))


def _independent(window: NDArray[np.float64], sample_rate: int) -> int:
    """How many independent levels the median is taken of."""
    apart = sample_rate * np.sum(window**4) / np.sum(window**2) ** 2
    width = min(2 * REACH * bandwidth_hz(window, sample_rate), sample_rate / 2)
    return max(int(width / apart), 1)


def _log_exceeds(ratio: float, cells: int) -> float:
    """Logarithm of the chance that an exponential value exceeds a multiple of the median of so many others."""
    left = cells - np.arange((cells + 1) // 2)
    return float(np.sum(np.log(left / (left + ratio))))
