"""Tiles of maps too long to compute whole: which ones a view needs, how they are made, and a cache with a budget."""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.foundation.progress import SILENT, Progress

CACHE_BYTES = 256 << 20
_DERIVED = 48
"""Tiles of which the pixels' rows are kept: more than a screen shows at the two levels between which one zooms."""
_TILE_VALUES = 1 << 19
_BATCH_S = 0.08


class TileSource(Hashable, Protocol):
    """A map of a whole recording that can be computed in parts, at steps that double from level to level."""

    @property
    def frames(self) -> int:
        """Length of the recording."""
        ...

    @property
    def sample_rate(self) -> int:
        """Of the recording, Hz."""
        ...

    @property
    def bins(self) -> int:
        """Number of rows."""
        ...

    @property
    def bin_edges_hz(self) -> NDArray[np.float64]:
        """(bins + 1,) limits of the rows."""
        ...

    @property
    def base_hop(self) -> int:
        """Frames between the columns of level 0."""
        ...

    def columns(self, level: int, first: int, count: int, progress: Progress) -> NDArray[np.float32]:
        """Levels (bins, count), dB, of columns first, first + 1, … of a level."""
        ...

    def offset(self, level: int) -> float:
        """Frame at the centre of column 0; that of column i is i · hop later."""
        ...

    def reduction(self, level: int) -> str:
        """What is left out at a level, in words; empty where nothing is."""
        ...


@dataclass(frozen=True, slots=True)
class TileKey:
    """One tile: `tile_columns` columns of one level."""

    source: TileSource
    level: int
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A tile's values (bins, columns) in dB."""

    key: TileKey
    values: NDArray[np.float32]


def hop_frames(source: TileSource, level: int) -> int:
    """Frames between the columns of a level."""
    return source.base_hop << level


def tile_columns(source: TileSource) -> int:
    """Columns of a tile: fewer where there are many rows, so that a tile is computed in about the same time."""
    fitting = 1 << (_TILE_VALUES // source.bins).bit_length() - 1
    return min(max(fitting, 64), 512)


def column_count(source: TileSource, level: int) -> int:
    """Columns that a level has in all."""
    return max(source.frames - 1, 0) // hop_frames(source, level) + 1


def coarsest_level(source: TileSource) -> int:
    """The level at which one tile holds the whole recording."""
    halvings = (column_count(source, 0) - 1).bit_length() - (tile_columns(source) - 1).bit_length()
    return max(halvings, 0)


def level_for(source: TileSource, frames_per_pixel: float) -> int:
    """The level whose columns are closest to a pixel wide."""
    wanted = round(math.log2(max(frames_per_pixel / source.base_hop, 1.0)))
    return min(wanted, coarsest_level(source))


def keys_for(source: TileSource, level: int, start_frame: float, stop_frame: float) -> list[TileKey]:
    """Tiles of a level that a stretch touches, those at its middle first."""
    frames = hop_frames(source, level) * tile_columns(source)
    last = (column_count(source, level) - 1) // tile_columns(source)
    first, stop = (min(max(int(edge // frames), 0), last) for edge in (start_frame, stop_frame))
    middle = (start_frame + stop_frame) / 2 / frames - 0.5
    return [TileKey(source, level, i) for i in sorted(range(first, stop + 1), key=lambda i: abs(i - middle))]


def make_tile(key: TileKey, progress: Progress = SILENT) -> Tile:
    """Compute one tile."""
    width = tile_columns(key.source)
    first = key.index * width
    count = min(width, column_count(key.source, key.level) - first)
    values = key.source.columns(key.level, first, count, progress)
    values.setflags(write=False)
    return Tile(key, values)


def make_tiles(keys: Sequence[TileKey], *, progress: Progress = SILENT) -> list[Tile]:
    """Compute the first of some tiles, and more of them while that takes less than a tenth of a second.

    Raises:
        AudioError: the file changed or vanished.
        Cancelled: it was stopped.
    """
    end = time.monotonic() + _BATCH_S
    tiles: list[Tile] = []
    for key in keys:
        progress.check()
        tiles.append(make_tile(key, progress))
        progress.report(len(tiles) / len(keys))
        if time.monotonic() > end:
            break
    return tiles


class TileCache:
    """Tiles by key; the ones used longest ago go first when the budget is spent."""

    def __init__(self, budget_bytes: int = CACHE_BYTES):
        self._budget = budget_bytes
        self._tiles: OrderedDict[TileKey, Tile] = OrderedDict()
        self._bytes = 0
        self._of_level: Counter[tuple[TileSource, int]] = Counter()
        self._derived: OrderedDict[tuple[TileKey, Hashable], NDArray[np.float32]] = OrderedDict()

    def __contains__(self, key: TileKey) -> bool:
        return key in self._tiles

    def __len__(self) -> int:
        return len(self._tiles)

    @property
    def size_bytes(self) -> int:
        """Bytes of all values."""
        return self._bytes

    def has_level(self, source: TileSource, level: int) -> bool:
        """Whether any tile of a level is there: with hours in view, a fine level has one for every pixel to ask for."""
        return self._of_level[source, level] > 0

    def get(self, key: TileKey) -> Tile | None:
        """A tile, or None; counts as use."""
        tile = self._tiles.get(key)
        if tile is not None:
            self._tiles.move_to_end(key)
        return tile

    def add(self, tile: Tile) -> None:
        """Keep a tile; the newest is kept even where it alone exceeds the budget."""
        if tile.key in self._tiles:
            return
        self._tiles[tile.key] = tile
        self._bytes += tile.values.nbytes
        self._of_level[tile.key.source, tile.key.level] += 1
        while self._bytes > self._budget and len(self._tiles) > 1:
            key, dropped = self._tiles.popitem(last=False)
            self._bytes -= dropped.values.nbytes
            self._of_level[key.source, key.level] -= 1

    def derived(
        self, key: TileKey, how: Hashable, make: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    ) -> NDArray[np.float32] | None:
        """What `make` makes of a tile's values, made once for each `how`; None without the tile."""
        tile = self.get(key)
        if tile is None:
            return None
        found = self._derived.get((key, how))
        if found is None:
            found = self._derived[key, how] = make(tile.values)
        self._derived.move_to_end((key, how))
        while len(self._derived) > _DERIVED:
            self._derived.popitem(last=False)
        return found

    def clear(self) -> None:
        """Forget all."""
        self._derived.clear()
        self._tiles.clear()
        self._of_level.clear()
        self._bytes = 0
