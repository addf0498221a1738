"""Runs of samples that are exactly zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroRun:
    """A run of samples that are exactly 0."""

    channel: int
    start_s: float
    length_s: float


class ZeroRuns:
    """Runs of True of a least length, across blocks."""

    def __init__(self, channel: int, rate: int, *, least_s: float, most: int):
        self._channel, self._rate = channel, rate
        self._shortest = max(round(least_s * rate), 2)
        self._keep = 4 * most
        self._open: int | None = None
        self._end = 0
        self._found: list[tuple[int, int]] = []
        self.zeros = self.count = 0
        """Samples in all runs, and the runs, those that the list has no room for too."""

    def add(self, start: int, mask: NDArray[np.bool_]) -> None:
        """Take the next samples, the first of which has this number."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.view(np.int8), [0]]))) + start
        pairs = edges.reshape(-1, 2).tolist()
        if self._open is not None and (not pairs or pairs[0][0] != start):
            self._close(start)
        for first, stop in pairs:
            self._open = first if self._open is None else self._open
            if stop < start + len(mask):
                self._close(stop)
        self._end = start + len(mask)

    def finish(self) -> list[ZeroRun]:
        """The longest runs, in any order."""
        if self._open is not None:
            self._close(self._end)
        return [
            ZeroRun(channel=self._channel, start_s=first / self._rate, length_s=(stop - first) / self._rate)
            for first, stop in self._found
        ]

    def _close(self, stop: int) -> None:
        first, self._open = self._open, None
        if first is not None and stop - first >= self._shortest:
            self.zeros += stop - first
            self.count += 1
            self._found.append((first, stop))
            if len(self._found) > 2 * self._keep:
                self._found = sorted(self._found, key=lambda run: run[0] - run[1])[: self._keep]
