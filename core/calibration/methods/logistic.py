"""Logistic regression: the default, and the one that joins the scores of several detectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from core.calibration.curve import CALIBRATORS, Curve, Floats, balanced

_RIDGE = 0.1


@CALIBRATORS.register("logistic")
def logistic(scores: Floats, truth: NDArray[np.bool_], weights: Floats) -> Curve:
    """Weighted logistic regression at prior odds of 1, with coefficients that are never negative.

    A slight ridge on standardised scores draws the ratios towards 1 where clips are few, and keeps them finite where
    the classes do not overlap. lir's own takes neither several scores nor weights; for one score with equal weights
    both give the same.

    Source: Morrison (2013), Aust. J. Forensic Sci. 45(2), 173-197; shrinkage: Morrison and Poh (2018), Sci. Justice
    58(3), 200-218.
    """
    weights = balanced(truth, weights)
    centre = np.average(scores, axis=0, weights=weights)
    spread = np.sqrt(np.average((scores - centre) ** 2, axis=0, weights=weights))
    spread = np.where(spread > 0, spread, 1.0)
    found = _minimum((scores - centre) / spread, np.where(truth, 1.0, -1.0), weights)
    slopes = found[:-1] / spread / np.log(10)
    return Curve(weights=tuple(slopes.tolist()), offset=float(found[-1] / np.log(10) - slopes @ centre))


def _minimum(x: Floats, sign: Floats, weights: Floats) -> Floats:
    """Coefficients (detectors + 1,), the offset last, in natural log-odds."""

    def cost(theta: Floats) -> tuple[float, Floats]:
        margin = sign * (x @ theta[:-1] + theta[-1])
        slope = -weights * sign * expit(-margin)
        loss = weights @ np.logaddexp(0, -margin) + 0.5 * _RIDGE * theta[:-1] @ theta[:-1]
        return float(loss), np.append(x.T @ slope + _RIDGE * theta[:-1], slope.sum())

    size = x.shape[1]
    bounds = [(0, None)] * size + [(None, None)]
    return minimize(
        cost, np.zeros(size + 1), jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-8}
    ).x
