"""The marks of a recording in one lane: thin lines at points and edges, outlines of boxes in maps of frequencies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from app.plots.colours import translucent
from app.plots.items import Curve
from app.theme import Theme

_ABOVE_ALL = 99
_MOST = 1000
"""Marks in view above which single lines are too dense to be told apart."""

Rows = NDArray[np.intp]


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


class MarkTable:
    """Marks as arrays, made once for all lanes."""

    def __init__(self, marks: Sequence[ShownMark] = ()):
        self.ids = np.array([mark.id for mark in marks], object)
        self.start_s, self.end_s = (np.array([getattr(m, n) for m in marks], float) for n in ("start_s", "end_s"))
        bands = [mark.band_hz or (np.nan, np.nan) for mark in marks]
        self.band_hz = np.array(bands, float).reshape(-1, 2)
        """NaN where all frequencies are meant."""


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
        self._table, self._selected = MarkTable(), ""
        self._is_empty = True
        self._lines, self._thick = (Curve(view_box, "pairs", _ABOVE_ALL) for _ in range(2))
        view_box.sigRangeChanged.connect(lambda *_: self.draw())

    def show_marks(self, table: MarkTable, selected: str) -> None:
        """Show other marks; `selected` is the id of the one that stands out."""
        self._table, self._selected = table, selected
        self.draw()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._lines.use_pen(pg.mkPen(translucent(theme.good, 190), width=1))
        self._thick.use_pen(pg.mkPen(theme.good, width=2))

    def draw(self) -> None:
        """Draw what is in view; of too many to be told apart only some."""
        table, was_empty = self._table, self._is_empty
        self._is_empty = not len(table.ids)
        if was_empty and self._is_empty:
            return
        start, end = self._view_box.viewRange()[0]
        seen = (table.start_s <= end) & (table.end_s >= start)
        chosen = table.ids == self._selected
        others = np.flatnonzero(seen & ~chosen)
        self._lines.draw(*self._corners(others[:: -(-len(others) // _MOST) or 1], start, end))
        self._thick.draw(*self._corners(np.flatnonzero(seen & chosen), start, end))

    def _corners(self, rows: Rows, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
        """x and y of both ends of each line of these marks, cut at the view."""
        left, right = self._table.start_s[rows], self._table.end_s[rows]
        low, high, has_band = self._heights(rows)
        x = np.concatenate([left, right])
        inside = (x >= start) & (x <= end)
        upright = np.stack([np.tile(low, 2), np.tile(high, 2)], axis=1)[inside]
        across = np.stack([np.maximum(left, start), np.minimum(right, end)], axis=1)[has_band]
        flat = np.concatenate([low[has_band], high[has_band]])
        return (
            np.concatenate([np.repeat(x[inside], 2), np.tile(across, (2, 1)).ravel()]),
            np.concatenate([upright.ravel(), np.repeat(flat, 2)]),
        )

    def _heights(self, rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lowest and highest position of each mark, and which of them are boxes here."""
        bottom, top = self._view_box.viewRange()[1]
        low, high = np.full(len(rows), bottom), np.full(len(rows), top)
        bands = self._table.band_hz[rows]
        has_band = np.isfinite(bands[:, 0]) & (self._height_of is not None)
        for row in np.flatnonzero(has_band):
            if self._height_of is not None:
                low[row], high[row] = (min(max(self._height_of(edge), bottom), top) for edge in bands[row])
        return low, high, has_band
