"""The lines that stand out in a spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

_LEAK_MARGIN_DB = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A line in a spectrum."""

    frequency_hz: float
    level_dbfs: float
    above_db: float
    """Over the local floor."""


def strongest(
    level: NDArray[np.float64],
    floor: NDArray[np.float64],
    leaks: NDArray[np.float64],
    bin_hz: float,
    resolution_hz: float,
    *,
    least_dbfs: float,
    above_db: float,
    most: int,
) -> tuple[Peak, ...]:
    """The strongest peaks that are no side lobes of stronger ones.

    Args:
        level: (bins,), dBFS.
        floor: (bins,), dBFS, as from `local_floor`.
        leaks: (bins,), as from `leak`.
        bin_hz: Distance of the bins.
        resolution_hz: Peaks are at least this far apart.
        least_dbfs: Lowest level of a peak.
        above_db: How far a peak stands above the local floor at least.
        most: Most peaks.
    """
    apart = max(round(resolution_hz / bin_hz), 1)
    found, about = signal.find_peaks(level, height=np.maximum(floor + above_db, least_dbfs), distance=apart)
    kept: list[int] = []
    for i in np.argsort(-about["peak_heights"], kind="stable").tolist():
        leaked = [level[found[j]] + leaks[abs(found[j] - found[i])] for j in kept]
        if level[found[i]] > max(leaked, default=-np.inf) + _LEAK_MARGIN_DB:
            kept.append(i)
        if len(kept) == most:
            break
    return tuple(_peak(level, floor, int(found[i]), bin_hz) for i in kept)


def leak(window: NDArray[np.float64], n_fft: int) -> NDArray[np.float64]:
    """How far below a line its side lobes stay from each distance in bins on, dB; (bins,)."""
    lobes = 20 * np.log10(np.abs(np.fft.rfft(window, n_fft)) / window.sum() + 1e-12)
    return np.maximum.accumulate(lobes[::-1])[::-1]


def _peak(level: NDArray[np.float64], floor: NDArray[np.float64], at: int, bin_hz: float) -> Peak:
    shift, top = vertex(level[at - 1], level[at], level[at + 1])
    return Peak(frequency_hz=(at + shift) * bin_hz, level_dbfs=top, above_db=top - float(floor[at]))


def vertex(left: float, middle: float, right: float) -> tuple[float, float]:
    """Top of the parabola through three neighbouring values: shift from the middle one, in steps, and height.

    Source: Smith and Serra 1987, Proc. ICMC, 290-297.
    """
    bend = left - 2 * middle + right
    shift = 0.0 if bend >= 0 else 0.5 * (left - right) / bend
    return float(shift), float(middle - 0.25 * (left - right) * shift)
