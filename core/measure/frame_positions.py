"""Where frames of one coder's grid lie: the position at which most lines are nearly zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.audio.channels import mono
from core.audio.recording import Recording
from core.features.params import too_short
from core.foundation.progress import SILENT, Progress, steps
from core.measure.grids import Grid

_CANDIDATES = 3
"""Of so many stretches the loudest one is used: rounding hides the trace in quiet ones."""
_LOWEST_SHARE = 0.02
_MOST_ZERO = 0.5
"""Lines that are nearly zero at most positions lie above the sound's end and say nothing."""
_LEAST_LINES = 16
NEIGHBOURS = 2
"""Positions this close, in samples, are one."""
_AROUND = 33
"""Positions with whose median each is compared: a coder's frames show at one, the sound's own unevenness at many."""
_MAD = 1.4826
"""Standard deviations in a median absolute deviation of normal values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a coder may have cut."""

    offset: int
    """Samples from the start of the recording to the nearest frame, modulo the spacing told apart."""
    share: float
    """Of lines nearly zero there."""
    contrast: float
    """Robust standard deviations above the positions around it."""


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """How much is nearly zero at each position."""

    shares: NDArray[np.float64]
    """(positions,), of the lines that were looked at."""
    lines: int
    """How many those are; 0 where nothing sounds."""


class FrameReader:
    """Counts lines that are nearly zero."""

    def __init__(self, recording: Recording, grid: Grid, *, near_zero_lsb: float, channel: str):
        """Take a channel of a recording.

        Raises:
            FeatureError: it is shorter than a frame (FE-001).
        """
        self.recording, self.grid = recording, grid
        self._limit, self._channel = near_zero_lsb * 2.0**-15, channel
        if recording.frames < grid.span:
            raise too_short("a frame", recording.frames, grid.span, recording.sample_rate)

    def shares(self, start: int, stop: int, frames: int, progress: Progress = SILENT, message: str = "") -> Shares:
        """Share of lines nearly zero at each position, from the loud ones among frames spread over a stretch."""
        hop = self.grid.hop
        counts, taken = np.zeros((hop, hop), np.int32), 0
        for waveform in self._loud(start, stop, frames, progress, message):
            counts += np.abs(self.grid.lines(waveform)) < self._limit
            taken += 1
        used = _telling(counts, taken)
        if used.sum() < _LEAST_LINES:
            return Shares(np.zeros(self.grid.moves_by), 0)
        shares = counts[:, used].sum(axis=1) / (taken * used.sum())
        return Shares(shares.reshape(-1, self.grid.moves_by).max(axis=0), int(used.sum()))

    def _loud(
        self, start: int, stop: int, frames: int, progress: Progress, message: str
    ) -> Iterator[NDArray[np.float32]]:
        hop, size = self.grid.hop, self.grid.span
        last = max(stop - size, start)
        starts = -(-np.linspace(start, last, _CANDIDATES * frames).astype(int) // hop) * hop
        starts = np.unique(np.minimum(starts, (self.recording.frames - size) // hop * hop))
        groups = np.array_split(starts, min(frames, len(starts)))
        for group in steps(groups, progress, message):
            stretches = [mono(self.recording, at, at + size, self._channel) for at in group.tolist()]
            loudest = max(stretches, key=lambda one: float(one @ one))
            if loudest.any():
                yield loudest


def _telling(counts: NDArray[np.int32], taken: int) -> NDArray[np.bool_]:
    """Lines in which something sounds."""
    used = counts.mean(axis=0) < _MOST_ZERO * max(taken, 1)
    used[: max(round(_LOWEST_SHARE * len(used)), 1)] = False
    return used & (taken > 0)


def positions(shares: NDArray[np.float64]) -> list[Position]:
    """Positions by falling contrast, each at least three samples from a better one; at most five."""
    above = shares - ndimage.median_filter(shares, _AROUND, mode="wrap")
    scale = max(_MAD * float(np.median(np.abs(above))), 1e-6 + 0.002 * float(np.median(shares)))
    found: list[Position] = []
    for at in np.argsort(-above, kind="stable")[:64].tolist():
        if all(apart(at, other.offset, len(shares)) > NEIGHBOURS for other in found):
            found.append(Position(offset=at, share=float(shares[at]), contrast=float(above[at]) / scale))
    return found[:5]


def apart(first: int, second: int, spacing: int) -> int:
    """Distance of two positions, samples."""
    return min((first - second) % spacing, (second - first) % spacing)
