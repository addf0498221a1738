"""The map from scores to log10 likelihood ratios, as plain numbers, and the registry of ways to fit one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.foundation.registry import Registry

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A weighted sum of the detectors' scores, bent where the method is not a straight line."""

    weights: tuple[float, ...]
    """One for each detector, in log10 units per unit of its score; never negative."""
    offset: float
    """log10 units."""
    knots: tuple[tuple[float, float], ...] = ()
    """(weighted sum, log10 LR), ascending: straight between them, level beyond; none for a straight line."""

    def log10_lr(self, scores: Floats) -> Floats:
        """log10 likelihood ratios (n,) of scores (n, detectors), unbounded."""
        joined = scores @ np.array(self.weights) + self.offset
        return np.interp(joined, *np.array(self.knots).T) if self.knots else joined


Calibrator = Callable[[Floats, NDArray[np.bool_], Floats], Curve]
"""Fits a curve to scores (n, detectors), truth (n,), and weights of the clips (n,)."""

CALIBRATORS: Registry[Calibrator] = Registry("calibrator", "core.calibration.methods")


def balanced(truth: NDArray[np.bool_], weights: Floats) -> Floats:
    """Weights (n,) scaled so that both classes weigh the same and the sum stays: the fit then knows no prior odds."""
    share = np.where(truth, weights[truth].sum(), weights[~truth].sum())
    return weights * weights.sum() / (2 * share)
