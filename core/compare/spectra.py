"""Long-term average spectra of several recordings on one frequency axis, and their differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Segment
from core.compare.alignment import Part
from core.foundation.progress import SILENT, Progress
from core.measure.ltas import Ltas, LtasParams, measure_ltas
from core.measure.ltas_parts import LtasCurve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spectrum:
    """Average spectrum of one part."""

    frequency_hz: NDArray[np.float64]
    """(bins,), up to half of its own sample rate."""
    mean_db: NDArray[np.float32]
    """(bins,), dB relative to full scale squared per hertz, of the mean power."""
    windows: int
    window_s: float
    speech_only: bool
    problem: str = ""
    """Why there is none; then there are no bins."""

    def at(self, frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Levels at other frequencies, interpolated; NaN beyond half of the sample rate."""
        if not self.frequency_hz.size:
            return np.full(len(frequency_hz), np.nan)
        return np.interp(frequency_hz, self.frequency_hz, self.mean_db, right=np.nan)

    def less(self, reference: Spectrum, *, level_matched: bool = False) -> NDArray[np.float64]:
        """This minus the reference at the reference's frequencies, dB; matched by the median of the difference."""
        difference = self.at(reference.frequency_hz) - reference.mean_db
        if level_matched and np.isfinite(difference).any():
            difference -= np.nanmedian(difference)
        return difference


def average_spectrum(
    part: Part, speech: Sequence[Segment] | None, *, speech_only: bool, progress: Progress = SILENT
) -> Spectrum:
    """Measure a part; with `speech_only` from windows of which at least nine tenths are active.

    Raises:
        FeatureError: it is shorter than a window (FE-001).
        AudioError: the file cannot be read.
        Cancelled: it was stopped.
    """
    params = LtasParams(channel=part.channel)
    first, last = part.frames
    recording = part.recording
    whole = (first, last) == (0, recording.frames)
    if speech_only:
        speech = _clipped(speech or (), first, last)
        found = measure_ltas(recording, params, speech, progress=progress)
        curve = found.curve("speech")
    elif whole:
        found = measure_ltas(recording, params, progress=progress)
        curve = found.curve("whole")
    else:
        stretch = (first / recording.sample_rate, last / recording.sample_rate)
        found = measure_ltas(recording, params, selection_s=stretch, progress=progress)
        curve = found.curve("selection")
    return _spectrum(found, curve, speech_only)


def _spectrum(found: Ltas, curve: LtasCurve | None, speech_only: bool) -> Spectrum:
    return Spectrum(
        frequency_hz=found.frequency_hz if curve else np.zeros(0),
        mean_db=curve.mean_db if curve else np.zeros(0, np.float32),
        windows=curve.windows if curve else 0,
        window_s=found.params.window_s,
        speech_only=speech_only,
        problem="" if curve else "No window lies in speech." if speech_only else "It is shorter than a window.",
    )


def _clipped(speech: Sequence[Segment], first: int, last: int) -> list[Segment]:
    """Active stretches inside first..last."""
    cut = (Segment(start_frame=max(s.start_frame, first), end_frame=min(s.end_frame, last)) for s in speech)
    return [segment for segment in cut if segment.end_frame > segment.start_frame]
