"""Rows of figures out of scores: all clips, parts of them, each group, each condition, likelihood ratios."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from core.calibration.measured import STRONG
from core.detectors.card import Question
from core.evaluation import costs
from core.evaluation.conditions import CLEAN, Condition
from core.evaluation.groups import DIMENSIONS
from core.evaluation.measures import number
from core.evaluation.plan import EvaluationPlan
from core.evaluation.result import LrRow, Row
from core.evaluation.scoring import Result
from core.evaluation.table import Used, used
from core.training.metrics import equal_error

SUBSET = "subset"
RATE_16K = "originals at 16 kHz only"


def rows(
    results: Sequence[Result],
    scorer: str,
    question: Question,
    threshold: float,
    conditions: Sequence[Condition],
    plan: EvaluationPlan,
    data: str,
    split: str,
) -> Iterator[Row]:
    """All rows of one model, question and data set."""
    row = partial(Row, model=scorer, data=data, split=split, question=question)
    clean = used(results, scorer, question)
    whole = clean.measures(question, threshold, plan.draws, plan.seed)
    yield row(measures=whole)
    at_16k = clean.part(np.array([read.original_rate == 16000 for read in clean.reads], bool))
    measures = at_16k.measures(question, threshold, plan.draws, plan.seed)
    yield row(dimension=SUBSET, group=RATE_16K, measures=measures)
    for condition in conditions:
        if condition.name != CLEAN:
            changed = used(results, scorer, question, condition.name)
            measures = changed.measures(question, threshold, plan.draws, plan.seed)
            ratio = _ratio(measures.separation and measures.separation.eer, whole.separation and whole.separation.eer)
            yield row(condition=condition.name, measures=measures, ratio_to_clean=ratio)
    for dimension in DIMENSIONS:
        for group, part in groups(clean, dimension):
            measures = part.measures(question, threshold)
            yield row(dimension=dimension, group=group, measures=measures, against_all=_against_all(part, clean))


def groups(clips: Used, dimension: str) -> list[tuple[str, Used]]:
    """The clips by group, largest first, then by name."""
    names = np.array([DIMENSIONS[dimension](read) for read in clips.reads], object)
    parts = [(str(name), clips.part(names == name)) for name in sorted(set(names.tolist()))]
    return sorted(parts, key=lambda part: -len(part[1].reads))


def lr_row(results: Sequence[Result], scorer: str, question: Question, condition: str, data: str, split: str) -> LrRow:
    """What the likelihood ratios are worth, and how often there is none."""
    clips = used(results, scorer, question, condition)
    given = clips.part(np.isfinite(clips.log10_lrs))
    both = given.two_sided
    return LrRow(
        model=scorer,
        data=data,
        split=split,
        question=question,
        condition=condition,
        n=len(clips.reads),
        refused=len(clips.reads) - len(given.reads),
        outside=int(clips.outside.sum()),
        n_for=int(given.truth.sum()),
        n_against=int((~given.truth).sum()),
        cllr=number(costs.cllr(given.log10_lrs, given.truth)) if both else None,
        cllr_min=number(costs.cllr_min(given.log10_lrs, given.truth)) if both else None,
        # 10 itself counts: where ratios mislead more often than allowed, they end there
        strongly_misled=int(np.sum(given.log10_lrs[~given.truth] >= STRONG)),
        against_at_limit=int(np.sum(given.limits[~given.truth] > 0)),
        for_at_limit=int(np.sum(given.limits[given.truth] < 0)),
        genuine=int(given.genuine.sum()),
        genuine_from_10=int(np.sum(given.log10_lrs[given.genuine] >= STRONG)),
        reason="" if both else "No likelihood ratios on both sides: there is nothing to measure them by.",
    )


def _against_all(part: Used, whole: Used) -> float | None:
    """Equal error rate of the part's clips for the proposition against all that are against it."""
    if not part.truth.any() or whole.truth.all():
        return None
    scores = np.concatenate([part.scores[part.truth], whole.scores[~whole.truth]])
    truth = np.arange(scores.size) < part.truth.sum()
    return number(equal_error(scores, truth)[0])


def _ratio(here: float | None, clean: float | None) -> float | None:
    return here / clean if here is not None and clean else None
