"""Costs of likelihood ratios for sets that may lack a side, and of values that no double holds; see calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special
from sklearn.isotonic import IsotonicRegression

from core.calibration import metrics

Values = NDArray[np.float64]
_LARGEST = 300.0
"""Beyond this log10 LR a double overflows; it costs nothing to the side it supports and the limit to the other."""
_LARGEST_DRAWN = 12.0
"""Beyond this the posterior probabilities behind the cross-entropy round to 0 or 1."""


def cllr(log10_lrs: ArrayLike, truth: ArrayLike) -> float:
    """Cost in bits: 0 perfect, 1 says nothing, above 1 misleads. NaN where a side is empty."""
    return metrics.cllr(*_bounded(log10_lrs, truth)) if _both(truth) else float("nan")


def cllr_min(log10_lrs: ArrayLike, truth: ArrayLike) -> float:
    """The cost that the best monotone recalibration of these very values would leave. NaN where a side is empty."""
    return metrics.cllr_min(*_bounded(log10_lrs, truth)) if _both(truth) else float("nan")


def empirical_cross_entropy(log10_lrs: ArrayLike, truth: ArrayLike, log10_odds: Values) -> tuple[Values, Values]:
    """Cross-entropy in bits at each prior log10 odds, of the values as they are and after the best recalibration."""
    values, labels = _bounded(log10_lrs, truth)
    shown = [np.clip(each, -_LARGEST_DRAWN, _LARGEST_DRAWN) for each in (values, _recalibrated(values, labels))]
    as_is, recalibrated = (metrics.ece(each, labels, log10_odds) for each in shown)
    return as_is, recalibrated


def _recalibrated(values: Values, labels: NDArray[np.int64]) -> Values:
    """log10 likelihood ratios by pool-adjacent-violators, both sides weighing the same."""
    weights = np.where(labels == 1, 1 / np.sum(labels == 1), 1 / np.sum(labels == 0))
    posterior = IsotonicRegression().fit_transform(values, labels, sample_weight=weights)
    return special.logit(posterior) / np.log(10)


def _bounded(log10_lrs: ArrayLike, truth: ArrayLike) -> tuple[Values, NDArray[np.int64]]:
    return np.clip(np.asarray(log10_lrs, np.float64), -_LARGEST, _LARGEST), np.asarray(truth, np.int64)


def _both(truth: ArrayLike) -> bool:
    return set(np.unique(np.asarray(truth)).tolist()) == {0, 1}
