"""What the plots of the Explain panel share: the theme's colours, no mouse zoom, and words."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame

from app.plots.colours import translucent
from app.theme import LIGHT, Theme


class PanelPlot(pg.GraphicsLayoutWidget):
    """A figure of one or more parts; `_draw` makes it anew from what it was given."""

    title = ""

    def __init__(self, parts: int = 1):
        super().__init__(show=False)
        self.theme: Theme = LIGHT
        self.parts: list[Any] = [self.ci.addPlot(row=0, col=i) for i in range(parts)]
        for part in self.parts:
            part.setMouseEnabled(x=False, y=False)
            part.hideButtons()
            part.setMenuEnabled(False)
            for side in ("left", "bottom"):
                part.getAxis(side).enableAutoSIPrefix(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(False)
        self.setMinimumSize(240, 130)
        self.setAccessibleName(self.title)

    def sizeHint(self) -> QSize:
        """Little: a dock is low, and the plot takes what room there is."""
        return self.minimumSize()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.theme = theme
        self.setBackground(theme.plot)
        for part in self.parts:
            part.showGrid(x=True, y=True, alpha=0.15)
            for side in ("left", "bottom"):
                axis = part.getAxis(side)
                axis.setPen(theme.axis)
                axis.setTextPen(theme.axis)
                axis.setTickFont(QFont(self.font()))
        self.redraw()

    def redraw(self) -> None:
        """Draw what is shown anew, and say it in words."""
        for part in self.parts:
            part.clear()
        self._draw()
        self.setAccessibleDescription(self.describe())

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

    def _draw(self) -> None:
        raise NotImplementedError
