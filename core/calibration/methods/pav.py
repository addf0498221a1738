"""Pool adjacent violators: the least assumption, and steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.calibration.curve import CALIBRATORS, Curve, Floats, balanced
from core.calibration.methods.logistic import logistic


@CALIBRATORS.register("pav")
def pav(scores: Floats, truth: NDArray[np.bool_], weights: Floats) -> Curve:
    """Isotonic regression of the joined score, with one misleading clip beyond each end so that no ratio is infinite.

    Source: Brümmer and du Preez (2006), Comput. Speech Lang. 20, 230-275; Zadrozny and Elkan (2002), KDD.
    """
    from lir.algorithms.isotonic_regression import IsotonicRegression
    from lir.util import probability_to_logodds

    line = logistic(scores, truth, weights)
    joined = line.log10_lr(scores)
    ends = np.array([joined.min() - 1e-6, joined.max() + 1e-6])
    values, labels = np.concatenate([joined, ends]), np.concatenate([truth, [True, False]])
    steps = IsotonicRegression(out_of_bounds="clip")
    steps.fit(values, labels.astype(float), sample_weight=balanced(labels, np.append(weights, [1.0, 1.0])))
    at = np.unique(values)
    return Curve(
        weights=line.weights, offset=line.offset, knots=_corners(at, probability_to_logodds(steps.transform(at)))
    )


def _corners(at: Floats, ratio: Floats) -> tuple[tuple[float, float], ...]:
    """Points where a level stretch begins or ends; between them nothing changes."""
    same = np.isclose(np.diff(ratio), 0, atol=1e-12)
    inner = np.concatenate([[False], same[:-1] & same[1:], [False]])
    return tuple(zip(at[~inner].tolist(), ratio[~inner].tolist(), strict=True))
