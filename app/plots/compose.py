"""Puts a picture together, pixel by pixel, from the tiles that are there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from app.plots.frequency_scale import LINEAR, FrequencyScale
from app.plots.tiles import TileCache, TileKey, TileSource, coarsest_level, column_count, hop_frames, tile_columns

Levels = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The rectangle of the map that is shown, and its size in pixels."""

    start_s: float
    end_s: float
    low_hz: float
    high_hz: float
    width: int
    height: int
    scale: FrequencyScale = LINEAR
    """How frequencies are spread over the height."""

    def rect(self) -> QRectF:
        """The rectangle in seconds and positions of the frequency axis."""
        low, high = float(self.scale.height(self.low_hz)), float(self.scale.height(self.high_hz))
        return QRectF(self.start_s, low, self.end_s - self.start_s, high - low)

    @cached_property
    def row_edges_hz(self) -> NDArray[np.float64]:
        """(height + 1,) limits of the pixel rows, from the lowest."""
        low, high = self.scale.height(self.low_hz), self.scale.height(self.high_hz)
        return np.asarray(self.scale.hertz(np.linspace(low, high, self.height + 1)))

    @property
    def row_centres_hz(self) -> NDArray[np.float64]:
        """(height,) middles of the pixel rows."""
        return (self.row_edges_hz[:-1] + self.row_edges_hz[1:]) / 2

    def cut(self, start_s: float, end_s: float) -> Frame | None:
        """The pixel columns that touch a stretch; None where none does."""
        pixel_s = (self.end_s - self.start_s) / self.width
        first = max(0, math.floor((start_s - self.start_s) / pixel_s))
        last = min(self.width, math.ceil((end_s - self.start_s) / pixel_s))
        if last <= first:
            return None
        begin = self.start_s + first * pixel_s
        return replace(self, start_s=begin, end_s=begin + (last - first) * pixel_s, width=last - first)

    def centres_s(self) -> NDArray[np.float64]:
        """Times of the pixel columns' centres."""
        return self.start_s + (np.arange(self.width) + 0.5) * (self.end_s - self.start_s) / self.width


def composed(source: TileSource, cache: TileCache, frame: Frame, level: int, *, smooth: bool) -> Levels:
    """Levels (height, width) in dB, row 0 the lowest; NaN where no tile is there or beyond the recording.

    Args:
        source: Whose tiles.
        cache: Where they are.
        frame: What is shown.
        level: The level wanted; where its tiles are missing, coarser ones stand in, then finer ones.
        smooth: Interpolate between columns and rows where those are larger than pixels.
    """
    frames_at = frame.centres_s() * source.sample_rate
    rows = row_picker(source.bin_edges_hz, frame, smooth=smooth)
    out = np.full((frame.height, frame.width), np.nan, np.float32)
    missing = (frames_at >= 0) & (frames_at < source.frames)
    for stand_in in _levels_by_merit(source, level):
        if not missing.any():
            break
        if not cache.has_level(source, stand_in):
            continue
        at = (frames_at - source.offset(stand_in)) / hop_frames(source, stand_in)
        _fill(out, missing, _Columns(source, cache, stand_in), at, rows, smooth=smooth)
    return out


def level_at(source: TileSource, cache: TileCache, level: int, seconds: float, hertz: float) -> float | None:
    """The value of the cell that a point lies in, from the best tile that is there; None without one."""
    row = int(np.searchsorted(source.bin_edges_hz, hertz, side="right")) - 1
    if not 0 <= row < source.bins:
        return None
    for stand_in in _levels_by_merit(source, level):
        at = (seconds * source.sample_rate - source.offset(stand_in)) / hop_frames(source, stand_in)
        column = _Columns(source, cache, stand_in).at(np.array([_nearest(source, stand_in, at)]))
        if column is not None:
            return float(column[row, 0])
    return None


class _Columns:
    """Columns of one level, from several tiles."""

    def __init__(self, source: TileSource, cache: TileCache, level: int):
        self._source, self._cache, self._level = source, cache, level
        self._width = tile_columns(source)

    def present(self, wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the columns are there."""
        tiles, where = np.unique(wanted // self._width, return_inverse=True)
        return np.array([self._key(int(index)) in self._cache for index in tiles], bool)[where]

    def at(self, wanted: NDArray[np.int64]) -> Levels | None:
        """Values (bins, n) of the columns; None where a tile is missing."""
        out = np.empty((self._source.bins, len(wanted)), np.float32)
        tiles = wanted // self._width
        for index in np.unique(tiles):
            tile = self._cache.get(self._key(int(index)))
            if tile is None:
                return None
            mine = tiles == index
            out[:, mine] = tile.values[:, wanted[mine] - index * self._width]
        return out

    def drawn(self, wanted: NDArray[np.int64], rows: row_picker) -> Levels | None:
        """The same of rising columns as rows of pixels (height, n), each tile made once while its place is the same."""
        out = np.empty((rows.height, len(wanted)), np.float32)
        tiles, starts = np.unique(wanted // self._width, return_index=True)
        for index, start, stop in zip(tiles, starts, [*starts[1:], len(wanted)], strict=True):
            made = self._cache.derived(self._key(int(index)), rows.key, rows)
            if made is None:
                return None
            out[:, start:stop] = made.take(wanted[start:stop] - index * self._width, axis=1)
        return out

    @property
    def last(self) -> int:
        """Index of the level's last column."""
        return column_count(self._source, self._level) - 1

    def _key(self, index: int) -> TileKey:
        return TileKey(self._source, self._level, index)


class row_picker:
    """Turns columns of bins into columns of pixels: the strongest bin of each pixel, or the bins around it."""

    def __init__(self, edges_hz: NDArray[np.float64], frame: Frame, *, smooth: bool):
        pixels = frame.row_edges_hz
        self.height = frame.height
        self.key = (frame.low_hz, frame.high_hz, frame.height, frame.scale.title, smooth)
        """What the rows depend on besides the tile."""
        self._bins = len(edges_hz) - 1
        first = np.clip(np.searchsorted(edges_hz, pixels, side="right") - 1, 0, self._bins - 1)
        self._most = int(np.diff(first).max(initial=1))
        self._starts = first[:-1]
        self._ends = np.maximum(first[1:] - 1, first[:-1])
        width_hz = (edges_hz[-1] - edges_hz[0]) / self._bins
        self._dense = np.diff(pixels) >= 2 * width_hz
        """Rows of several bins each."""
        centres = (edges_hz[:-1] + edges_hz[1:]) / 2
        middle = (pixels[:-1] + pixels[1:]) / 2
        self._nearest = np.clip(np.searchsorted(edges_hz, middle, side="right") - 1, 0, self._bins - 1)
        self._smooth = smooth
        self._place = np.clip((middle - centres[0]) / (centres[1] - centres[0]), 0, self._bins - 1)

    def __call__(self, columns: Levels) -> Levels:
        """(bins, n) to (height, n)."""
        if self._dense.all():
            return self._strongest(columns)
        out = self._between(columns)
        if self._dense.any():
            out[self._dense] = self._strongest(columns)[self._dense]
        return out

    def _between(self, columns: Levels) -> Levels:
        if not self._smooth:
            return columns[self._nearest]
        below = np.minimum(self._place.astype(np.int64), self._bins - 2)
        share = (self._place - below).astype(np.float32)[:, None]
        return (1 - share) * columns[below] + share * columns[below + 1]

    def _strongest(self, columns: Levels) -> Levels:
        """The same as np.maximum.reduceat, several times faster for the few bins that make a pixel."""
        out = columns[self._starts]
        for further in range(1, self._most):
            np.maximum(out, columns[np.minimum(self._starts + further, self._ends)], out=out)
        return out


def _fill(
    out: Levels,
    missing: NDArray[np.bool_],
    columns: _Columns,
    at: NDArray[np.float64],
    rows: row_picker,
    *,
    smooth: bool,
) -> None:
    """Fill those missing pixel columns for which tiles are there."""
    place = np.clip(at, 0, columns.last)
    below = np.floor(place).astype(np.int64) if smooth else np.rint(place).astype(np.int64)
    above = np.minimum(below + 1, columns.last) if smooth else below
    here = np.flatnonzero(missing)
    here = here[columns.present(below[here]) & columns.present(above[here])]
    if not here.size:
        return
    needed, where = np.unique(np.concatenate([below[here], above[here]]), return_inverse=True)
    drawn = columns.drawn(needed, rows)
    if drawn is None:
        return
    low = drawn.take(where[: here.size], axis=1)
    if smooth:
        high = drawn.take(where[here.size :], axis=1)
        high -= low
        high *= (place - below)[here].astype(np.float32)
        low += high
    if here.size == out.shape[1]:
        out[:] = low
    else:
        out[:, here] = low
    missing[here] = False


def _nearest(source: TileSource, level: int, at: float) -> int:
    return int(np.clip(np.rint(at), 0, column_count(source, level) - 1))


def _levels_by_merit(source: TileSource, level: int) -> Iterator[int]:
    yield level
    yield from range(level + 1, coarsest_level(source) + 1)
    yield from range(level - 1, -1, -1)
