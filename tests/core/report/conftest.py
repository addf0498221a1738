"""Made-up findings on real recordings: the scores are drawn, so that no test depends on a model."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from helpers.calibrations import validated

from core.analysis.document import run_json
from core.analysis.finding import DetectorResult, Finding, QuestionResult, TrackSegment, WindowScore
from core.analysis.plan import AnalysisPlan
from core.audio import Condition, measure_condition, open_recording
from core.calibration.calibration import Calibration
from core.case import Case
from core.detectors.card import QUESTIONS, Answer, ModelCard, Question

TEST_NET = ModelCard(
    id="auditrace/test-net",
    version="1.2.0",
    title="Test net",
    summary="A small network that looks at the log-mel spectrum. It fails on telephone speech.",
    origin="auditrace",
    answers=(
        Answer(question="synthetic", positive=(1, 2), negative=(0,)),
        Answer(question="neural_codec", positive=(2,), negative=(0, 1)),
    ),
    classes=("human", "decoder", "codec"),
    architecture="lcnn",
    front_end="mel",
    front_end_args={"bins": 80, "hop_s": 0.01},
    sample_rate=16000,
    window_frames=16000,
    hop_frames=8000,
    licence="CC BY 4.0",
    reference="Made for the tests",
    training_data="1 200 clips of 40 speakers, 9 generators, up to 2025",
    training_manifest_sha256="ab" * 32,
    results=(
        {"set": "test", "condition": "full band", "question": "synthetic", "eer_pct": 7.25, "low": 5.1, "n": 812}
        | {"high": 9.9},
        {"set": "test", "condition": "full band", "question": "neural_codec", "eer_pct": 11.5, "low": 8.0, "n": 640}
        | {"high": 15.3},
    ),
    limits=("Not tested on singing.", "Not tested below 3 s of speech."),
)
OTHER_NET = ModelCard(
    id="published/other-net",
    version="2021",
    title="Other net",
    summary="A graph network on the waveform.",
    origin="published",
    answers=(Answer(question="synthetic", positive=(0,), negative=(1,)),),
    classes=("fake", "real"),
    architecture="aasist",
    sample_rate=16000,
    window_frames=64600,
    hop_frames=64600,
)
PACKS = ((TEST_NET, "c0ffee" + "1" * 58), (OTHER_NET, "d00d" + "2" * 60))


class Clock:
    """A minute later at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def finding_on(
    path: Path,
    seed: int = 0,
    condition: Condition | None = None,
    log10_lr: float | None = None,
    asked: tuple[Question, ...] = QUESTIONS,
) -> Finding:
    """A finding on a file: scores are drawn, higher in the middle third; a ratio, if any, for the questions asked."""
    recording = open_recording(path)
    rng = np.random.default_rng(seed)
    results = tuple(
        _result(rng, card, sha256, answer.question, recording.duration_s)
        for card, sha256 in PACKS
        for answer in card.answers
    )
    return Finding(
        plan=AnalysisPlan(models=(TEST_NET.id, OTHER_NET.id), device="cpu", reference=True),
        file=recording.id,
        stream=recording.stream,
        condition=condition or measure_condition(recording),
        questions={q: _answer(q, results, log10_lr if q in asked else None) for q in QUESTIONS},
        calibrations={q: _calibration(q, results) for q in asked if log10_lr is not None},
        detectors=results,
        segments=tuple(_segments(results, recording.duration_s)),
        notices=recording.notices,
        software_version="0.1.0",
        packages={"numpy": "2.4.6", "torch": "2.11.0"},
        made_at="2026-11-21T09:30:00+00:00",
    )


def run_on(path: Path, seed: int = 0, **options: Any) -> dict[str, Any]:
    """The same as a run's record."""
    return run_json(finding_on(path, seed, **options))


def _result(
    rng: np.random.Generator, card: ModelCard, sha256: str, question: Question, duration_s: float
) -> DetectorResult:
    starts = np.arange(0.0, max(duration_s - card.window_s, 0.0) + 1e-9, card.hop_frames / card.sample_rate)
    level = np.where((starts > duration_s / 3) & (starts < 2 * duration_s / 3), 2.5, -1.5)
    scores = level + rng.normal(0, 0.6, starts.size)
    windows = tuple(
        WindowScore(start_s=float(start), end_s=float(min(start + card.window_s, duration_s)), score=float(score))
        for start, score in zip(starts, scores, strict=True)
    )
    return DetectorResult(card=card, sha256=sha256, question=question, score=float(scores.mean()), windows=windows)


def _answer(question: Question, results: tuple[DetectorResult, ...], log10_lr: float | None) -> QuestionResult:
    return QuestionResult(
        question=question,
        score=float(np.mean([result.score for result in results if result.question == question])),
        log10_lr=log10_lr,
        interval=None if log10_lr is None else (max(log10_lr - 0.5, -2.0), min(log10_lr + 0.5, 2.0)),
        bounds=None if log10_lr is None else (-2.0, 2.0),
        calibration="" if log10_lr is None else _calibration(question, results).id,
        applicability="edge",
        reasons=("AP-022: the sound ends at 5000 Hz; traces above it, if there were any, are gone.",),
    )


def _calibration(question: Question, results: tuple[DetectorResult, ...]) -> Calibration:
    return validated(question, tuple(result.card.id for result in results if result.question == question))


def _segments(results: tuple[DetectorResult, ...], duration_s: float) -> Iterator[TrackSegment]:
    for start in range(max(1, int(np.ceil(duration_s)))):
        end = min(start + 1.0, duration_s)
        scores = {question: _mean_between(results, question, start, end) for question in QUESTIONS}
        yield TrackSegment(start_s=float(start), end_s=end, **scores)


def _mean_between(results: tuple[DetectorResult, ...], question: Question, start: float, end: float) -> float | None:
    windows = [window for result in results if result.question == question for window in result.windows]
    scores = [window.score for window in windows if window.start_s < end and window.end_s > start]
    return float(np.mean(scores)) if scores else None


def speech_file(path: Path, seconds: float, rate: int = 16000) -> Path:
    """A WAV file of voiced bursts over faint noise."""
    t = np.arange(round(seconds * rate)) / rate
    voice = sum(np.sin(2 * np.pi * 130 * k * t) / k for k in range(1, 30)) * (np.sin(2 * np.pi * 1.5 * t) > -0.3)
    noise = np.random.default_rng(7).normal(0, 1e-3, t.size)
    sf.write(path, (0.2 * voice + noise).astype(np.float32), rate, subtype="PCM_16")
    return path


@pytest.fixture(autouse=True)
def coarse_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of fewer pixels: what is tested does not depend on their number."""
    monkeypatch.setattr("core.report.figures.DPI", 50)


@pytest.fixture(scope="session")
def make_run() -> Callable[..., dict[str, Any]]:
    """Maker of runs: f(path, seed, condition, log10_lr)."""
    return run_on


@pytest.fixture(scope="session")
def case_in() -> Callable[..., Case]:
    """Maker of cases: f(folder, exhibits, seconds) -> a case with that many examined exhibits, checked once."""

    def make(folder: Path, exhibits: int = 1, seconds: float = 2.0, **options: Any) -> Case:
        case = Case.create(folder / "case", number="2026-114", examiner="Jörg Müßig", clock=Clock())
        for number in range(exhibits):
            path = speech_file(folder / f"Anruf {number + 1} – Ämilie.wav", seconds + number / 10)
            added = case.add(path)
            case.record_run(added.id, run_on(case.working_copy(added.id), number, **options))
        assert case.verify() == []
        return case

    return make


@pytest.fixture
def make_case(tmp_path: Path, case_in: Callable[..., Case]) -> Callable[..., Case]:
    """The same in the test's own folder."""
    return functools.partial(case_in, tmp_path)
