"""Figures that are drawn once they are seen: pyqtgraph takes long for what nobody looks at."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame

from app.theme import Theme


class DrawnWhenSeen(pg.GraphicsLayoutWidget):
    """Base of figures of panels; `_draw_whole` makes them from what they were given."""

    def __init__(self) -> None:
        super().__init__(show=False)
        self._is_stale = True
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(False)

    def draw_anew(self) -> None:
        """Draw at once where it is in sight, else when it is seen or printed next."""
        self._is_stale = True
        if self.isVisible():
            self._draw_stale()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while it was out of sight."""
        super().showEvent(event)
        self._draw_stale()

    def paintEvent(self, ev: QPaintEvent) -> None:
        """The same where it is printed out of sight."""
        self._draw_stale()
        super().paintEvent(ev)

    def dress(self, plot: Any, theme: Theme, grid: float) -> None:
        """Give a plot the theme's colours, the text's font and a grid of an opacity (0..1)."""
        plot.showGrid(x=True, y=True, alpha=grid)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(theme.axis)
            axis.setTextPen(theme.axis)
            axis.setTickFont(QFont(self.font()))
            if axis.label is not None:
                axis.label.setFont(self.font())

    def _draw_stale(self) -> None:
        if self._is_stale:
            self._is_stale = False
            self._draw_whole()

    def _draw_whole(self) -> None:
        """Draw all of it; for subclasses."""
