"""What the plots of the Explain panel share: the theme's colours, no mouse zoom, and words."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt

from app.plots.colours import translucent
from app.plots.drawn_when_seen import DrawnWhenSeen
from app.theme import LIGHT, Theme

_LEAST_PX, _LEAST_LINES = (240, 110), 6
"""Least width and height, and the height in heights of a line: a heading, the axis with its title, and a curve."""


class PanelPlot(DrawnWhenSeen):
    """A figure of one or more parts; `_draw` makes it anew from what it was given, once it is seen or printed."""

    title = ""

    def __init__(self, parts: int = 1):
        super().__init__()
        self.theme: Theme = LIGHT
        self._count = parts
        self._fit()
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

    def changeEvent(self, ev: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(ev)
        if ev.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.setMinimumSize(_LEAST_PX[0], max(_LEAST_PX[1], _LEAST_LINES * self.fontMetrics().height()))

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.theme = theme
        self.setBackground(theme.plot)
        if "parts" in self.__dict__:
            self._colour(self.parts)
        self.redraw()

    def redraw(self) -> None:
        """Draw what is shown anew, at once or when it is next in sight, and say it in words."""
        self.draw_anew()
        self.setAccessibleDescription(self.describe())

    def _draw_whole(self) -> None:
        for part in self.parts:
            part.clear()
        self._draw()

    def _colour(self, parts: list[Any]) -> None:
        for part in parts:
            self.dress(part, self.theme, grid=0.15)

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
        unseen = pg.mkPen(None)  # without any pen pyqtgraph makes no curve, and fills nothing
        edges = [pg.PlotDataItem(*curve, pen=unseen) for curve in (low, high)]
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
