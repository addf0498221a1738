"""The file of a sparse WaveRNN: four whole numbers, then layers of a kind, a name, sizes and float32 arrays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.foundation.errors import DataError

Array = NDArray[np.floating]
_NAME_BYTES, _GROUP, _NEXT_ROW = 64, 4, 255


class Convolution(NamedTuple):
    """Along time."""

    weight: Array
    """(out, in, kernel)."""
    bias: Array


class Scale(NamedTuple):
    """Batch normalisation as gain and offset."""

    gain: Array
    offset: Array


class Linear(NamedTuple):
    """Sparse in the file, dense here."""

    weight: Array
    bias: Array


class Recurrent(NamedTuple):
    """Gated unit: reset, update, new."""

    given: Array
    recurrent: Array
    given_bias: Array
    recurrent_bias: Array


class WaveRnnFile:
    """Reads the layers in order."""

    def __init__(self, path: Path):
        """Open the file; its first numbers are in `sizes`.

        Raises:
            DataError: it is too short (DA-031).
        """
        self._path, self._data, self._at = path, path.read_bytes(), 0
        try:
            self.sizes = self._ints(4)
            """Residual blocks, smoothing stages, channels, frames of padding."""
        except ValueError as error:
            raise _damaged(path, error) from error

    def layers(self, count: int) -> list[Any]:
        """All layers, as many as its sizes promise.

        Raises:
            DataError: the file is damaged, cut off, or of another form (DA-031).
        """
        found: list[object] = []
        try:
            while self._at < len(self._data):
                kind = self._ints(1)[0]
                self._at += _NAME_BYTES
                found.append(_KINDS[kind](self))
        except (KeyError, ValueError, IndexError) as error:
            raise _damaged(self._path, error) from error
        if len(found) != count:
            raise _damaged(self._path, f"{len(found)} layers, where its sizes promise {count}")
        return found

    def convolution(self) -> Convolution:
        """Of kind 1."""
        _, biased, inner, outer, kernel = self._ints(5)
        weight = self._floats(outer, inner, kernel)
        return Convolution(weight, self._floats(outer) if biased else np.zeros(outer, np.float32))

    def smoothing(self) -> Array:
        """Of kind 2: a kernel along time."""
        return self._floats(self._ints(2)[1])

    def scale(self) -> Scale:
        """Of kind 3."""
        size, epsilon = self._ints(2)[1], self._floats(1)
        gamma, beta, mean, variance = (self._floats(size) for _ in range(4))
        gain = gamma / np.sqrt(variance + epsilon)
        return Scale(gain, beta - mean * gain)

    def linear(self) -> Linear:
        """Of kind 4."""
        _, rows, columns = self._ints(3)
        return Linear(self._matrix(rows, columns), self._floats(rows))

    def recurrent(self) -> Recurrent:
        """Of kind 5."""
        _, hidden, inner = self._ints(3)
        given, recurrent = (
            np.concatenate([self._matrix(hidden, columns) for _ in range(3)]) for columns in (inner, hidden)
        )
        return Recurrent(given, recurrent, self._floats(3 * hidden), self._floats(3 * hidden))

    def repetition(self) -> int:
        """Of kind 6: how often each frame is repeated."""
        return self._ints(2)[0]

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _ints(self, count: int) -> list[int]:
        return [int(value) for value in self._array("<i4", count)]

    def _floats(self, *shape: int) -> Array:
        return self._array("<f4", int(np.prod(shape))).reshape(shape)

    def _matrix(self, rows: int, columns: int) -> Array:
        """Values in groups of four columns, then a byte for each group's place; 255 leads to the next row."""
        values, places = self._floats(*self._ints(1)), self._array("u1", *self._ints(1))
        made, row, used = np.zeros((rows, columns), np.float32), 0, 0
        for place in places.astype(int):
            if place == _NEXT_ROW:
                row += 1
                continue
            made[row, _GROUP * place : _GROUP * (place + 1)] = values[used : used + _GROUP]
            used += _GROUP
        return made


def _damaged(path: Path, why: object) -> DataError:
    return DataError(
        "DA-031",
        f"The file {path.name} is no WaveRNN that can be read ({why}).",
        means="This generator cannot be used.",
        do="Replace the file by an intact copy.",
    )


_KINDS: dict[int, Callable[[WaveRnnFile], object]] = {
    1: WaveRnnFile.convolution,
    2: WaveRnnFile.smoothing,
    3: WaveRnnFile.scale,
    4: WaveRnnFile.linear,
    5: WaveRnnFile.recurrent,
    6: WaveRnnFile.repetition,
}
