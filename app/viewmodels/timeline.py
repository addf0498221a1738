"""The visible stretch of an axis of time: zooming, scrolling, limits and history. Plain numbers, no signals."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MIN_FRAMES = 16
"""Fewest frames that a view shows."""
_DWELL_S = 0.8
"""Views that follow one another faster than this are one step of the history."""
_HISTORY = 100

View = tuple[float, float]


def clamp_view(start_s: float, end_s: float, extent_s: View, min_span_s: float) -> View:
    """The nearest view inside an extent that is at least min_span_s wide; keeps the width where it can."""
    first, last = extent_s
    span = min(max(end_s - start_s, min_span_s), last - first)
    middle = (start_s + end_s) / 2
    start = start_s if span == end_s - start_s else middle - span / 2
    start = min(max(start, first), last - span)
    return start, start + span


def zoomed(view: View, factor: float, about_s: float) -> View:
    """The view `factor` times closer, in which about_s stays where it is on the screen."""
    start, end = view
    return about_s - (about_s - start) / factor, about_s + (end - about_s) / factor


def moved_edge(span: View, way: int, step: float, *, shrink: bool) -> View:
    """A span with the edge on the side of `way` moved outwards; to shrink, the opposite edge moved inwards.

    A span never shrinks below one step.
    """
    low, high = span
    if shrink:
        by = min(step, max(high - low - step, 0.0))
        return (low + by, high) if way > 0 else (low, high - by)
    return (low, high + step) if way > 0 else (low - step, high)


@dataclass(slots=True)
class History:
    """Views that were looked at, with a place in them, like the pages of a browser."""

    clock: Callable[[], float] = time.monotonic
    _views: list[View] = field(default_factory=list)
    _at: int = -1
    _last_s: float = float("-inf")

    def clear(self) -> None:
        """Forget everything."""
        self._views, self._at, self._last_s = [], -1, float("-inf")

    def visit(self, view: View) -> None:
        """Remember a view; what lay ahead is dropped."""
        now = self.clock()
        quick = now - self._last_s < _DWELL_S and self._at > 0
        self._last_s = now
        if self._at >= 0 and self._views[self._at] == view:
            return
        keep = self._at if quick else self._at + 1
        self._views = [*self._views[:keep], view][-_HISTORY:]
        self._at = len(self._views) - 1

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier view."""
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a later view."""
        return self._at + 1 < len(self._views)

    def step(self, by: int) -> View | None:
        """The view one step back (-1) or forward (+1); None where there is none."""
        if not 0 <= self._at + by < len(self._views):
            return None
        self._at += by
        self._last_s = float("-inf")
        return self._views[self._at]
