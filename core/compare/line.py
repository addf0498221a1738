"""The line through the shifts of agreeing chunks, and how exactly it is known.

The line is fitted without chunks that lie further off it than three robust standard deviations (of the median absolute
deviation). Its uncertainty is not made small by leaving them out: they count as lying at that limit, as in the standard
error of a trimmed mean. Half-widths are those of 95 % intervals by Student's t, and never below the resolution.
Source: Sen, JASA 63(324), 1968 (median slope); Tukey and McLaughlin, Sankhya A 25(3), 1963 (winsorised error).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

_RESOLUTION_SAMPLES = 0.05
"""Shifts are known no better than this; a drift that moves nothing by more than this is none."""
_LIMIT = 3.0
"""Robust standard deviations beyond which a chunk is left out."""
_NORMAL = float(stats.norm.ppf(0.75))
"""Median absolute deviation of a normal distribution, in standard deviations."""
_LEAST_SPREAD_S = 1e-6
_LEVEL = 0.975


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Shift (s) over the reference's time (s), and how exactly it is known."""

    slope: float
    """0 where no drift was found."""
    at_zero: float
    middle: float
    """Mean time of the points that it was fitted to."""
    spread: float = 0.0
    """Root mean square distance of all points from it, s."""
    middle_error: float = 0.0
    """Half-width of the 95 % interval of the shift at `middle`, s; 0 where it could not be measured."""
    slope_error: float = 0.0
    """Half-width of the slope's 95 % interval; where the slope is 0: the steepest that the points let pass."""

    def error_at(self, time: float) -> float:
        """Half-width of the shift's 95 % interval at a time, s; without drift that of a level line."""
        return float(np.hypot(self.middle_error, (time - self.middle) * self.slope_error if self.slope else 0.0))


def median_slope(times: NDArray[np.float64], shifts: NDArray[np.float64]) -> float:
    """Median of the slopes between all pairs of points."""
    line: Any = stats.theilslopes(shifts, times)
    return float(line[0])


def fit(times: NDArray[np.float64], shifts: NDArray[np.float64], rate_hz: int) -> Line:
    """The line through points (points,) that agree; fewer than three make a level one of unknown uncertainty.

    Args:
        times: Seconds, rising.
        shifts: Seconds.
        rate_hz: Sample rate at which the shifts were measured.
    """
    if times.size < 3:
        middle = float(np.median(shifts)) if times.size else 0.0
        return Line(slope=0.0, at_zero=middle, middle=float(times.mean()) if times.size else 0.0)
    keep, limit = _within(times, shifts)
    resolution, reach = _RESOLUTION_SAMPLES / rate_hz, float(np.ptp(times))
    fitted: Any = stats.linregress(times[keep], shifts[keep])
    slope = float(fitted.slope)
    if abs(slope) < 3 * float(fitted.stderr) or abs(slope) * reach < resolution:
        slope = 0.0
    at_zero = float((shifts[keep] - slope * times[keep]).mean())
    off = shifts - slope * times - at_zero
    half, slope_half = _half_widths(times, np.clip(off, -limit, limit), keep)
    passed = 0.0 if slope else abs(float(fitted.slope))
    return Line(
        slope=slope,
        at_zero=at_zero,
        middle=float(times[keep].mean()),
        spread=float(np.sqrt(np.mean(off**2))),
        middle_error=max(half, resolution),
        slope_error=max(slope_half + passed, resolution / reach),
    )


def _within(times: NDArray[np.float64], shifts: NDArray[np.float64]) -> tuple[NDArray[np.bool_], float]:
    """Which points lie near the median line, and how near that is."""
    slope = median_slope(times, shifts)
    off = shifts - slope * times
    limit = max(_LIMIT * float(stats.median_abs_deviation(off, scale=_NORMAL)), _LEAST_SPREAD_S)
    return np.abs(off - np.median(off)) <= limit, limit


def _half_widths(times: NDArray[np.float64], off: NDArray[np.float64], keep: NDArray[np.bool_]) -> tuple[float, float]:
    """Half-widths at the middle and of the slope, from distances (points,) no larger than the limit."""
    kept, near = int(keep.sum()), times[keep]
    # fewer points carry the line than lie within the limit: the error grows by their share
    deviation = float(np.sqrt(np.sum(off**2) / max(times.size - 2, 1))) * times.size / kept
    reach = float(stats.t.ppf(_LEVEL, max(kept - 2, 1))) * deviation
    return reach / float(np.sqrt(kept)), reach / float(np.sqrt(np.sum((near - near.mean()) ** 2)))
