"""Measures of separation, from scores alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from sklearn.isotonic import IsotonicRegression

from core.calibration.metrics import equal_error, operating_points


def auc(scores: ArrayLike, truth: ArrayLike) -> float:
    """Chance that a clip of truth 1 scores higher than one of truth 0, ties counted half; NaN where a class is empty.

    Source: Mann-Whitney statistic, Hanley and McNeil (1982), Radiology 143(1), 29-36.
    """
    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, bool)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return float("nan")
    ranks = stats.rankdata(scores)
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def asvspoof_equal_error(scores: ArrayLike, truth: ArrayLike) -> float:
    """Equal error rate as the field's score scripts have it, for comparison with published figures only.

    Trial by trial from the lowest score up (of equal scores those of truth 1 first): the mean of both error rates
    where they are closest. NaN where a class is empty.

    Source: ASVspoof 2019 evaluation plan, section 5; the rule behind the published tables of Codecfake.
    """
    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, bool)
    if truth.all() or not truth.any():
        return float("nan")
    ordered = truth[np.lexsort((~truth, scores))]
    misses = np.append(0, np.cumsum(ordered)) / truth.sum()
    alarms = 1 - np.append(0, np.cumsum(~ordered)) / (~truth).sum()
    closest = int(np.argmin(np.abs(misses - alarms)))
    return float((misses[closest] + alarms[closest]) / 2)


def hull_equal_error(scores: ArrayLike, truth: ArrayLike) -> float:
    """Equal error rate on the convex hull of the ROC: what the best monotone recalibration could reach; never above
    the true one. NaN where a class is empty.

    Source: Brummer and de Villiers (2013), The BOSARIS toolkit, section 3; the hull is what pool-adjacent-violators
    leaves.
    """
    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, bool)
    return equal_error(IsotonicRegression().fit_transform(scores, truth.astype(np.float64)), truth)[0]


def error_rates(scores: ArrayLike, truth: ArrayLike, threshold: float) -> tuple[float, float]:
    """Share of truth 1 at or below the threshold (missed) and of truth 0 above it (false alarms); NaN for an empty
    class."""
    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, bool)
    return _share(scores[truth] <= threshold), _share(scores[~truth] > threshold)


def alarms_at_hits(scores: ArrayLike, truth: ArrayLike, hits: float = 0.95) -> float:
    """False-alarm rate at which that share of truth 1 is found (FPR95), straight between operating points."""
    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, bool)
    if truth.all() or not truth.any():
        return float("nan")
    _, misses, alarms = operating_points(scores, truth)
    return float(np.interp(1 - hits, misses, alarms))


def det_points(scores: ArrayLike, truth: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Misses and false alarms (0..1) of each operating point, thresholds rising; both classes must be there."""
    _, misses, alarms = operating_points(np.asarray(scores, np.float64), np.asarray(truth, bool))
    return misses, alarms


def bootstrap_eer(
    scores: ArrayLike, truth: ArrayLike, groups: Sequence[str], rng: np.random.Generator, draws: int = 500
) -> tuple[float, float]:
    """95 % interval of the equal error rate when whole groups (sources) are drawn again."""
    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, bool)
    return cluster_interval(lambda drawn: equal_error(scores[drawn], truth[drawn])[0], groups, rng, draws)


def cluster_interval(
    statistic: Callable[[NDArray[np.intp]], float], groups: Sequence[str], rng: np.random.Generator, draws: int = 500
) -> tuple[float, float]:
    """95 % interval of a statistic of clips (given their numbers) when whole groups are drawn again.

    Clips of one source are no independent evidence; drawing clips would give intervals several times too narrow.
    Draws whose statistic is NaN (a class is missing) are left out; both ends NaN where all are.

    Source: cluster bootstrap, Field and Welsh (2007), J. R. Statist. Soc. B 69(3), 369-390; percentile interval.
    """
    names, of = np.unique(np.asarray(groups), return_inverse=True)
    members = [np.flatnonzero(of == index) for index in range(len(names))]
    found = np.array(
        [
            statistic(np.concatenate([members[index] for index in rng.integers(0, len(members), len(members))]))
            for _ in range(draws)
        ]
    )
    if np.isnan(found).all():
        return float("nan"), float("nan")
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return float(low), float(high)


def _share(claims: NDArray[np.bool_]) -> float:
    return float(claims.mean()) if claims.size else float("nan")
