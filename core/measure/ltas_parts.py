"""Parts of a long-term spectrum: which windows belong to each, and sums of levels that take no more room for hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording, Segment

Part = Literal["whole", "speech", "pauses", "selection"]
PERCENTILES = (10.0, 50.0, 90.0)
_FLOOR_DB, _TOP_DB, _STEP_DB = -200.0, 20.0, 0.25
_BINS = round((_TOP_DB - _FLOOR_DB) / _STEP_DB)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LtasCurve:
    """Levels of one part of the recording, dB relative to full scale squared per hertz."""

    part: Part
    windows: int
    mean_db: NDArray[np.float32]
    """(bins,), of the mean power."""
    percentiles_db: NDArray[np.float32]
    """(3, bins): level that 10, 50 and 90 % of the windows do not exceed; steps of 0.25 dB."""


class PartSums:
    """Sums and a histogram of levels at each frequency, so that hours need no more memory than seconds."""

    def __init__(self, bins: int):
        self.windows = 0
        self._sum = np.zeros(bins)
        self._counts = np.zeros((bins, _BINS), np.int32)
        self._rows = np.arange(bins) * _BINS

    def add(self, power: NDArray[np.float64], steps: NDArray[np.int64]) -> None:
        """Take windows: power (windows, bins), and the same as steps of the histogram."""
        if not len(power):
            return
        self.windows += len(power)
        self._sum += power.sum(axis=0)
        flat = (steps + self._rows).ravel()
        self._counts += np.bincount(flat, minlength=self._counts.size).reshape(self._counts.shape).astype(np.int32)

    def finish(self, part: Part) -> LtasCurve:
        """Mean and percentiles in dB."""
        mean = np.maximum(10 * np.log10(self._sum / max(self.windows, 1) + 1e-30), _FLOOR_DB)
        reached = np.cumsum(self._counts, axis=1, dtype=np.int64)
        levels = [self._percentile(reached, share) for share in PERCENTILES]
        return LtasCurve(
            part=part,
            windows=self.windows,
            mean_db=mean.astype(np.float32),
            percentiles_db=np.asarray(levels, np.float32),
        )

    def _percentile(self, reached: NDArray[np.int64], share: float) -> NDArray[np.float64]:
        at = (reached >= max(np.ceil(share / 100 * self.windows), 1)).argmax(axis=1)
        return _FLOOR_DB + _STEP_DB * (at + 0.5)


class PartChoice:
    """Which windows belong to which part."""

    def __init__(
        self,
        recording: Recording,
        size: int,
        inside: float,
        speech: Sequence[Segment] | None,
        selection_s: tuple[float, float] | None,
    ):
        """Take where speech and the selection are.

        Args:
            recording: Of the windows.
            size: Frames of a window.
            inside: Share of a window that must be speech, or pause.
            speech: Active stretches; None where they are not known.
            selection_s: Start and end, seconds.
        """
        self._inside, self._size = inside, size
        edges = [frame for segment in speech or () for frame in (segment.start_frame, segment.end_frame)]
        self._edges = np.array([0, *edges, recording.frames], np.float64)
        lengths = np.diff(self._edges) * (np.arange(len(self._edges) - 1) % 2)
        self._spoken = np.concatenate([[0.0], np.cumsum(lengths)])
        self._selection = [round(edge * recording.sample_rate) for edge in selection_s or (0.0, 0.0)]

    def of(self, part: Part, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether windows that start there belong to the part."""
        if part == "whole":
            return np.ones(len(starts), np.bool_)
        if part == "selection":
            return (starts >= self._selection[0]) & (starts + self._size <= self._selection[1])
        spoken = (self._until(starts + self._size) - self._until(starts)) / self._size
        return spoken >= self._inside if part == "speech" else spoken <= 1 - self._inside

    def _until(self, frames: NDArray[np.int64]) -> NDArray[np.float64]:
        """Frames of speech before a frame."""
        return np.interp(frames, self._edges, self._spoken)


def share_out(
    power: NDArray[np.float64], starts: NDArray[np.int64], parts: dict[Part, PartSums], choice: PartChoice
) -> None:
    """Add windows of power (windows, bins), which begin at `starts`, to the parts to which they belong."""
    level = 10 * np.log10(power + 1e-30)
    steps = np.clip((level - _FLOOR_DB) / _STEP_DB, 0, _BINS - 1).astype(np.int64)
    for name, part in parts.items():
        belongs = choice.of(name, starts)
        part.add(power[belongs], steps[belongs])
