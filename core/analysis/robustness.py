"""How the score of one recording moves under perturbations: the suite run again on the perturbed sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.analysis import device as devices
from core.analysis.evidence import answer, applicability, matching, record_of
from core.analysis.finding import DetectorResult, QuestionResult
from core.analysis.likeness import likenesses
from core.analysis.plan import AnalysisPlan
from core.analysis.running import run_detector
from core.audio import Recording, measure_condition, mono
from core.audio.memory import derived
from core.audio.perturb.standard import STANDARD, Standard
from core.calibration.record import CalibrationRecord
from core.detectors.card import QUESTIONS, Question
from core.foundation.errors import CoreError, PerturbationError
from core.foundation.progress import SILENT, Progress, span
from core.foundation.prompt import promptly

if TYPE_CHECKING:
    from core.detectors import Detector, ModelStore

CLEAN = "as it is"
MOST_S = 600.0
"""A longer stretch is not perturbed: it is held in memory whole."""
DEFAULT = (
    "MP3 128 kbit/s",
    "MP3 64 kbit/s",
    "MP3 32 kbit/s",
    "Opus 32 kbit/s",
    "Opus 16 kbit/s",
    "telephone band",
    "white noise 30 dB",
    "white noise 20 dB",
    "reverberation 0.3 s",
    "12 dB quieter",
)
"""What an exhibit is most likely to have met: messengers, telephone, noise, a room, another level."""
_SECONDS_A_SECOND = 1 / 30
"""Time that the suite takes for a second of sound, where nothing was measured here."""
_PERTURBING = 1 / 60
"""Time that a perturbation takes for a second of sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the suite says of the recording under one perturbation."""

    name: str
    """Name in STANDARD, or CLEAN."""
    kind: str
    """`clean`, or the perturbation's kind: rows of one kind differ in strength, milder first."""
    keeps_band: bool
    answers: dict[Question, QuestionResult]
    """Of the questions that a model answers; empty where `problem` says why."""
    problem: str = ""
    """Why there is no outcome, with its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """Outcomes of one stretch of one recording, the clean one first."""

    outcomes: tuple[Outcome, ...]
    models: tuple[str, ...]
    """`id@sha256` of each."""
    sha256: str
    """Of the recording's file."""
    start_s: float
    end_s: float

    @property
    def clean(self) -> Outcome:
        """The stretch as it is."""
        return self.outcomes[0]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Those that were answered."""
        return tuple(self.clean.answers)

    def moves(self, question: Question) -> list[float | None]:
        """Change of the score against the clean one, in the outcomes' order; None where there is none."""
        clean = self.clean.answers[question].score
        return [one.answers[question].score - clean if question in one.answers else None for one in self.outcomes]

    def summary(self, question: Question) -> str:
        """Largest move and changes of sign, in a sentence."""
        moves = [(move, one) for move, one in zip(self.moves(question), self.outcomes, strict=True) if move is not None]
        if len(moves) < 2:
            return "Nothing was perturbed."
        largest, worst = max(moves[1:], key=lambda pair: abs(pair[0]))
        clean = self.clean.answers[question].score
        crossed = [one.name for move, one in moves[1:] if (clean + move > 0) != (clean > 0)]
        tail = f"It crosses 0 under {', '.join(crossed)}." if crossed else "It stays on its side of 0 throughout."
        return f"The score moves by at most {abs(largest):.2f}, under {worst.name} ({_signed(largest)}). {tail}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def estimate_s(
    seconds: float, perturbations: int, models: int, took_s: float | None = None, of_s: float = 0.0
) -> float:
    """Seconds a sweep will take.

    Args:
        seconds: Length of the stretch.
        perturbations: How many, without the clean run.
        models: How many models.
        took_s: What an examination of `of_s` seconds with these models took here, where that is known.
        of_s: See took_s.
    """
    pace = took_s / of_s if took_s and of_s else _SECONDS_A_SECOND * max(models, 1)
    return seconds * ((perturbations + 1) * pace + perturbations * _PERTURBING)


def sweep(
    recording: Recording,
    names: Sequence[str],
    plan: AnalysisPlan,
    store: ModelStore,
    stretch_s: tuple[float, float] | None = None,
    progress: Progress = SILENT,
) -> Robustness:
    """Run the plan's models on a stretch as it is, and once under each perturbation.

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
    device = promptly(lambda: devices.resolve(plan.device, reference=plan.reference), progress)
    ids = tuple(dict.fromkeys(plan.models)) or store.default_ids()
    detectors = [promptly(lambda model=model: store.load(model, device), progress) for model in ids]
    record = record_of(store, ids)
    chosen = [None, *(one for name, one in STANDARD.items() if name in names)]
    outcomes = []
    for i, one in enumerate(chosen):
        part = span(progress, i / len(chosen), (i + 1) / len(chosen))
        outcomes.append(_outcome(one, waveform, recording, detectors, record, plan, device, part))
        progress.report((i + 1) / len(chosen), outcomes[-1].name)
    return Robustness(
        outcomes=tuple(outcomes),
        models=tuple(f"{d.card.id}@{d.sha256}" for d in detectors),
        sha256=recording.id.sha256,
        start_s=start_s,
        end_s=end_s,
    )


def _outcome(
    standard: Standard | None,
    waveform: NDArray[np.float32],
    recording: Recording,
    detectors: Sequence[Detector],
    record: CalibrationRecord | None,
    plan: AnalysisPlan,
    device: str,
    progress: Progress,
) -> Outcome:
    name, kind = (standard.name, standard.kind) if standard else (CLEAN, "clean")
    keeps_band = standard is None or standard.keeps_band
    progress.report(0.0, name)
    try:
        heard, by = _heard(standard, waveform, recording, plan, progress)
    except PerturbationError as error:
        return Outcome(name=name, kind=kind, keeps_band=keeps_band, answers={}, problem=_problem(error))
    answers = _answers(detectors, record, heard, by, device, progress)
    return Outcome(name=name, kind=kind, keeps_band=keeps_band, answers=answers)


def _heard(
    standard: Standard | None,
    waveform: NDArray[np.float32],
    recording: Recording,
    plan: AnalysisPlan,
    progress: Progress,
) -> tuple[Recording, AnalysisPlan]:
    """What the models hear, and by which plan; the whole as it is as in an examination, whose score it then gets."""
    if standard is None and waveform.size == recording.frames:
        return recording, plan
    changed = waveform if standard is None else _perturbed(standard, waveform, recording, progress)
    return derived(recording, changed[None]), replace(plan, channel="mix")


def _problem(error: CoreError) -> str:
    return f"{error.code}: {error.what}"


def _perturbed(
    standard: Standard, waveform: NDArray[np.float32], recording: Recording, progress: Progress
) -> NDArray[np.float32]:
    key = recording.id.sha256
    return promptly(lambda: standard.apply(waveform, recording.sample_rate, key), progress)


def _answers(
    detectors: Sequence[Detector],
    record: CalibrationRecord | None,
    recording: Recording,
    plan: AnalysisPlan,
    device: str,
    progress: Progress,
) -> dict[Question, QuestionResult]:
    """As an examination answers, of the questions that a model answers."""
    condition = measure_condition(recording, span(progress, 0.0, 0.1))
    results: list[DetectorResult] = []
    with devices.computing(device, reference=plan.reference) as side_by_side:
        for i, detector in enumerate(detectors):
            part = span(span(progress, 0.1, 1.0), i / len(detectors), (i + 1) / len(detectors))
            results += run_detector(detector, recording, condition, plan, part, side_by_side=side_by_side)
    progress.check()
    unlike = likenesses(detectors, record, recording, condition, results, plan.channel)
    calibrations = matching(record, results)
    answers: dict[Question, QuestionResult] = {}
    for question in QUESTIONS:
        asked = [result for result in results if result.question == question]
        if asked:
            calibration = calibrations.get(question)
            domain = applicability(asked, calibration, condition, recording.stream, unlike)
            answers[question] = answer(question, asked, calibration, domain)
    return answers
