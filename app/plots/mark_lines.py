"""The marks of a recording in one lane: thin lines at points and edges, outlines of boxes in maps of frequencies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject

from app.plots.colours import translucent
from app.theme import Theme

_ABOVE_ALL = 99
_MOST = 5000
"""Marks in view above which single lines are too dense to be seen."""

Segment = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMark:
    """A mark as lanes draw it."""

    id: str
    start_s: float
    end_s: float
    band_hz: tuple[float, float] | None
    label: str
    """Type and text, in a few words."""
    code: str
    """One or two letters for its type, where there is room for no more."""


class MarkLines(QObject):
    """Lines of all marks, and thicker ones of the selected mark."""

    def __init__(self, view_box: pg.ViewBox, height_of: Callable[[float], float] | None = None):
        """Draw into a view box.

        Args:
            view_box: Of the lane.
            height_of: Vertical position of a frequency, for maps of frequencies.
        """
        super().__init__(view_box)
        self._view_box, self._height_of = view_box, height_of
        self._marks: Sequence[ShownMark] = ()
        self._selected = ""
        self._lines, self._thick = (pg.PlotCurveItem(connect="pairs") for _ in range(2))
        for item in (self._lines, self._thick):
            item.setZValue(_ABOVE_ALL)
            view_box.addItem(item, ignoreBounds=True)
        view_box.sigRangeChanged.connect(lambda *_: self.draw())

    def show_marks(self, marks: Sequence[ShownMark], selected: str) -> None:
        """Show other marks; `selected` is the id of the one that stands out."""
        self._marks, self._selected = marks, selected
        self.draw()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._lines.setPen(pg.mkPen(translucent(theme.good, 190), width=1))
        self._thick.setPen(pg.mkPen(theme.good, width=2))

    def draw(self) -> None:
        """Draw what is in view."""
        start, end = self._view_box.viewRange()[0]
        seen = [m for m in self._marks if m.start_s <= end and m.end_s >= start][:_MOST]
        for item, is_thick in ((self._lines, False), (self._thick, True)):
            chosen = [mark for mark in seen if (mark.id == self._selected) == is_thick]
            item.setData(*_ends([segment for mark in chosen for segment in self._segments(mark, start, end)]))

    def _segments(self, mark: ShownMark, start: float, end: float) -> Iterator[Segment]:
        """x and y of both ends of each line, cut at the view."""
        bottom, top = self._view_box.viewRange()[1]
        if mark.band_hz is not None and self._height_of is not None:
            low, high = (min(max(self._height_of(edge), bottom), top) for edge in mark.band_hz)
            left, right = max(mark.start_s, start), min(mark.end_s, end)
            yield from ((left, low, right, low), (left, high, right, high))
            bottom, top = low, high
        for edge in {mark.start_s, mark.end_s}:
            if start <= edge <= end:
                yield edge, bottom, edge, top


def _ends(segments: Sequence[Segment]) -> tuple[np.ndarray, np.ndarray]:
    points = np.array(segments, float).reshape(-1, 2)
    return points[:, 0], points[:, 1]
