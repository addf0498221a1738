"""Samples read for the screen, and their extremes in each pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.foundation.progress import SILENT, Progress

_BLOCK_FRAMES = 1 << 19


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """Samples that were read: (channels, frames) from start_frame on."""

    start_frame: int
    samples: NDArray[np.float32]

    @property
    def stop_frame(self) -> int:
        """First frame after it."""
        return self.start_frame + self.samples.shape[1]

    def covers(self, start: int, stop: int) -> bool:
        """Whether all frames from start to stop (exclusive) are there."""
        return self.start_frame <= start and stop <= self.stop_frame


def read_stretch(recording: Recording, start: int, stop: int, *, progress: Progress = SILENT) -> Stretch:
    """Read frames start to stop (exclusive), in blocks between which it can be stopped.

    Raises:
        AudioError: the file changed or vanished.
        Cancelled: it was stopped.
    """
    blocks = []
    for _, block in recording.blocks(_BLOCK_FRAMES, start, stop):
        progress.check()
        blocks.append(block)
    samples = np.concatenate(blocks, axis=1) if blocks else np.zeros((recording.channels, 0), np.float32)
    return Stretch(start_frame=start, samples=samples)


def column_extremes(
    stretch: Stretch, start_frame: float, stop_frame: float, columns: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Exact minima and maxima (channels, columns) of the samples in equal columns; NaN where there are none."""
    edges = np.ceil(np.linspace(start_frame, stop_frame, columns + 1)).astype(np.int64) - stretch.start_frame
    edges = np.clip(edges, 0, stretch.samples.shape[1])
    low = np.full((stretch.samples.shape[0], columns), np.nan, np.float32)
    high = low.copy()
    filled = np.flatnonzero(edges[1:] > edges[:-1])
    if filled.size:
        used = stretch.samples[:, : edges[-1]]
        low[:, filled] = np.minimum.reduceat(used, edges[filled], axis=1)
        high[:, filled] = np.maximum.reduceat(used, edges[filled], axis=1)
    return low, high
