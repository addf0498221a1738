"""The values at one point of the screen, and how they are looked up in results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from core.detectors.card import QUESTIONS, Question

if TYPE_CHECKING:  # the window must open without importing the engine's heavy floors
    from core.analysis.finding import Finding, TrackSegment
    from core.audio.recording import Recording
    from core.explain.attribution import Attribution

RAISED_BY = 1.0
"""Log-odds above the median of the recording's own track from which a stretch is pointed out."""
RAISED_MEANS = "Higher than the rest of this recording: a place to look, no threshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Values at a point; None where a value is not available there."""

    time_s: float
    sample: int
    """Frame index at the recording's own rate."""
    frequency_hz: float | None = None
    level_dbfs: float | None = None
    """Level of the spectrogram at this time and frequency."""
    amplitude: tuple[float, ...] | None = None
    """Sample value of each channel, full scale ±1."""
    sample_s: float = 0.0
    """Time from one sample to the next: a time is known to half of it."""
    resolution_hz: float | None = None
    """Of the spectrogram: a frequency is known to half of it."""
    packet_width_hz: float | None = None
    """Of a wavelet-packet band."""
    packet_hz: float | None = None
    """Centre of the wavelet-packet band."""
    packet_db: float | None = None
    synthetic: float | None = None
    """Uncalibrated track score, log-odds; higher = more synthetic."""
    neural_codec: float | None = None
    attribution: float | None = None
    """Share of the explained score; positive speaks for the target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch in which a question's uncalibrated track score is higher than in the rest of the recording."""

    question: Question
    start_s: float
    end_s: float
    peak: float
    """Highest score in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """Stretches that are pointed out for a question, and on what grounds."""

    spans: tuple[tuple[float, float], ...]
    is_stated: bool
    """Whether these are the regions that the examination states; else they are merely raised."""
    words: str


def pointed_out(finding: Finding | None) -> dict[Question, Pointed]:
    """For each question the regions that are stated, none perhaps; where none can be, the raised stretches."""
    if finding is None:
        return {}
    raised = raised_spans(finding.segments)
    return {question: _pointed(finding, question, raised) for question in QUESTIONS}


def _pointed(finding: Finding, question: Question, raised: Sequence[Span]) -> Pointed:
    result = finding.localisation.get(question)
    if result is not None and not result.reason:
        spans = tuple((region.start_s, region.end_s) for region in result.regions)
        words = f"{_count(len(spans), 'region')} that the examination states"
        return Pointed(spans=spans, is_stated=True, words=words)
    spans = tuple((span.start_s, span.end_s) for span in raised if span.question == question)
    words = f"no statement of regions; {_count(len(spans), 'stretch', 'stretches')} higher than the rest"
    return Pointed(spans=spans, is_stated=False, words=f"{words}: places to look, no threshold")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def frame_at(recording: Recording, time_s: float) -> int:
    """Index of the sample that sounds at a time; never beyond the last one."""
    return min(int(time_s * recording.sample_rate + 1e-6), max(recording.frames - 1, 0))


def segment_at(finding: Finding | None, time_s: float) -> TrackSegment | None:
    """The track segment that covers a time; the last one also covers its own end."""
    segments = finding.segments if finding else ()
    for segment in segments:
        if segment.start_s <= time_s < segment.end_s:
            return segment
    return segments[-1] if segments and time_s == segments[-1].end_s else None


def attribution_at(attribution: Attribution | None, time_s: float, frequency_hz: float | None) -> float | None:
    """The attribution of the nearest cell; None outside its window or above its highest band."""
    if attribution is None or frequency_hz is None or not attribution.values.size:
        return None
    if not attribution.start_s <= time_s <= attribution.end_s:
        return None
    centres = attribution.frequency_hz
    half_bin = (centres[-1] - centres[-2]) / 2 if len(centres) > 1 else np.inf
    if frequency_hz > centres[-1] + half_bin:
        return None
    row = int(np.abs(centres - frequency_hz).argmin())
    column = int(np.abs(attribution.time_s - time_s).argmin())
    return float(attribution.values[row, column])


def raised_spans(segments: Sequence[TrackSegment]) -> tuple[Span, ...]:
    """Runs of segments that score higher than the rest of the recording, for each question, by their start.

    Higher is more than `RAISED_BY` above the median of the recording's own track: a place to look, no threshold.
    """
    spans: list[Span] = []
    for question in QUESTIONS:
        scores = [score for segment in segments if (score := getattr(segment, question)) is not None]
        if scores:
            spans += _runs(segments, question, median(scores) + RAISED_BY)
    return tuple(sorted(spans, key=lambda span: (span.start_s, span.question)))


def _runs(segments: Sequence[TrackSegment], question: Question, above: float) -> list[Span]:
    runs: list[Span] = []
    open_end: float | None = None
    for segment in segments:
        score = getattr(segment, question)
        if score is None or score <= above:
            open_end = None
            continue
        if runs and open_end == segment.start_s:
            first = runs.pop()
            start_s, peak = first.start_s, max(first.peak, score)
        else:
            start_s, peak = segment.start_s, score
        runs.append(Span(question=question, start_s=start_s, end_s=segment.end_s, peak=peak))
        open_end = segment.end_s
    return runs
