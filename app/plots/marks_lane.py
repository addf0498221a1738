"""The marks as bars with their words; the selected one can be moved and its edges dragged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from app.plots.colours import translucent
from app.plots.lane import LanePlot
from app.plots.mark_lines import ShownMark
from app.plots.value_axis import ValueAxis
from app.theme import Theme
from core.foundation.units import format_time

EMPTY = "No marks yet"
_NARROW_PX = 48.0
"""Width below which a bar's words stand beside it."""
_LEAST_WORDS_PX = 30.0
"""Room below which words beside a bar are left out."""
_LEAST_PX = 5.0
"""Width at which a bar can still be seen and hit."""
_GAP_PX = 3.0
_PAD_PX = 4.0
_MOST_WORDS = 100
"""Marks in view above which words stand in bars only."""
_MOST = 2000
"""Bars in view above which they are too dense to be told apart."""


class MarksLane(LanePlot):
    """Bars in as many rows as it takes for none to cover another."""

    title = "Marks"
    picked = Signal(str)
    """Id of the mark that was clicked."""
    opened = Signal(str)
    """Id of the mark that was double-clicked."""
    moved = Signal(str, float, float)
    """Id, start and end after dragging."""

    def __init__(self):
        super().__init__(
            ValueAxis("", ticks_for=lambda *_: []),
            description="Marks of this recording. Click one to select it, drag its edges to change it.",
        )
        self.axis.setStyle(showValues=False, tickLength=0)
        self._marks: Sequence[ShownMark] = ()
        self._selected = ""
        self._strip = _Strip(self)
        self._handle: pg.LinearRegionItem | pg.InfiniteLine | None = None
        self.view_box.setYRange(0.0, 1.0, padding=0)
        self.view_box.clicked.disconnect()
        self.view_box.clicked.connect(self._clicked)
        self.view_box.double_clicked.disconnect()
        self.view_box.double_clicked.connect(self._double_clicked)
        self._say()

    @property
    def marks(self) -> Sequence[ShownMark]:
        """The marks that are shown, by time."""
        return self._marks

    @property
    def selected(self) -> str:
        """Id of the selected mark; empty where none is."""
        return self._selected

    @property
    def theme(self) -> Theme | None:
        """The theme whose colours are used."""
        return self._theme

    def show_marks(self, marks: Sequence[ShownMark], selected: str) -> None:
        """Show other marks; `selected` is the id of the one that can be dragged."""
        self._marks, self._selected = marks, selected
        self._place_handle()
        self._say()
        self.schedule()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self._place_handle()

    def render_now(self) -> None:
        """Paint the bars for this view."""
        self._strip.refresh()

    def describe(self) -> str:
        """The marks in view, in words."""
        start, end = self.view_s
        seen = [mark for mark in self._marks if mark.start_s <= end and mark.end_s >= start]
        words = "; ".join(f"{mark.label} at {format_time(mark.start_s)}" for mark in seen[:10])
        more = f"; and {len(seen) - 10} more" if len(seen) > 10 else ""
        return f"{self.title}. {len(seen)} in view{': ' if words else ''}{words}{more}."

    def _clicked(self, time_s: float, height: float) -> None:
        found = self._strip.at(time_s, height)
        if found:
            self.picked.emit(found)
        else:
            self.cursor_asked.emit(time_s)

    def _double_clicked(self) -> None:
        if self._selected:
            self.opened.emit(self._selected)
        else:
            self.fit_asked.emit()

    def _place_handle(self) -> None:
        """The selected mark as something that can be dragged."""
        if self._handle is not None:
            self.view_box.removeItem(self._handle)
            self._handle = None
        mark = next((mark for mark in self._marks if mark.id == self._selected), None)
        if mark is None or self._theme is None:
            return
        pen, hover = pg.mkPen(self._theme.good, width=2), pg.mkPen(self._theme.focus, width=3)
        if mark.end_s > mark.start_s:
            handle = pg.LinearRegionItem(
                (mark.start_s, mark.end_s), pen=pen, hoverPen=hover, brush=translucent(self._theme.good, 36)
            )
            handle.setHoverBrush(translucent(self._theme.good, 60))
            handle.sigRegionChangeFinished.connect(lambda: self._dragged(mark, *handle.getRegion()))
        else:
            handle = pg.InfiniteLine(mark.start_s, angle=90, movable=True, pen=pen, hoverPen=hover)
            handle.sigPositionChangeFinished.connect(lambda: self._dragged(mark, handle.value(), handle.value()))
        handle.setZValue(50)
        self.view_box.addItem(handle, ignoreBounds=True)
        self._handle = handle

    def _dragged(self, mark: ShownMark, start_s: Any, end_s: Any) -> None:
        start, end = sorted((float(start_s), float(end_s)))
        if (start, end) != (mark.start_s, mark.end_s):
            self.moved.emit(mark.id, start, end)

    def _say(self) -> None:
        count = len(self._marks)
        self.set_summary(f"{count} mark{'s' * (count != 1)}" if count else EMPTY)


class _Strip(pg.GraphicsObject):
    """Paints the bars, in pixels of the view box."""

    def __init__(self, lane: MarksLane):
        super().__init__(lane.view_box)
        self.setParentItem(lane.view_box)
        self._lane = lane
        self._bars: list[tuple[QRectF, float, ShownMark]] = []
        """Place of the bar, room for words beside it, and the mark."""

    def refresh(self) -> None:
        """Place the bars of this view: each in the first row where it covers no other, or only words beside one."""
        start, end = self._lane.view_s
        size = self._lane.view_box.size()
        seen = [m for m in self._lane.marks if m.start_s <= end and m.end_s >= start][:_MOST]
        row_px = self._metrics().height() + _GAP_PX
        rows = max(int((size.height() + _GAP_PX) // row_px), 1)
        scale = size.width() / (end - start) if end > start else 0.0
        last: list[int | None] = [None] * rows
        self._bars = []
        for mark in seen:
            left, right = ((min(max(edge, start), end) - start) * scale for edge in (mark.start_s, mark.end_s))
            width = max(right - left, _LEAST_PX)
            has_words = width < _NARROW_PX and len(seen) <= _MOST_WORDS
            beside = self._width(mark.label, size.width() - left - width) if has_words else 0.0
            row = self._row_for(left, last)
            self._shorten(last[row], left)
            last[row] = len(self._bars)
            self._bars.append((QRectF(left, row * row_px, width, row_px - _GAP_PX), beside, mark))
        self.prepareGeometryChange()
        self.update()

    def _row_for(self, left: float, last: list[int | None]) -> int:
        """The first row that is free from `left` on; else one where only words have to give way; else the last."""
        bars = [None if at is None else self._bars[at] for at in last]
        ends = [(-_GAP_PX, 0.0) if bar is None else (bar[0].right(), bar[1]) for bar in bars]
        free = (row for row, (end, beside) in enumerate(ends) if end + beside + _GAP_PX <= left)
        bare = (row for row, (end, _) in enumerate(ends) if end + _GAP_PX <= left)
        return next(free, next(bare, len(last) - 1))

    def _shorten(self, at: int | None, left: float) -> None:
        """Leave the words beside a bar the room up to the next one; none where they could not be read."""
        if at is not None:
            rect, beside, mark = self._bars[at]
            room = min(beside, left - rect.right() - _GAP_PX)
            self._bars[at] = rect, room if room >= _LEAST_WORDS_PX else 0.0, mark

    def at(self, time_s: float, height: float) -> str:
        """Id of the mark at a place of the view; empty where none is. The selected one gives way to others."""
        (start, end), size = self._lane.view_s, self._lane.view_box.size()
        x, y = (time_s - start) * size.width() / (end - start), (1.0 - height) * size.height()
        found = [mark.id for rect, beside, mark in self._bars if rect.adjusted(-2, 0, 2 + beside, 0).contains(x, y)]
        return next((mark_id for mark_id in reversed(found) if mark_id != self._lane.selected), (found or [""])[0])

    def boundingRect(self) -> QRectF:
        """All of the view box."""
        size = self._lane.view_box.size()
        return QRectF(0, 0, size.width(), size.height())

    def paint(self, p: QPainter, opt: Any, widget: QWidget | None = None) -> None:
        """Draw bars and words."""
        theme = self._lane.theme
        if theme is None:
            return
        p.setFont(self._lane.font())
        p.setClipRect(self.boundingRect())
        for rect, beside, mark in self._bars:
            is_chosen = mark.id == self._lane.selected
            p.setPen(pg.mkPen(theme.good, width=2 if is_chosen else 1))
            if mark.end_s > mark.start_s:
                p.setBrush(translucent(theme.good, 70 if is_chosen else 34))
                p.drawRect(rect)
            else:
                p.drawLine(rect.topLeft(), rect.bottomLeft())
            p.setPen(QColor(theme.text))
            if beside:
                left = _PAD_PX + (rect.width() if mark.end_s > mark.start_s else 0.0)
                room = QRectF(rect.left() + left, rect.top(), beside, rect.height())
                words = self._metrics().elidedText(mark.label, Qt.TextElideMode.ElideRight, beside - _PAD_PX)
            else:
                room, words = rect.adjusted(_PAD_PX, 0, 0, 0), self._words(mark, rect)
            p.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def _words(self, mark: ShownMark, rect: QRectF) -> str:
        metrics, room = self._metrics(), rect.width() - 2 * _PAD_PX
        words = metrics.elidedText(mark.label, Qt.TextElideMode.ElideRight, room)
        if len(words) > 3 or words == mark.label:
            return words
        return mark.code if metrics.horizontalAdvance(mark.code) <= room + _PAD_PX else ""

    def _width(self, words: str, room: float) -> float:
        wanted = min(self._metrics().horizontalAdvance(words), 160.0) + 2 * _PAD_PX
        return min(wanted, room) if room >= _LEAST_WORDS_PX else 0.0

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._lane.font())
