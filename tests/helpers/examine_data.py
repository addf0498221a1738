"""Recordings in memory and made-up results for tests of the screen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.analysis.finding import DetectorResult, Finding, QuestionResult, TrackSegment, WindowScore
from core.analysis.plan import AnalysisPlan
from core.audio.peaks import PeakBuilder
from core.audio.recording import Condition, FileId, Recording, StreamFacts
from core.detectors.card import QUESTIONS, Answer, ModelCard
from core.explain.attribution import Attribution
from core.explain.verdicts import Checks, Faithfulness, Sanity


class MemoryPcm:
    """A PcmSource over an array."""

    def __init__(self, samples: NDArray[np.float32]):
        self._samples = samples

    def read(self, start_frame: int, stop_frame: int) -> NDArray[np.float32]:
        return self._samples[:, max(start_frame, 0) : max(stop_frame, 0)]

    def close(self) -> None:
        pass


def memory_recording(samples: NDArray[np.float32], rate: int, name: str = "clip.wav") -> Recording:
    """A Recording over (channels, frames) samples."""
    builder = PeakBuilder(samples.shape[0])
    for start in range(0, samples.shape[1], 100_000):
        builder.add(samples[:, start : start + 100_000])
    digest = f"{abs(hash(samples.tobytes())):064x}"
    identity = FileId(
        path=Path(name), size_bytes=samples.nbytes, sha256=digest, pcm_sha256=digest, pcm_encoding="float32le"
    )
    stream = StreamFacts(
        container="WAV", codec="FLOAT", sample_rate=rate, channels=samples.shape[0], frames=samples.shape[1]
    )
    return Recording(id=identity, stream=stream, peaks=builder.finish(), pcm=MemoryPcm(samples))


def fake_card(name: str = "auditrace/test", window_s: float = 4.0) -> ModelCard:
    """A card of a model that answers both questions."""
    return ModelCard(
        id=name,
        version="1",
        title="Test model",
        summary="",
        origin="auditrace",
        answers=tuple(Answer(question=q, positive=(1,), negative=(0,)) for q in QUESTIONS),
        classes=("real", "fake"),
        architecture="none",
        sample_rate=16000,
        window_frames=round(window_s * 16000),
        hop_frames=16000,
    )


def fake_scores(seconds: NDArray[np.float64], duration_s: float) -> NDArray[np.float64]:
    """A score that is raised in the middle third."""
    middle = (seconds > duration_s / 3) & (seconds < 2 * duration_s / 3)
    return np.where(middle, 4.5, -5.0) + 1.3 * np.sin(3.1 * seconds)


def fake_finding(recording: Recording) -> Finding:
    """A finding whose middle third is raised for `synthetic`, and which has no statement in its last second."""
    duration_s = recording.duration_s
    starts = np.arange(0.0, max(duration_s - 1e-9, 0.5), 1.0)
    synthetic = fake_scores(starts + 0.5, duration_s)
    codec = synthetic[::-1] / 3 - 1.5
    last = len(starts) - 1
    segments = tuple(
        TrackSegment(
            start_s=float(start),
            end_s=float(min(start + 1, duration_s)),
            synthetic=None if i == last else float(synthetic[i]),
            neural_codec=None if i == last else float(codec[i]),
        )
        for i, start in enumerate(starts)
    )
    condition = Condition(
        speech_s=duration_s / 2,
        bandwidth_hz=7800,
        snr_db=30,
        clipped_pct=0,
        codec="PCM",
        peak_dbfs=-3,
        rms_dbfs=-20,
        dc_offset=0,
        effective_bits=16,
        digital_silence_pct=0,
    )
    return Finding(
        plan=AnalysisPlan(),
        file=recording.id,
        stream=recording.stream,
        condition=condition,
        questions={q: QuestionResult(question=q, score=1.0) for q in QUESTIONS},
        detectors=(_detector_result(duration_s),),
        segments=segments,
    )


def _detector_result(duration_s: float) -> DetectorResult:
    starts = np.arange(0.0, max(duration_s - 4.0, 0.5), 1.0)
    scores = fake_scores(starts + 2, duration_s) * 0.9
    windows = tuple(
        WindowScore(start_s=float(s), end_s=float(min(s + 4, duration_s)), score=float(v))
        for s, v in zip(starts, scores, strict=True)
    )
    return DetectorResult(card=fake_card(), sha256="0" * 64, question="synthetic", score=1.0, windows=windows)


def fake_attribution(start_s: float = 1.0, end_s: float = 5.0, bins: int = 64, frames: int = 120) -> Attribution:
    """A smooth signed map with positive values low and early, negative ones high and late."""
    x, y = np.meshgrid(np.linspace(0, 1, frames), np.linspace(0, 1, bins))
    values = np.exp(-((x - 0.3) ** 2 + (y - 0.3) ** 2) / 0.02) - 0.7 * np.exp(-((x - 0.7) ** 2 + (y - 0.7) ** 2) / 0.01)
    step = (end_s - start_s) / frames
    return Attribution(
        values=values.astype(np.float32),
        time_s=start_s + step * (np.arange(frames) + 0.5),
        frequency_hz=np.linspace(0, 8000, bins),
        model="auditrace/test@" + "0" * 64,
        question="synthetic",
        method="ig",
        baseline="zero",
        target="fake",
        steps=32,
        score=2.0,
        baseline_score=-1.0,
        completeness_error=0.01,
        start_s=start_s,
        end_s=end_s,
        domain="features",
    )


def fake_checks(*, passed: bool = True) -> Checks:
    """Checks of a map that is better than random orders, or no better."""
    shares = np.linspace(0, 1, 6)
    chance = np.stack([3 * shares + 0.05 * draw * np.sin(np.pi * shares) for draw in (-1, 0, 1)])
    by_map = 3 * shares ** (0.3 if passed else 1.0)
    faithfulness = Faithfulness(shares=shares, by_map=by_map, by_chance=chance)
    return Checks(faithfulness=faithfulness, sanity=Sanity(correlations=(0.1, 0.2)))
