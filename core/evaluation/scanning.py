"""Clips of a data set as an examination sees them: scores, measured condition, embeddings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis import AnalysisPlan
from core.analysis.device import computing
from core.analysis.likeness import embeddings
from core.analysis.running import run_detector
from core.audio import Condition, Recording, measure_condition, mono, open_recording
from core.audio.perturb.standard import Standard
from core.calibration.sample import Sample
from core.detectors.base import Detector
from core.detectors.card import Question
from core.evaluation.changed import changed
from core.foundation.progress import SILENT, Progress, steps
from core.training.datasets.intact import altered, is_altered
from core.training.datasets.manifest import Clip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan:
    """One clip, run through some models."""

    clip: Clip
    condition: Condition
    scores: Mapping[tuple[str, Question], float]
    """By model id and question: a file's scores as an examination gives them."""
    embeddings: Mapping[str, NDArray[np.float64]]
    """(windows, d) by model id."""


def scan(
    detectors: Sequence[Detector],
    clips: Sequence[Clip],
    change: Standard | None = None,
    progress: Progress = SILENT,
) -> list[Scan]:
    """Run models over clips.

    Args:
        detectors: Ready to run.
        clips: Of a data set.
        change: What the clips are sent through before.
        progress: Told how far it is.

    Raises:
        AudioError: a clip cannot be read (IN-…, DE-…).
        IntegrityError: a clip is not the file that its manifest lists (DA-014).
        PerturbationError: the change is not available here (PE-…).
    """
    with computing("cpu", reference=False):
        return [_scan(detectors, clip, change) for clip in steps(clips, progress, "scoring")]


def sample(scans: Sequence[Scan], question: Question, models: Sequence[str]) -> Sample:
    """What a calibration of these models is fitted to: the clips that are used for the question."""
    used = [each for each in scans if each.clip.truth(question) is not None]
    return Sample(
        scores=np.array([[each.scores[model, question] for model in models] for each in used], np.float64),
        truth=np.array([each.clip.truth(question) == 1 for each in used], bool),
        sources=np.array([each.clip.source for each in used], np.str_),
        generators=np.array([each.clip.generator for each in used], np.str_),
    )


def _scan(detectors: Sequence[Detector], clip: Clip, change: Standard | None) -> Scan:
    plan = AnalysisPlan()
    scores: dict[tuple[str, Question], float] = {}
    found: dict[str, NDArray[np.float64]] = {}
    with _opened(clip, change) as recording:
        condition = measure_condition(recording)
        for detector in detectors:
            results = run_detector(detector, recording, condition, plan)
            scores |= {(detector.card.id, result.question): result.score for result in results}
            found[detector.card.id] = embeddings(detector, recording, condition, results[0].windows)
    return Scan(clip=clip, condition=condition, scores=scores, embeddings=found)


@contextmanager
def _opened(clip: Clip, change: Standard | None) -> Iterator[Recording]:
    recording = open_recording(clip.path)
    if is_altered(clip, recording.id.sha256):
        raise altered(clip.path)
    if change is None:
        yield recording
        return
    waveform = change.apply(mono(recording, 0, recording.frames), recording.sample_rate, recording.id.sha256)
    with changed(waveform, recording.sample_rate, change.coding()) as copy:
        yield copy
