"""What the figures draw, as numbers: error trade-off, cumulative likelihood ratios, cross-entropy, histograms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.detectors.card import Question
from core.evaluation import costs
from core.training import metrics

Values = NDArray[np.float64]
_BINS = 40
_SHOWN = 0.005
"""Share of scores at each end that a histogram may cut off."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """Of one model, question and data set, clips as they are; both sides are there."""

    model: str
    data: str
    question: Question
    threshold: float
    calibrated: bool
    """Whether `log10_lrs` are likelihood ratios of a calibrated method, and not raw scores taken for such."""
    misses: Values
    """(points,) 0..1, rising."""
    alarms: Values
    """(points,) 0..1, falling."""
    log10_lrs_for: Values
    """Sorted."""
    log10_lrs_against: Values
    """Sorted."""
    prior_log10_odds: Values
    entropy: Values
    entropy_best: Values
    entropy_prior: Values
    """Without any evidence."""
    edges: Values
    """(bins + 1,) of the scores."""
    counts_for: Values
    """(bins,) shares of the clips for the proposition."""
    counts_against: Values
    counts_genuine: Values
    """Human speech among those against."""


def curves(
    scores: Values,
    truth: NDArray[np.bool_],
    genuine: NDArray[np.bool_],
    log10_lrs: Values | None,
    *,
    model: str,
    data: str,
    question: Question,
    threshold: float,
) -> Curves:
    """Curves of scores (n,); likelihood ratios (n,) hold NaN where none was given, None for a model by itself."""
    misses, alarms = metrics.det_points(scores, truth)
    given = None if log10_lrs is None else np.isfinite(log10_lrs)
    calibrated = given is not None and bool(truth[given].any() and not truth[given].all())
    lrs, sides = (log10_lrs[given], truth[given]) if calibrated and log10_lrs is not None else (_raw(scores), truth)
    odds = np.linspace(-2.5, 2.5, 101)
    entropy, best = costs.empirical_cross_entropy(lrs, sides, odds)
    low, high = np.quantile(scores, [_SHOWN, 1 - _SHOWN])
    edges = np.linspace(low, max(high, low + 1e-6), _BINS + 1)
    return Curves(
        model=model,
        data=data,
        question=question,
        threshold=threshold,
        calibrated=calibrated,
        misses=misses,
        alarms=alarms,
        log10_lrs_for=np.sort(lrs[sides]),
        log10_lrs_against=np.sort(lrs[~sides]),
        prior_log10_odds=odds,
        entropy=entropy,
        entropy_best=best,
        entropy_prior=_prior_entropy(odds),
        edges=edges,
        counts_for=_shares(scores[truth], edges),
        counts_against=_shares(scores[~truth & ~genuine], edges),
        counts_genuine=_shares(scores[~truth & genuine], edges),
    )


def deviate(rates: Values) -> Values:
    """Normal deviates of rates, which make the trade-off of two normal distributions a straight line.

    Source: Martin et al. (1997), The DET curve in assessment of detection task performance, Eurospeech.
    """
    return np.asarray(stats.norm.ppf(np.clip(rates, 1e-6, 1 - 1e-6)), np.float64)


def _raw(scores: Values) -> Values:
    """Scores on the natural log-odds scale as if they were log10 likelihood ratios."""
    return scores / math.log(10)


def _prior_entropy(odds: Values) -> Values:
    return np.asarray(stats.entropy([1 / (1 + 10.0**-odds), 1 / (1 + 10.0**odds)], base=2), np.float64)


def _shares(scores: Values, edges: Values) -> Values:
    """Share of the scores in each bin; what lies outside goes into the outer ones."""
    counts = np.histogram(np.clip(scores, edges[0], edges[-1]), edges)[0]
    return counts / max(scores.size, 1)
