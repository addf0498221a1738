"""What the plots of the Explain panel share: the theme's colours, no mouse zoom, and words."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame

from app.plots.colours import translucent
from app.theme import LIGHT, Theme


class PanelPlot(pg.GraphicsLayoutWidget):
    """A figure of one or more parts; `_draw` makes it anew from what it was given, once it is seen or printed."""

    title = ""

    def __init__(self, parts: int = 1):
        super().__init__(show=False)
        self.theme: Theme = LIGHT
        self._count = parts
        self._is_stale = True
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(False)
        self.setMinimumSize(240, 130)
        self.setAccessibleName(self.title)

    @cached_property
    def parts(self) -> list[Any]:
        """The plots side by side, made when first needed: pyqtgraph takes longer for them than for a whole panel."""
        made: list[Any] = [self.ci.addPlot(row=0, col=i, enableMenu=False) for i in range(self._count)]
        for part in made:
            part.setMouseEnabled(x=False, y=False)
            part.hideButtons()
            for side in ("left", "bottom"):
                part.getAxis(side).enableAutoSIPrefix(False)
        self._arrange(made)
        self._colour(made)
        return made

    def sizeHint(self) -> QSize:
        """Little: a dock is low, and the plot takes what room there is."""
        return self.minimumSize()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.theme = theme
        self.setBackground(theme.plot)
        if "parts" in self.__dict__:
            self._colour(self.parts)
        self.redraw()

    def redraw(self) -> None:
        """Draw what is shown anew, at once or when it is next in sight, and say it in words."""
        self._is_stale = True
        if self.isVisible():
            self._draw_anew()
        self.setAccessibleDescription(self.describe())

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while it was out of sight."""
        super().showEvent(event)
        self._draw_anew()

    def paintEvent(self, ev: QPaintEvent) -> None:
        """The same where it is printed out of sight."""
        self._draw_anew()
        super().paintEvent(ev)

    def _draw_anew(self) -> None:
        if self._is_stale:
            self._is_stale = False
            for part in self.parts:
                part.clear()
            self._draw()

    def _colour(self, parts: list[Any]) -> None:
        for part in parts:
            part.showGrid(x=True, y=True, alpha=0.15)
            for side in ("left", "bottom"):
                axis = part.getAxis(side)
                axis.setPen(self.theme.axis)
                axis.setTextPen(self.theme.axis)
                axis.setTickFont(QFont(self.font()))
                if axis.label is not None:
                    axis.label.setFont(self.font())

    def head(self, part: int, *pieces: str | tuple[str, str]) -> None:
        """A heading above a part: words, and signs (sign, colour) of a legend."""
        spans = [p if isinstance(p, str) else f'<span style="color:{p[1]}">{p[0]}</span>' for p in pieces]
        text = "&nbsp; ".join(spans)
        self.parts[part].setTitle(text, color=self.theme.text, size=f"{self.font().pointSizeF():.1f}pt")

    def line(self, colour: str, style: Qt.PenStyle = Qt.PenStyle.SolidLine, width: float = 1.6) -> Any:
        """A pen."""
        return pg.mkPen(colour, width=width, style=style)

    def band(self, part: int, low: Any, high: Any, colour: str) -> None:
        """Fill between two curves (x, y) each."""
        edges = [pg.PlotDataItem(*curve, pen=None) for curve in (low, high)]
        for edge in edges:
            self.parts[part].addItem(edge)
        self.parts[part].addItem(pg.FillBetweenItem(*edges, brush=pg.mkBrush(translucent(colour, 60))))

    def describe(self) -> str:
        """What is shown, in words."""
        raise NotImplementedError

    def _arrange(self, parts: list[Any]) -> None:
        """Titles of the axes, and whatever else lasts."""

    def _draw(self) -> None:
        raise NotImplementedError
