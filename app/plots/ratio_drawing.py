"""One question's likelihood ratios over time as they are drawn: a step line in a band, within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath
from PySide6.QtWidgets import QWidget

from app.plots.colours import translucent
from app.plots.items import Curve, Drawn, LevelLine
from app.plots.score_track import STYLES, Key, clipped, thinned
from app.theme import Theme

if TYPE_CHECKING:
    from core.analysis.ratio_track import RatioTrack

_BAND_ALPHA, _EDGE_ALPHA = 60, 190

Floats = NDArray[np.float64]


class Band(Drawn):
    """The area between two step lines."""

    def __init__(self, view_box: pg.ViewBox):
        super().__init__(view_box, z=-1.0)
        self._path = QPainterPath()
        self._brush = QBrush()

    def use_brush(self, brush: QBrush) -> None:
        """Fill with another brush."""
        self._brush = brush
        self.update()

    def fill(self, x: Floats, low: Floats, high: Floats) -> None:
        """Fill between the corners of two step lines; NaN is left out."""
        self._path = _outline(x, low, high)
        self.update()

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        """Draw it."""
        painter.fillPath(self._view_box.childGroup.transform().map(self._path), self._brush)


class LimitLine(LevelLine):
    """A limit of what the validation supports."""

    def use_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.use_pen(pg.mkPen(theme.axis, width=1, style=Qt.PenStyle.DashLine))


class RatioDrawing:
    """What is drawn of one question."""

    def __init__(self, view_box: pg.ViewBox, key: Key):
        """Draw nothing yet."""
        self.key: Key = key
        self.band, self.line = Band(view_box), Curve(view_box, z=2)
        self.edges = Curve(view_box, z=1), Curve(view_box, z=1)

    def use_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        colour = getattr(theme, self.key)
        self.band.use_brush(QBrush(translucent(colour, _BAND_ALPHA)))
        self.line.use_pen(pg.mkPen(colour, width=2, style=STYLES[self.key]))
        for edge in self.edges:
            edge.use_pen(pg.mkPen(translucent(colour, _EDGE_ALPHA), width=1, style=STYLES[self.key]))

    def draw(self, track: RatioTrack | None, view_s: tuple[float, float], columns: int) -> None:
        """Draw what is in view of a track; None draws nothing."""
        x, values = corners(track) if track else (np.empty(0), np.empty((3, 0)))
        shown = [thinned(*clipped(x, row, *view_s), columns) for row in values]
        (at, middle), (_, low), (_, high) = shown
        self.line.draw(at, middle)
        for edge, row in zip(self.edges, (low, high), strict=True):
            edge.draw(at, row)
        self.band.fill(at, low, high)


def corners(track: RatioTrack) -> tuple[Floats, Floats]:
    """Corners of step lines, each value standing a step wide about the middle of its stretch.

    Returns:
        x (2n,), seconds; y (3, 2n): ratio, lower and upper end of its interval.
    """
    half = track.params.step_s / 2
    x = np.stack([track.middles_s - half, track.middles_s + half], axis=1).ravel()
    return x, np.repeat(np.stack([track.log10_lr, *track.interval.T]), 2, axis=1)


def _outline(x: Floats, low: Floats, high: Floats) -> QPainterPath:
    """The outline of each run of corners that have values, as one path of closed parts."""
    path = QPainterPath()
    has = np.concatenate([[False], np.isfinite(low) & np.isfinite(high), [False]])
    for start, stop in np.flatnonzero(np.diff(has)).reshape(-1, 2):
        run = slice(start, stop)
        around = np.concatenate([x[run], x[run][::-1], x[run][:1]])
        path.addPath(pg.arrayToQPath(around, np.concatenate([high[run], low[run][::-1], high[run][:1]])))
    return path
