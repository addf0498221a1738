"""The examination: one recording, one plan, one finding."""

from __future__ import annotations

import dataclasses
import datetime
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.analysis import device as devices
from core.analysis.evidence import answer, applicability, matching, record_of, shares
from core.analysis.finding import DetectorResult, Finding, QuestionResult
from core.analysis.likeness import likenesses
from core.analysis.locating import locate
from core.analysis.plan import AnalysisPlan
from core.analysis.running import run_detector
from core.analysis.scoring import segments
from core.audio import Condition, Recording, measure_condition
from core.calibration.calibration import Calibration
from core.detectors.card import QUESTIONS, Question
from core.foundation.errors import ModelError
from core.foundation.progress import SILENT, Progress, span
from core.foundation.prompt import promptly
from core.foundation.version import package_versions, version
from core.ood.envelope import DomainCheck

if TYPE_CHECKING:
    from core.detectors import Detector, ModelStore

MODELS_SHARE = 0.4
"""How far an examination is when the scores are there and regions are still looked for."""


def examine(
    recording: Recording,
    plan: AnalysisPlan | None = None,
    store: ModelStore | None = None,
    progress: Progress = SILENT,
    *,
    condition: Condition | None = None,
    now: Callable[[], datetime.datetime] | None = None,
) -> Finding:
    """Run the plan's models over the whole recording.

    Args:
        recording: An opened recording; read in blocks, never whole.
        plan: The recipe; the suite that ships where it names no model.
        store: Where models are found; the user's and the shipped ones if left out.
        progress: Told how far it is; may cancel between batches.
        condition: The measured condition, where it is known already.
        now: The clock (UTC), for tests.

    Raises:
        ModelError: a model is unknown or damaged, or there is none at all (MO-…).
        AudioError: the recording vanished or changed (IN-…).
        UsageError: the plan's device or channel does not exist (US-…).
        CalibrationError: the models' calibration is damaged (CL-006).
    """
    from core.detectors import ModelStore

    plan, timings = plan or AnalysisPlan(), dict[str, float]()
    store = store or ModelStore()
    device = promptly(lambda: devices.resolve(plan.device, reference=plan.reference), progress)  # loads torch
    with _timed(timings, "load_models"):
        detectors = _loaded(_models(plan, store), store, device, progress)
    with _timed(timings, "condition"):
        condition = condition or measure_condition(recording, span(progress, 0.0, 0.1))
    record = record_of(store, [detector.card.id for detector in detectors])
    whole = MODELS_SHARE if record is not None and record.localisation else 1.0
    results: list[DetectorResult] = []
    with devices.computing(device, reference=plan.reference) as side_by_side:
        for i, detector in enumerate(detectors):
            part = span(span(progress, 0.1, whole), i / len(detectors), (i + 1) / len(detectors))
            with _timed(timings, detector.card.id):
                results += run_detector(detector, recording, condition, plan, part, side_by_side=side_by_side)
    with _timed(timings, "evidence"):
        unlike = likenesses(detectors, record, recording, condition, results, plan.channel)
        calibrations = matching(record, results)
        answers: dict[Question, QuestionResult] = {
            q: answered(q, results, calibrations.get(q), condition, recording, unlike) for q in QUESTIONS
        }
    with _timed(timings, "regions"), devices.computing(device, reference=plan.reference) as side_by_side:
        part = span(progress, whole, 1.0)
        located = locate(detectors, record, recording, condition, answers, plan, part, side_by_side=side_by_side)
    progress.report(1.0, "done")
    timings["total"] = sum(timings.values())
    clock = now or (lambda: datetime.datetime.now(datetime.UTC))
    return Finding(
        plan=dataclasses.replace(plan, models=tuple(d.card.id for d in detectors)),
        file=recording.id,
        stream=recording.stream,
        condition=condition,
        questions=answers,
        detectors=tuple(results),
        segments=segments(results, recording.duration_s, plan.segment_s, shares(calibrations)),
        localisation=located,
        notices=recording.notices,
        device=device,
        software_version=version(),
        packages=package_versions(),
        calibrations=calibrations,
        timings_s={name: round(seconds, 4) for name, seconds in timings.items()},
        made_at=clock().isoformat(timespec="seconds"),
    )


def answered(
    question: Question,
    results: Sequence[DetectorResult],
    calibration: Calibration | None,
    condition: Condition,
    recording: Recording,
    unlike: Mapping[str, DomainCheck],
) -> QuestionResult:
    """The answer to one question from all models' results, past the one gate that all sound meets."""
    asked = [result for result in results if result.question == question]
    domain = applicability(asked, calibration, condition, recording.stream, unlike)
    return answer(question, asked, calibration, domain, condition.speech_s)


def _models(plan: AnalysisPlan, store: ModelStore) -> tuple[str, ...]:
    models = tuple(dict.fromkeys(plan.models)) or store.default_ids()
    if not models:
        raise ModelError("MO-001", "No model is installed.", do="Reinstall Auditrace, or import a model pack.")
    return models


def _loaded(models: Sequence[str], store: ModelStore, device: str, progress: Progress) -> list[Detector]:
    """The detectors; may be cancelled between any two."""
    detectors = []
    for number, model in enumerate(models, 1):
        progress.check()
        progress.report(0.0, f"loading models, {number} of {len(models)}")
        detectors.append(promptly(lambda model=model: store.load(model, device), progress))
    progress.check()
    return detectors


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        timings[name] = timings.get(name, 0.0) + time.perf_counter() - started
