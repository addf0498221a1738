"""Running models over short, dense windows to see where in a recording something is found."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.analysis import localisation
from core.analysis.finding import DetectorResult, LocalisationResult, QuestionResult
from core.analysis.localisation import Cells
from core.analysis.plan import AnalysisPlan
from core.analysis.running import run_detector
from core.analysis.scoring import speech_shares, track
from core.audio import Condition, Recording
from core.calibration.localisation import Localisation
from core.calibration.record import CalibrationRecord
from core.detectors.card import QUESTIONS, ModelCard, Question
from core.detectors.preparing import fit_window
from core.foundation.progress import SILENT, Progress, span

if TYPE_CHECKING:
    import torch

    from core.detectors import Detector


class ShortWindows:
    """A detector given shorter windows, closer together, than its card says."""

    def __init__(self, detector: Detector, window_s: float, hop_s: float):
        """Take the detector; hop_s divides window_s."""
        rate = detector.card.sample_rate
        self._detector = detector
        self.card: ModelCard = dataclasses.replace(
            detector.card, window_frames=round(window_s * rate), hop_frames=round(hop_s * rate)
        )
        self.sha256, self.device = detector.sha256, detector.device

    def scores(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Scores of short windows, fitted to the detector's own as its card says of short input."""
        return self._detector.scores(fit_window(self._detector.card, waveforms))


def locate(
    detectors: Sequence[Detector],
    record: CalibrationRecord | None,
    recording: Recording,
    condition: Condition,
    answers: Mapping[Question, QuestionResult],
    plan: AnalysisPlan,
    progress: Progress = SILENT,
    *,
    side_by_side: int = 1,
) -> dict[Question, LocalisationResult]:
    """Regions of every question that a model answers, or why none are stated; runs nothing where none can be."""
    asked: dict[Question, list[str]] = {q: _answering(detectors, q) for q in QUESTIONS if _answering(detectors, q)}
    settings = localisation.fixed_for(record, asked)
    why_not = {q: localisation.reason(settings.get(q), answers[q].applicability) for q in asked}
    open_ones = [settings[q] for q in asked if not why_not[q]]
    grids = list(dict.fromkeys((setting.window_s, setting.hop_s) for setting in open_ones))
    cells: dict[Question, Cells] = {}
    for i, grid in enumerate(grids):
        part = span(progress, i / len(grids), (i + 1) / len(grids))
        here = [setting for setting in open_ones if (setting.window_s, setting.hop_s) == grid]
        used = [d for d in detectors if any(d.card.id in setting.models for setting in here)]
        results = short_windows(used, recording, condition, *grid, plan, part, side_by_side=side_by_side)
        cells |= {setting.question: cells_of(results, setting, recording, condition) for setting in here}
    return {q: localisation.result(q, cells.get(q), settings.get(q), why_not[q]) for q in asked}


def short_windows(
    detectors: Sequence[Detector],
    recording: Recording,
    condition: Condition,
    window_s: float,
    hop_s: float,
    plan: AnalysisPlan,
    progress: Progress = SILENT,
    *,
    side_by_side: int = 1,
) -> list[DetectorResult]:
    """What detectors say of windows of `window_s` each `hop_s`."""
    found: list[DetectorResult] = []
    for i, detector in enumerate(detectors):
        part = span(progress, i / len(detectors), (i + 1) / len(detectors))
        short: Detector = ShortWindows(detector, window_s, hop_s)  # type: ignore[assignment]
        found += run_detector(short, recording, condition, plan, part, side_by_side=side_by_side)
    return found


def cells_of(
    results: Sequence[DetectorResult], setting: Localisation, recording: Recording, condition: Condition
) -> Cells:
    """The scores of a question's models in cells as long as a hop."""
    edges = localisation.cell_edges(recording.duration_s, setting.hop_s)
    spans = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    shares = dict(zip(setting.models, setting.shares, strict=True))
    return Cells(
        edges_s=edges,
        scores=track(results, setting.question, edges, shares),
        speech=localisation.is_speech(speech_shares(spans, condition, recording.sample_rate)),
    )


def _answering(detectors: Sequence[Detector], question: Question) -> list[str]:
    return [detector.card.id for detector in detectors if question in detector.card.questions]
