"""The even grid that few levels in a long word lie on: what remains of a shorter word after a gain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LEAST_STEP, _LEAST_LEVELS = 4.0, 8
"""A closer grid cannot be told from rounding, fewer levels not from chance."""
_NEAR = 33
"""So many levels nearest to zero give the first estimate of the step."""
_ROUNDING = 1.1
"""Rounding or cutting to whole numbers moves a level by up to 1 in all."""
_ON_GRID = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelGrid:
    """Evenly spaced levels."""

    step: float
    """Distance, in steps of the word; need not be whole."""
    uncertainty: float
    """Half of a step of the word, over the number of grid steps that it was measured across."""


def even_grid(levels: NDArray[np.int64], counts: NDArray[np.int64]) -> LevelGrid | None:
    """The grid of step 4 or more that nearly all samples lie on, but for rounding; None where there is none.

    Args:
        levels: (n,), values that occur, rising.
        counts: (n,), how often.
    """
    if len(levels) < _LEAST_LEVELS:
        return None
    step = _first_step(levels)
    if step < _LEAST_STEP:
        return None
    reach, farthest = 4 * step, float(np.abs(levels).max())
    while True:
        step = _fitted(levels[np.abs(levels) <= reach], step)
        if reach >= farthest:
            break
        reach *= 2
    if step < _LEAST_STEP or not _lie_on(levels, counts, step):
        return None
    return LevelGrid(step=step, uncertainty=0.5 / max(farthest / step, 1.0))


def _first_step(levels: NDArray[np.int64]) -> float:
    nearest = np.sort(levels[np.argsort(np.abs(levels), kind="stable")[:_NEAR]])
    apart = np.diff(nearest)
    return float(apart[apart <= 1.5 * np.median(apart)].mean())


def _fitted(levels: NDArray[np.int64], step: float) -> float:
    """Least squares of level against number, the numbers by the step so far."""
    numbers = np.rint(levels / step)
    total = float(numbers @ numbers)
    return float(numbers @ levels) / total if total else step


def _lie_on(levels: NDArray[np.int64], counts: NDArray[np.int64], step: float) -> bool:
    aside = levels - np.rint(levels / step) * step
    order = np.argsort(aside)
    share = np.cumsum(counts[order]) / counts.sum()
    low, high = np.searchsorted(share, [(1 - _ON_GRID) / 2, 1 - (1 - _ON_GRID) / 2])
    return bool(aside[order[min(high, len(order) - 1)]] - aside[order[low]] <= _ROUNDING)
