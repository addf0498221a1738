"""The evaluation: models on data sets, from clips to rows of figures."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from core.analysis.device import computing
from core.detectors.card import QUESTIONS, Question
from core.evaluation.conditions import Condition, conditions
from core.evaluation.curves import Curves, curves
from core.evaluation.plan import DataSet, EvaluationPlan
from core.evaluation.probing import probes
from core.evaluation.result import ClipScore, DataFacts, Evaluation, LrRow, ModelFacts, Row, Threshold, Unusable
from core.evaluation.rows import lr_row, rows
from core.evaluation.scorers import SUITE, Scorer
from core.evaluation.scoring import CACHE, Cache, Result, Task, clean_tasks, score_all
from core.evaluation.table import used
from core.foundation.errors import DataError
from core.foundation.hashing import sha256_value
from core.foundation.progress import SILENT, Progress, span
from core.training.metrics import equal_error

Scored = dict[tuple[str, str], list[Result]]
"""Results by (data set's name, split)."""
Thresholds = dict[tuple[str, Question], Threshold]


def evaluate(
    scorers: Sequence[Scorer],
    data: Sequence[DataSet],
    plan: EvaluationPlan,
    folder: Path,
    progress: Progress = SILENT,
    *,
    device: str = "cpu",
    now: Callable[[], datetime.datetime] | None = None,
) -> Evaluation:
    """Score all clips in all conditions and measure.

    Args:
        scorers: Models, and the suite.
        data: Data sets.
        plan: The recipe.
        folder: Where scores are kept as they come; a run that was stopped goes on from there.
        progress: Told how far it is; may cancel between clips.
        device: cpu or cuda.
        now: The clock (UTC), for tests.

    Raises:
        DataError: no such split (DA-050), scores cannot be kept (DA-051), or no clip can be used (DA-052).
        UsageError: no such perturbation (US-050).
        Cancelled: through `progress`; what was scored is kept.
    """
    started = time.monotonic()
    states = conditions(plan.perturbations, controls=plan.controls)
    splits = {one.name: one.evaluated(plan.split) for one in data}
    tasks = [
        Task(clip=clip, data=one.name, conditions=tuple(states)) for one in data for clip in one.split(splits[one.name])
    ]
    reference = _threshold_data(data, splits, plan)
    wanted = clean_tasks(reference.split(plan.threshold_split), reference.name) if reference else []
    scored, fixing = _score(scorers, tasks, wanted, folder, device, progress)
    thresholds: Thresholds = {
        (scorer.name, question): threshold(scorer.name, question, fixing, reference, plan)
        for scorer in scorers
        for question in scorer.questions
    }
    _require_usable(scored)
    found = {one.name: [result for result in scored if result.task.data == one.name] for one in data}
    clock = now or (lambda: datetime.datetime.now(datetime.UTC))
    return Evaluation(
        plan=plan,
        models=tuple(_model_facts(scorer, data, splits) for scorer in scorers),
        data=tuple(_data_facts(one, splits[one.name], found[one.name]) for one in data),
        conditions=tuple(states),
        thresholds=thresholds,
        rows=tuple(_rows(scorers, found, splits, thresholds, states, plan)),
        lr_rows=tuple(_lr_rows(scorers, found, splits, states)),
        probes=tuple(probes(data, splits)) if plan.probes else (),
        curves=tuple(_curves(scorers, found, thresholds)),
        scores=tuple(_clip_scores(scorers, scored, thresholds)),
        unusable=tuple(
            Unusable(data=r.task.data, path=str(r.task.clip.path), code=r.error.code, message=r.error.message)
            for r in [*scored, *fixing]
            if r.error is not None
        ),
        made_at=clock().isoformat(timespec="seconds"),
        seconds=time.monotonic() - started,
    )


def threshold(
    scorer: str, question: Question, fixing: Sequence[Result], reference: DataSet | None, plan: EvaluationPlan
) -> Threshold:
    """Where decisions are made: as the plan says, else at equal errors on other clips, else at the card's 0."""
    if plan.threshold is not None:
        return Threshold(value=plan.threshold, origin="given by the user")
    clips = used(fixing, scorer, question)
    if reference is not None and clips.two_sided:
        value = equal_error(clips.scores, clips.truth)[1]
        where = f"{plan.threshold_split} of {reference.name}"
        return Threshold(value=value, origin=f"equal errors on {where} ({len(clips.reads)} clips)")
    return Threshold(value=0.0, origin="0, where the model's card says that it supports neither side")


def _threshold_data(data: Sequence[DataSet], splits: dict[str, str], plan: EvaluationPlan) -> DataSet | None:
    """The first data set with clips to fix a threshold on that are not themselves evaluated."""
    if plan.threshold is not None:
        return None
    for one in data:
        if splits[one.name] not in ("", plan.threshold_split) and any(
            clip.split == plan.threshold_split for clip in one.clips
        ):
            return one
    return None


def _score(
    scorers: Sequence[Scorer], tasks: list[Task], fixing: list[Task], folder: Path, device: str, progress: Progress
) -> tuple[list[Result], list[Result]]:
    """Results of the evaluated clips, and of those that fix the threshold."""
    cost = sum(len(task.conditions) for task in tasks)
    share = len(fixing) / max(len(fixing) + cost, 1)
    cache = Cache(folder / CACHE)
    try:
        with computing(device, reference=False) as at_once:
            fixed = list(score_all(fixing, scorers, cache, at_once, span(progress, 0, share)))
            return list(score_all(tasks, scorers, cache, at_once, span(progress, share, 1))), fixed
    finally:
        cache.close()


def _require_usable(scored: Sequence[Result]) -> None:
    if not any(result.read for result in scored):
        first = next((result.error.message for result in scored if result.error), "")
        raise DataError(
            "DA-052",
            f"None of the {len(scored)} clips can be used. The first: {first}",
            means="There is nothing to evaluate.",
            do="Check that the manifest lies where its paths start from.",
        )


def _rows(
    scorers: Sequence[Scorer],
    found: dict[str, list[Result]],
    splits: dict[str, str],
    thresholds: Thresholds,
    states: Sequence[Condition],
    plan: EvaluationPlan,
) -> Iterator[Row]:
    for scorer in scorers:
        for name, results in found.items():
            for question in scorer.questions:
                value = thresholds[scorer.name, question].value
                yield from rows(results, scorer.name, question, value, states, plan, name, splits[name])


def _lr_rows(
    scorers: Sequence[Scorer], found: dict[str, list[Result]], splits: dict[str, str], states: Sequence[Condition]
) -> Iterator[LrRow]:
    for scorer in scorers:
        if scorer.name == SUITE:
            for name, results in found.items():
                for question in scorer.questions:
                    for state in states:
                        yield lr_row(results, scorer.name, question, state.name, name, splits[name])


def _curves(scorers: Sequence[Scorer], found: dict[str, list[Result]], thresholds: Thresholds) -> Iterator[Curves]:
    for scorer in scorers:
        for name, results in found.items():
            for question in scorer.questions:
                clips = used(results, scorer.name, question)
                if clips.two_sided:
                    yield curves(
                        clips.scores,
                        clips.truth,
                        clips.genuine,
                        clips.log10_lrs if np.isfinite(clips.log10_lrs).any() else None,
                        model=scorer.name,
                        data=name,
                        question=question,
                        threshold=thresholds[scorer.name, question].value,
                    )


def _clip_scores(scorers: Sequence[Scorer], scored: Sequence[Result], thresholds: Thresholds) -> Iterator[ClipScore]:
    for scorer in scorers:
        for result in scored:
            if result.read is None:
                continue
            for state in result.task.conditions:
                for question in scorer.questions:
                    yield ClipScore(
                        model=scorer.name,
                        condition=state.name,
                        read=result.read,
                        question=question,
                        scored=result.answers[scorer.name, state.name][question],
                        threshold=thresholds[scorer.name, question].value,
                    )


def _model_facts(scorer: Scorer, data: Sequence[DataSet], splits: dict[str, str]) -> ModelFacts:
    return ModelFacts(
        name=scorer.name,
        title=scorer.title,
        version=scorer.version,
        sha256=scorer.sha256,
        questions=scorer.questions,
        remarks=tuple(_remarks(scorer, data, splits)),
    )


def _remarks(scorer: Scorer, data: Sequence[DataSet], splits: dict[str, str]) -> Iterator[str]:
    for question in QUESTIONS:
        if question not in scorer.questions:
            yield f"It does not answer {question}: there are no figures for that question."
    for one in data:
        seen = any(one.sha256 in card.training_manifest_sha256 for card in scorer.cards)
        if seen and splits[one.name] != "test":
            yield f"It was trained or chosen on {one.name}: these figures flatter it."
        if seen and splits[one.name] == "test":
            yield f"It was trained on other splits of {one.name}."


def _data_facts(one: DataSet, split: str, results: Sequence[Result]) -> DataFacts:
    reads = [result.read for result in results if result.read]
    return DataFacts(
        name=one.name,
        file=one.manifest.name,
        sha256=one.sha256,
        clips_sha256=sha256_value([read.sha256 for read in reads]),
        split=split or "all clips",
        n=len(reads),
        sources=len({read.clip.source for read in reads}),
        speakers=len({read.speaker for read in reads}),
    )
