"""Cursor, playhead and selection of one lane."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal

from app.plots.colours import translucent
from app.plots.items import TimeLine
from app.theme import Theme

_ABOVE_ALL = 100


class Markers(QObject):
    """Lines and region that every lane shows at the same times."""

    selection_asked = Signal(float, float)
    """An edge of the selection was dragged."""

    def __init__(self, view_box: pg.ViewBox):
        super().__init__(view_box)
        self._view_box = view_box
        self.cursor, self.playhead = TimeLine(view_box, _ABOVE_ALL + 1), TimeLine(view_box, _ABOVE_ALL + 2)
        self._selection: pg.LinearRegionItem | None = None
        self._selection_s: tuple[float, float] | None = None
        self._look: tuple[Theme, int] | None = None

    @property
    def selection(self) -> pg.LinearRegionItem:
        """The region; made when it is first needed, as a hidden one still costs time in every frame."""
        if self._selection is None:
            region = self._selection = pg.LinearRegionItem(movable=True)
            region.movable = False  # its edges move; its inside is there to select anew
            region.setZValue(_ABOVE_ALL)
            region.hide()
            self._view_box.addItem(region, ignoreBounds=True)
            region.sigRegionChangeFinished.connect(self._edge_moved)
            self._colour_selection()
        return self._selection

    def set_cursor(self, seconds: float | None) -> None:
        """Move the cursor; None hides it."""
        self.cursor.stand(seconds)

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead; None hides it."""
        self.playhead.stand(seconds)

    def set_selection(self, selection: tuple[float, float] | None) -> None:
        """Move the selection; None hides it."""
        self._selection_s = selection
        if selection is not None:
            self.selection.setRegion(selection)
            self.selection.show()
        elif self._selection is not None:
            self._selection.hide()

    def set_theme(self, theme: Theme, *, fill: int = 46) -> None:
        """Take the theme's colours; fill (0..255) is the opacity of the selection."""
        self.cursor.use_pen(pg.mkPen(theme.cursor, width=1))
        self.playhead.use_pen(pg.mkPen(theme.playhead, width=2))
        self._look = (theme, fill)
        self._colour_selection()

    def _colour_selection(self) -> None:
        if self._selection is None or self._look is None:
            return
        theme, fill = self._look
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
