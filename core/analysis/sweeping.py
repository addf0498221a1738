"""Running the suite again on one recording, as it is and after each perturbation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.analysis import device as devices
from core.analysis.evidence import matching, record_of
from core.analysis.finding import DetectorResult, QuestionResult
from core.analysis.likeness import likenesses
from core.analysis.pipeline import answered
from core.analysis.plan import AnalysisPlan
from core.analysis.robustness import CLEAN, Outcome, Robustness
from core.analysis.running import run_detector
from core.audio import Recording, measure_condition, mono
from core.audio.coding import is_lossless
from core.audio.memory import derived, stored_in
from core.audio.perturb.base import Coding
from core.audio.perturb.standard import STANDARD, Standard
from core.calibration.record import CalibrationRecord
from core.detectors.card import QUESTIONS, Question
from core.foundation.errors import PerturbationError
from core.foundation.progress import SILENT, Progress, span
from core.foundation.prompt import promptly
from core.foundation.version import package_versions

if TYPE_CHECKING:
    from core.detectors import Detector, ModelStore

MOST_S = 600.0
"""A longer stretch is not perturbed: it is held in memory whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suite:
    """What is run on each copy."""

    exhibit: Recording
    detectors: Sequence[Detector]
    record: CalibrationRecord | None
    plan: AnalysisPlan
    device: str


def sweep(
    recording: Recording,
    names: Sequence[str],
    plan: AnalysisPlan,
    store: ModelStore,
    stretch_s: tuple[float, float] | None = None,
    progress: Progress = SILENT,
) -> Robustness:
    """Run the plan's models on a stretch as it is, and once under each perturbation.

    A copy that went through a coder meets the gate as a file in that coding would, at the bit rate that was counted;
    what the gate says of the exhibit's own coding holds for its copies too.

    Args:
        recording: The exhibit.
        names: Of STANDARD; run in its order. One that is not available here gives an outcome that says so.
        plan: Models, device and channel, as in an examination.
        store: Where the models are.
        stretch_s: Start and end; the whole if left out, at most MOST_S from the start.
        progress: A stop is heeded between batches, and at once while sound is perturbed.

    Raises:
        ModelError: a model is unknown or damaged (MO-…).
        AudioError: the recording vanished or changed (IN-…).
        Cancelled: through `progress`; nothing is kept.
    """
    rate, (start_s, end_s) = recording.sample_rate, stretch_s or (0.0, recording.duration_s)
    end_s = min(end_s, start_s + MOST_S, recording.duration_s)
    waveform = mono(recording, round(start_s * rate), round(end_s * rate), plan.channel)
    suite = _loaded(recording, plan, store, progress)
    chosen = [None, *(one for name, one in STANDARD.items() if name in names)]
    outcomes = []
    for i, one in enumerate(chosen):
        part = span(progress, i / len(chosen), (i + 1) / len(chosen))
        outcomes.append(_outcome(one, waveform, suite, part))
        progress.report((i + 1) / len(chosen), outcomes[-1].name)
    return Robustness(
        outcomes=tuple(outcomes),
        models=tuple(f"{d.card.id}@{d.sha256}" for d in suite.detectors),
        sha256=recording.id.sha256,
        start_s=start_s,
        end_s=end_s,
        channel=plan.channel,
        versions=package_versions(),
    )


def _loaded(recording: Recording, plan: AnalysisPlan, store: ModelStore, progress: Progress) -> _Suite:
    device = promptly(lambda: devices.resolve(plan.device, reference=plan.reference), progress)
    ids = tuple(dict.fromkeys(plan.models)) or store.default_ids()
    detectors = [promptly(lambda model=model: store.load(model, device), progress) for model in ids]
    return _Suite(exhibit=recording, detectors=detectors, record=record_of(store, ids), plan=plan, device=device)


def _outcome(standard: Standard | None, waveform: NDArray[np.float32], suite: _Suite, progress: Progress) -> Outcome:
    name, kind = (standard.name, standard.kind) if standard else (CLEAN, "clean")
    keeps_band = standard is None or standard.keeps_band
    progress.report(0.0, name)
    try:
        heard, by, coding = _heard(standard, waveform, suite, progress)
    except PerturbationError as error:
        return Outcome(name=name, kind=kind, keeps_band=keeps_band, answers={}, problem=f"{error.code}: {error.what}")
    answers = _answers(suite, heard, by, coding, progress)
    return Outcome(
        name=name, kind=kind, keeps_band=keeps_band, answers=answers, coding=coding, **_made(standard, suite.exhibit)
    )


def _made(standard: Standard | None, exhibit: Recording) -> dict[str, Any]:
    """What an outcome says of how its copy can be made again."""
    if standard is None:
        return {}
    perturbation = standard.perturbation(exhibit.id.sha256)
    return {"parameters": perturbation.record(), "made_with": perturbation.made_with(exhibit.sample_rate)}


def _heard(
    standard: Standard | None, waveform: NDArray[np.float32], suite: _Suite, progress: Progress
) -> tuple[Recording, AnalysisPlan, Coding | None]:
    """What the models hear, by which plan, and what it is coded in; the whole as it is as in an examination, whose
    score it then gets."""
    exhibit, plan = suite.exhibit, replace(suite.plan, channel="mix")
    if standard is None:
        is_whole = waveform.size == exhibit.frames
        return (exhibit, suite.plan, None) if is_whole else (derived(exhibit, waveform[None]), plan, None)
    key, rate = exhibit.id.sha256, exhibit.sample_rate
    changed, coding = promptly(lambda: standard.stored(waveform, rate, key), progress)
    copy = derived(exhibit, changed[None])
    return copy if coding is None else stored_in(copy, coding), plan, coding


def _answers(
    suite: _Suite, recording: Recording, plan: AnalysisPlan, coding: Coding | None, progress: Progress
) -> dict[Question, QuestionResult]:
    """As an examination answers, of the questions that a model answers."""
    detectors, record = suite.detectors, suite.record
    condition = measure_condition(recording, span(progress, 0.0, 0.1))
    results: list[DetectorResult] = []
    with devices.computing(suite.device, reference=plan.reference) as side_by_side:
        for i, detector in enumerate(detectors):
            part = span(span(progress, 0.1, 1.0), i / len(detectors), (i + 1) / len(detectors))
            results += run_detector(detector, recording, condition, plan, part, side_by_side=side_by_side)
    progress.check()
    unlike = likenesses(detectors, record, recording, condition, results, plan.channel)
    calibrations = matching(record, results)
    asked: list[Question] = [
        question for question in QUESTIONS if any(result.question == question for result in results)
    ]
    made: dict[Question, QuestionResult] = {
        q: answered(q, results, calibrations.get(q), condition, recording, unlike) for q in asked
    }
    if coding is None or is_lossless(suite.exhibit.stream.codec):
        return made
    # a second coder does not take the first one back
    first = replace(recording, stream=suite.exhibit.stream)
    before: dict[Question, QuestionResult] = {
        q: answered(q, results, calibrations.get(q), condition, first, unlike) for q in asked
    }
    return {q: before[q] if before[q].log10_lr is None else made[q] for q in asked}
