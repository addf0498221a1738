"""The examination: one recording, one plan, one finding."""

from __future__ import annotations

import dataclasses
import datetime
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.analysis import device as devices
from core.analysis.evidence import answer, applicability, matching, record_of, shares
from core.analysis.finding import DetectorResult, Finding, QuestionResult, WindowScore
from core.analysis.likeness import likenesses
from core.analysis.plan import AnalysisPlan
from core.analysis.scoring import file_score, segments, speech_shares
from core.analysis.side_by_side import in_order
from core.analysis.windows import Window, batches, windows_of
from core.audio import Condition, Recording, measure_condition, mono, resampled_blocks
from core.calibration.calibration import Calibration
from core.detectors.card import QUESTIONS, ModelCard, Question
from core.foundation.errors import ModelError
from core.foundation.progress import SILENT, Progress, span
from core.foundation.version import package_versions, version
from core.ood.envelope import DomainCheck

if TYPE_CHECKING:
    from core.detectors import Detector, ModelStore

BLOCK_S = 20.0
"""Seconds of sound held at a time."""


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
    device = devices.resolve(plan.device, reference=plan.reference)
    with _timed(timings, "load_models"):
        detectors = [store.load(model, device) for model in _models(plan, store)]
    with _timed(timings, "condition"):
        condition = condition or measure_condition(recording, span(progress, 0.0, 0.1))
    results: list[DetectorResult] = []
    with devices.computing(device, reference=plan.reference) as side_by_side:
        for i, detector in enumerate(detectors):
            part = span(progress, 0.1 + 0.9 * i / len(detectors), 0.1 + 0.9 * (i + 1) / len(detectors))
            with _timed(timings, detector.card.id):
                results += run_detector(detector, recording, condition, plan, part, side_by_side=side_by_side)
    with _timed(timings, "evidence"):
        record = record_of(store, [detector.card.id for detector in detectors])
        unlike = likenesses(detectors, record, recording, condition, results, plan.channel)
        calibrations = matching(record, results)
    progress.report(1.0, "done")
    timings["total"] = sum(timings.values())
    clock = now or (lambda: datetime.datetime.now(datetime.UTC))
    return Finding(
        plan=dataclasses.replace(plan, models=tuple(d.card.id for d in detectors)),
        file=recording.id,
        stream=recording.stream,
        condition=condition,
        questions={q: _answer(q, results, calibrations.get(q), condition, recording, unlike) for q in QUESTIONS},
        detectors=tuple(results),
        segments=segments(results, recording.duration_s, plan.segment_s, shares(calibrations)),
        notices=recording.notices,
        device=device,
        software_version=version(),
        packages=package_versions(),
        calibrations=calibrations,
        timings_s={name: round(seconds, 4) for name, seconds in timings.items()},
        made_at=clock().isoformat(timespec="seconds"),
    )


def run_detector(
    detector: Detector,
    recording: Recording,
    condition: Condition,
    plan: AnalysisPlan,
    progress: Progress = SILENT,
    *,
    side_by_side: int = 1,
) -> list[DetectorResult]:
    """Scores of one detector over the whole recording: one result for each question it answers."""
    rate, window_frames, hop_frames = _grid(detector.card, recording.sample_rate)
    windows = windows_of(_stream(detector.card, recording, plan.channel), window_frames, hop_frames)
    spans: list[tuple[float, float]] = []
    scores: list[NDArray[np.float64]] = []
    score = partial(_score, detector, rate)
    for batch, found in in_order(score, batches(windows, plan.batch), side_by_side, progress):
        spans += [
            (w.start_frame / rate, min((w.start_frame + w.samples.size) / rate, recording.duration_s)) for w in batch
        ]
        scores.append(found)
        progress.report(min(spans[-1][1] / recording.duration_s, 1.0), detector.card.title)
    return _results(detector, np.concatenate(scores), spans, recording, condition, plan)


def _answer(
    question: Question,
    results: Sequence[DetectorResult],
    calibration: Calibration | None,
    condition: Condition,
    recording: Recording,
    unlike: Mapping[str, DomainCheck],
) -> QuestionResult:
    asked = [result for result in results if result.question == question]
    return answer(question, asked, calibration, applicability(asked, calibration, condition, recording.stream, unlike))


def _models(plan: AnalysisPlan, store: ModelStore) -> tuple[str, ...]:
    models = tuple(dict.fromkeys(plan.models)) or store.default_ids()
    if not models:
        raise ModelError("MO-001", "No model is installed.", do="Reinstall Auditrace, or import a model pack.")
    return models


def _grid(card: ModelCard, file_rate: int) -> tuple[int, int, int]:
    """Rate at which windows are cut, window and hop at that rate."""
    if card.resampling == "file":
        return card.sample_rate, card.window_frames, card.hop_frames
    window = round(card.window_s * file_rate)
    return file_rate, window, window // (card.window_frames // card.hop_frames)


def _stream(card: ModelCard, recording: Recording, channel: str) -> Iterator[NDArray[np.float32]]:
    if card.resampling == "file":
        return resampled_blocks(recording, card.sample_rate, channel, BLOCK_S)
    step = round(BLOCK_S * recording.sample_rate)
    return (mono(recording, at, at + step, channel) for at in range(0, recording.frames, step))


def _score(detector: Detector, rate: int, batch: Sequence[Window]) -> NDArray[np.float64]:
    """Scores (n, answers) of a batch of windows cut at that rate."""
    import torch

    from core.detectors.preparing import fit_window, window_batch

    with torch.inference_mode():
        samples = window_batch(detector.card, torch.from_numpy(np.stack([w.samples for w in batch])), rate)
        return detector.scores(fit_window(detector.card, samples).to(detector.device)).double().cpu().numpy()


def _results(
    detector: Detector,
    scores: NDArray[np.float64],
    spans: Sequence[tuple[float, float]],
    recording: Recording,
    condition: Condition,
    plan: AnalysisPlan,
) -> list[DetectorResult]:
    shares = speech_shares(spans, condition, recording.sample_rate)
    results = []
    for column, reply in enumerate(detector.card.answers):
        windows = tuple(
            WindowScore(start_s=start, end_s=end, score=float(score))
            for (start, end), score in zip(spans, scores[:, column], strict=True)
        )
        results.append(
            DetectorResult(
                card=detector.card,
                sha256=detector.sha256,
                question=reply.question,
                score=file_score(windows, shares, plan.trim),
                windows=windows,
                notes=tuple(_notes(detector.card, recording, plan)),
            )
        )
    return results


def _notes(card: ModelCard, recording: Recording, plan: AnalysisPlan) -> Iterator[str]:
    """What was done to the signal on its way to this model (P-36)."""
    if recording.channels > 1:
        yield f"Channel: {'mean of all channels' if plan.channel == 'mix' else plan.channel}."
    if recording.sample_rate != card.sample_rate:
        how = "soxr HQ, whole file" if card.resampling == "file" else "torchaudio windowed sinc, each window by itself"
        yield f"Resampled from {recording.sample_rate} Hz to {card.sample_rate} Hz ({how})."
    if recording.duration_s < card.window_s and card.short_input == "repeat":
        yield f"Shorter than the window of {card.window_s:.2f} s: repeated from its start to fill it."


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        timings[name] = timings.get(name, 0.0) + time.perf_counter() - started
