"""Min/max pyramid: the envelope of a long waveform for any zoom, in memory proportional to frames / BASE_FRAMES."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BASE_FRAMES = 256
"""Frames per block of the finest level."""
_FACTOR = 4


class PeakBuilder:
    """Collects the finest level block by block while a file is decoded."""

    def __init__(self, channels: int):
        self._channels = channels
        self._rest = np.empty((channels, 0), np.float32)
        self._minima: list[NDArray[np.float32]] = []
        self._maxima: list[NDArray[np.float32]] = []
        self._frames = 0

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take the next samples (channels, frames)."""
        self._frames += samples.shape[1]
        joined = np.concatenate([self._rest, samples], axis=1) if self._rest.size else samples
        whole = joined.shape[1] // BASE_FRAMES * BASE_FRAMES
        if whole:
            starts = np.arange(0, whole, BASE_FRAMES)
            self._minima.append(np.minimum.reduceat(joined[:, :whole], starts, axis=1))
            self._maxima.append(np.maximum.reduceat(joined[:, :whole], starts, axis=1))
        self._rest = joined[:, whole:].copy()

    def finish(self) -> PeakPyramid:
        """The pyramid of everything added."""
        minima, maxima = list(self._minima), list(self._maxima)
        if self._rest.shape[1]:
            minima.append(self._rest.min(axis=1, keepdims=True))
            maxima.append(self._rest.max(axis=1, keepdims=True))
        empty = np.empty((self._channels, 0), np.float32)
        low = np.concatenate(minima, axis=1) if minima else empty
        high = np.concatenate(maxima, axis=1) if maxima else empty
        levels = [(low, high)]
        while levels[-1][0].shape[1] > _FACTOR:
            low, high = levels[-1]
            starts = np.arange(0, low.shape[1], _FACTOR)
            levels.append((np.minimum.reduceat(low, starts, axis=1), np.maximum.reduceat(high, starts, axis=1)))
        return PeakPyramid(levels=tuple(levels), frames=self._frames)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeakPyramid:
    """Extremes per block of 256, 1024, 4096 … frames."""

    levels: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    """For each level (minima, maxima), each (channels, blocks); level k has BASE_FRAMES·4^k frames a block."""
    frames: int

    def envelope(
        self, start_frame: float, stop_frame: float, columns: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Minima and maxima (channels, columns) over equal stretches of start..stop.

        Uses the coarsest level that still has a block per column, so that a column's extremes may reach at most
        one block into its neighbours. Columns outside the recording are NaN. For stretches shorter than
        BASE_FRAMES read the samples themselves.
        """
        per_column = max((stop_frame - start_frame) / columns, 1e-9)
        level = 0
        while level + 1 < len(self.levels) and BASE_FRAMES * _FACTOR ** (level + 1) <= per_column:
            level += 1
        low, high = self.levels[level]
        block = BASE_FRAMES * _FACTOR**level
        edges = start_frame + per_column * np.arange(columns + 1)
        first = np.floor(edges[:-1] / block).astype(np.int64)
        last = np.maximum(np.ceil(edges[1:] / block).astype(np.int64), first + 1)
        minima = np.full((low.shape[0], columns), np.nan, np.float32)
        maxima = np.full((low.shape[0], columns), np.nan, np.float32)
        inside = np.flatnonzero((edges[1:] > 0) & (edges[:-1] < self.frames) & (low.shape[1] > 0))
        if inside.size:
            a = np.clip(first[inside], 0, low.shape[1] - 1)
            b = np.clip(last[inside], a + 1, low.shape[1])
            # reduceat over interleaved (start, stop) pairs; the odd results are the gaps between columns
            padded_low = np.concatenate([low, low[:, -1:]], axis=1)
            padded_high = np.concatenate([high, high[:, -1:]], axis=1)
            pairs = np.stack([a, b], axis=1).ravel()
            minima[:, inside] = np.minimum.reduceat(padded_low, pairs, axis=1)[:, ::2]
            maxima[:, inside] = np.maximum.reduceat(padded_high, pairs, axis=1)[:, ::2]
        return minima, maxima
