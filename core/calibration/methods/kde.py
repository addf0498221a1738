"""Kernel densities of both classes: for scores whose ratio is no straight line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from core.calibration.curve import CALIBRATORS, Curve, Floats
from core.calibration.methods.logistic import logistic

_KNOTS = 65
_SILVERMAN = (4 / 3) ** 0.2


@CALIBRATORS.register("kde")
def kde(scores: Floats, truth: NDArray[np.bool_], weights: Floats) -> Curve:
    """Ratio of two Gaussian kernel densities of the joined score, tabulated over the range of the data.

    Source: Silverman (1986), Density Estimation, eq. 3.28 (bandwidth 1.06 σ n^-1/5).
    """
    line = logistic(scores, truth, weights)
    joined = line.log10_lr(scores)
    grid = np.linspace(joined.min(), joined.max(), _KNOTS)
    ratio = _log_density(grid, joined[truth], weights[truth]) - _log_density(grid, joined[~truth], weights[~truth])
    knots = np.column_stack([grid, ratio / np.log(10)])
    return Curve(weights=line.weights, offset=line.offset, knots=tuple(map(tuple, knots.tolist())))


def _log_density(grid: Floats, values: Floats, weights: Floats) -> Floats:
    """Natural logarithm of a weighted kernel density on a grid; the number of values is that of clips with weight."""
    share = weights / weights.sum()
    spread = np.sqrt(np.average((values - share @ values) ** 2, weights=share)) or 1.0
    width = _SILVERMAN * spread * np.count_nonzero(share) ** -0.2
    exponents = -0.5 * ((grid[:, None] - values) / width) ** 2
    return logsumexp(exponents, axis=1, b=share) - np.log(width)
