"""What a figure draws: values on one time axis, without a layout. Made by collecting.py, drawn by figures.py."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detectors.card import Question
from core.explain.attribution import Attribution
from core.features.base import FeatureMap
from core.foundation.hashing import canonical_json

RANGE_DB = 100
"""What maps of level show below their top."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Envelope:
    """Lowest and highest sample in equal columns of time."""

    low: NDArray[np.float32]
    """(columns,), full scale ±1."""
    high: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorLine:
    """The window scores of one detector."""

    label: str
    """`D1`, as in the methods section."""
    points: tuple[tuple[float, float], ...]
    """(centre of the window in s, score)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The scores for one question along the recording."""

    question: Question
    steps: tuple[tuple[float, float, float | None], ...]
    """(start s, end s, score); None where no window covers it."""
    detectors: tuple[DetectorLine, ...]
    regions: tuple[tuple[float, float], ...] = ()
    """Stretches with high scores that the examination states (start s, end s)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FigureData:
    """Everything that one aligned figure shows."""

    start_s: float
    end_s: float
    envelope: Envelope
    spectrogram: FeatureMap | None = None
    packets: FeatureMap | None = None
    tracks: tuple[Track, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    score_range: tuple[float, float] | None = None
    """Limits of the score axes; None for those of its own tracks."""

    def sha256(self) -> str:
        """SHA-256 of all values drawn, in a fixed order."""
        digest = hashlib.sha256(canonical_json([self.start_s, self.end_s, self.score_range]))
        for values in self._arrays():
            digest.update(canonical_json(list(values.shape)))
            digest.update(np.ascontiguousarray(values, dtype="<f4").tobytes())
        for track in self.tracks:
            lines = [[line.label, line.points] for line in track.detectors]
            regions = [track.regions] if track.regions else []
            digest.update(canonical_json([track.question, track.steps, lines, *regions]))
        return digest.hexdigest()

    def scores(self) -> list[float]:
        """All scores in the tracks."""
        steps = [step[2] for track in self.tracks for step in track.steps if step[2] is not None]
        return steps + [point[1] for track in self.tracks for line in track.detectors for point in line.points]

    def _arrays(self) -> list[NDArray]:
        maps = [found for found in (self.spectrogram, self.packets) if found is not None]
        arrays = [self.envelope.low, self.envelope.high]
        for shown in (*maps, *self.attributions):
            arrays += [shown.values, shown.time_s, shown.frequency_hz]
        return arrays
