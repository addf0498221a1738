"""Measures of separation, from scores alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


def equal_error(scores: ArrayLike, truth: ArrayLike) -> tuple[float, float]:
    """Equal error rate, and the threshold at which misses and false alarms are equal.

    The detection error trade-off is taken as straight between neighbouring operating points.

    Args:
        scores: Higher = more support for truth 1.
        truth: 1 or 0 for each score.

    Returns:
        Rate in 0..1 and threshold in score units; both NaN where a class is empty.
    """
    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, bool)
    if truth.all() or not truth.any():
        return np.nan, np.nan
    thresholds, misses, alarms = _operating_points(scores, truth)
    after = int(np.argmax(misses >= alarms))
    gap = (alarms - misses)[after - 1 : after + 1]
    share = gap[0] / (gap[0] - gap[1])
    rate = misses[after - 1] + share * (misses[after] - misses[after - 1])
    return float(rate), float(thresholds[after - 1] + share * (thresholds[after] - thresholds[after - 1]))


def _operating_points(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
    """Each distinct score and one above all as threshold; rates of truth 1 below it and of truth 0 not below it."""
    distinct = np.unique(scores)
    thresholds = np.append(distinct, np.nextafter(distinct[-1], np.inf))
    misses = np.searchsorted(np.sort(scores[truth]), thresholds, side="left") / truth.sum()
    alarms = 1 - np.searchsorted(np.sort(scores[~truth]), thresholds, side="left") / (~truth).sum()
    return thresholds, misses, alarms


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


def bootstrap_eer(
    scores: ArrayLike, truth: ArrayLike, groups: Sequence[str], rng: np.random.Generator, draws: int = 500
) -> tuple[float, float]:
    """95 % interval of the equal error rate when whole groups (sources) are drawn again.

    Clips of one source are no independent evidence; drawing clips would give intervals several times too narrow.

    Source: cluster bootstrap, Field and Welsh (2007), J. R. Statist. Soc. B 69(3), 369-390; percentile interval.
    """
    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, bool)
    names, of = np.unique(np.asarray(groups), return_inverse=True)
    members = [np.flatnonzero(of == index) for index in range(len(names))]
    rates = []
    for _ in range(draws):
        chosen = np.concatenate([members[index] for index in rng.integers(0, len(members), len(members))])
        rates.append(equal_error(scores[chosen], truth[chosen])[0])
    low, high = np.nanpercentile(rates, [2.5, 97.5])
    return float(low), float(high)
