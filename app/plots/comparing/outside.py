"""What lies beyond the ends of a recording: hatched, so that it is not taken for silence."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from app.plots.items import Drawn, across
from app.theme import Theme

WORDS = "no sound here"
_OVER_MAPS = -0.5
_PAD_PX, _LEAST_PX = 8.0, 1.0


class Outside(Drawn):
    """Hatches a view box before a recording's first and after its last moment, and says so where there is room."""

    def __init__(self, view_box: pg.ViewBox):
        super().__init__(view_box, _OVER_MAPS)
        self._ground, self._text = QColor(), QColor()
        self._end_s = 0.0

    def set_duration(self, duration_s: float) -> None:
        """How long the recording is; it begins at 0 s."""
        self._end_s = duration_s
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours, on maps too: nothing there is a level."""
        self._ground, self._text = QColor(theme.plot), QColor(theme.muted)
        self.update()

    def strips(self) -> list[QRectF]:
        """What is hatched now, pixels of the view box."""
        width, height = self._view_box.width(), self._view_box.height()
        begin, end = (min(max(across(self._view_box, at_s), 0.0), width) for at_s in (0.0, self._end_s))
        strips = (QRectF(0.0, 0.0, begin, height), QRectF(end, 0.0, width - end, height))
        return [strip for strip in strips if strip.width() >= _LEAST_PX]

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        """Draw ground, hatching and words."""
        for strip in self.strips():
            painter.fillRect(strip, self._ground)
            painter.fillRect(strip, QBrush(self._text, Qt.BrushStyle.BDiagPattern))
            self._name(painter, strip)

    def _name(self, painter: QPainter, strip: QRectF) -> None:
        place = QFontMetricsF(painter.font()).boundingRect(WORDS).adjusted(-_PAD_PX, -2, _PAD_PX, 2)
        place.moveCenter(strip.center())
        if strip.contains(place):
            painter.fillRect(place, self._ground)
            painter.setPen(self._text)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, WORDS)
