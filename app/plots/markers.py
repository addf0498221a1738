"""Cursor, playhead and selection of one lane."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal

from app.plots.colours import translucent
from app.theme import Theme

_ABOVE_ALL = 100


class Markers(QObject):
    """Lines and region that every lane shows at the same times."""

    selection_asked = Signal(float, float)
    """An edge of the selection was dragged."""

    def __init__(self, view_box: pg.ViewBox):
        super().__init__(view_box)
        self.cursor = pg.InfiniteLine(angle=90)
        self.playhead = pg.InfiniteLine(angle=90)
        self.selection = pg.LinearRegionItem(movable=True)
        self.selection.movable = False  # its edges move; its inside is there to select anew
        for item, z in ((self.selection, 0), (self.playhead, 2), (self.cursor, 1)):
            item.setZValue(_ABOVE_ALL + z)
            item.hide()
            view_box.addItem(item, ignoreBounds=True)
        self.selection.sigRegionChangeFinished.connect(self._edge_moved)
        self._selection_s: tuple[float, float] | None = None

    def set_cursor(self, seconds: float | None) -> None:
        """Move the cursor; None hides it."""
        _place(self.cursor, seconds)

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead; None hides it."""
        _place(self.playhead, seconds)

    def set_selection(self, selection: tuple[float, float] | None) -> None:
        """Move the selection; None hides it."""
        self._selection_s = selection
        self.selection.setVisible(selection is not None)
        if selection is not None:
            self.selection.setRegion(selection)

    def set_theme(self, theme: Theme, *, fill: int = 46) -> None:
        """Take the theme's colours; fill (0..255) is the opacity of the selection."""
        self.cursor.setPen(pg.mkPen(theme.cursor, width=1))
        self.playhead.setPen(pg.mkPen(theme.playhead, width=2))
        self.selection.setBrush(translucent(theme.selection, fill))
        self.selection.setHoverBrush(translucent(theme.selection, fill))
        edge = 1 if fill else 2
        for line in self.selection.lines:
            line.setPen(pg.mkPen(theme.selection, width=edge, style=Qt.PenStyle.DashLine))
            line.setHoverPen(pg.mkPen(theme.focus, width=2))

    def _edge_moved(self) -> None:
        start, end = sorted(map(float, self.selection.getRegion()))  # pyright: ignore[reportArgumentType]
        if (start, end) != self._selection_s:
            self.selection_asked.emit(start, end)


def _place(line: pg.InfiniteLine, seconds: float | None) -> None:
    line.setVisible(seconds is not None)
    if seconds is not None:
        line.setValue(seconds)
