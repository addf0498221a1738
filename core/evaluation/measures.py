"""All figures of one set of clips, from their scores alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn import metrics as sk

from core.evaluation import costs
from core.foundation.rng import generator
from core.training import metrics

Interval = tuple[float, float]
Scores = NDArray[np.float64]
_NO_BASIS: Any = 0
"""Value of a figure without a basis; scikit-learn types it as text only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """Decisions against the truth; rates in 0..1."""

    labels: tuple[str, ...]
    """Classes in the order of everything below."""
    accuracy: float
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    f1: tuple[float, ...]
    f1_macro: float
    f1_micro: float
    f1_weighted: float
    confusion: tuple[tuple[int, ...], ...]
    """Rows: what it is; columns: what it was called."""


def classification(truth: ArrayLike, called: ArrayLike, labels: Sequence[str]) -> Classification:
    """Accuracy, precision, recall and F1 of class numbers 0..len(labels)-1; a figure without a basis is 0.

    Source: scikit-learn, precision_recall_fscore_support.
    """
    truth, called, numbers = np.asarray(truth, int), np.asarray(called, int), list(range(len(labels)))
    each = sk.precision_recall_fscore_support(truth, called, labels=numbers, zero_division=_NO_BASIS)
    f1 = {
        kind: float(sk.f1_score(truth, called, labels=numbers, average=kind, zero_division=_NO_BASIS))
        for kind in ("macro", "micro", "weighted")
    }
    return Classification(
        labels=tuple(labels),
        accuracy=float(sk.accuracy_score(truth, called)),
        precision=tuple(np.asarray(each[0]).tolist()),
        recall=tuple(np.asarray(each[1]).tolist()),
        f1=tuple(np.asarray(each[2]).tolist()),
        f1_macro=f1["macro"],
        f1_micro=f1["micro"],
        f1_weighted=f1["weighted"],
        confusion=tuple(map(tuple, sk.confusion_matrix(truth, called, labels=numbers).tolist())),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """How far apart the two sides' scores lie; rates in 0..1, None where a side has no clips."""

    eer: float | None
    eer_by_source: Interval | None
    """95 % interval, sources drawn again."""
    eer_by_speaker: Interval | None
    """95 % interval, speakers drawn again; a clip whose speaker nobody names stands with its source."""
    eer_hull: float | None
    eer_asvspoof: float | None
    """As the field's scripts have it; for comparison with published figures only."""
    auc: float | None
    fpr95: float | None
    """False alarms where 95 % of the clips for the proposition are found."""
    cllr_raw: float | None
    """What the score costs when it is taken for a natural log-likelihood ratio, in bits."""
    cllr_min: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Figures of one set of clips for one question."""

    n_for: int
    n_against: int
    sources: int
    threshold: float
    missed: float | None
    """Share of the clips for the proposition that score at or below the threshold."""
    false_alarms: float | None
    """Share of the clips against it that score above the threshold."""
    missed_count: int
    false_alarm_count: int
    hter: float | None
    """Mean of the two at the transferred threshold."""
    separation: Separation | None
    decisions: Classification | None
    reason: str = ""
    """Why figures that need both sides are missing."""


def measure(
    scores: Scores,
    truth: ArrayLike,
    *,
    threshold: float,
    sources: Sequence[str],
    speakers: Sequence[str],
    labels: tuple[str, str],
    draws: int = 0,
    seed: int = 1,
) -> Measures:
    """All figures of scores (n,) with truth 1 or 0.

    Args:
        scores: Higher = more support for truth 1.
        truth: 1 or 0 for each.
        threshold: Fixed elsewhere; above it a clip is called 1.
        sources: Of each clip.
        speakers: Of each clip.
        labels: What 0 and 1 are called.
        draws: Of the bootstrap; 0 for no intervals.
        seed: Of the bootstrap.
    """
    sides = np.asarray(truth, bool)
    missed, alarms = metrics.error_rates(scores, sides, threshold)
    both = bool(sides.any() and not sides.all())
    return Measures(
        n_for=int(sides.sum()),
        n_against=int((~sides).sum()),
        sources=len(set(sources)),
        threshold=threshold,
        missed=number(missed),
        false_alarms=number(alarms),
        missed_count=int(np.sum(scores[sides] <= threshold)),
        false_alarm_count=int(np.sum(scores[~sides] > threshold)),
        hter=number((missed + alarms) / 2),
        separation=_separation(scores, sides, sources, speakers, draws, seed) if both else None,
        decisions=classification(sides, scores > threshold, labels) if both else None,
        reason="" if both else _one_sided(sides, labels),
    )


def number(value: float) -> float | None:
    """None for what is no number: such figures do not exist."""
    return float(value) if math.isfinite(value) else None


def _one_sided(sides: NDArray[np.bool_], labels: tuple[str, str]) -> str:
    if not sides.size:
        return "No clips."
    return f"Only clips that are {labels[int(sides[0])]}: figures that compare two sides do not exist."


def _separation(
    scores: Scores, sides: NDArray[np.bool_], sources: Sequence[str], speakers: Sequence[str], draws: int, seed: int
) -> Separation:
    log10_lrs = scores / math.log(10)
    return Separation(
        eer=number(metrics.equal_error(scores, sides)[0]),
        eer_by_source=_interval(scores, sides, sources, draws, seed),
        eer_by_speaker=_interval(scores, sides, speakers, draws, seed),
        eer_hull=number(metrics.hull_equal_error(scores, sides)),
        eer_asvspoof=number(metrics.asvspoof_equal_error(scores, sides)),
        auc=number(metrics.auc(scores, sides)),
        fpr95=number(metrics.alarms_at_hits(scores, sides)),
        cllr_raw=number(costs.cllr(log10_lrs, sides)),
        cllr_min=number(costs.cllr_min(log10_lrs, sides)),
    )


def _interval(
    scores: Scores, sides: NDArray[np.bool_], groups: Sequence[str], draws: int, seed: int
) -> Interval | None:
    if not draws or len(set(groups)) < 2:
        return None
    low, high = metrics.bootstrap_eer(scores, sides, groups, generator(seed, "bootstrap"), draws)
    return (low, high) if math.isfinite(low) else None
