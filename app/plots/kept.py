"""A painting that is kept as pixels until what it shows changes: axes and scales beside a picture that moves."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap


class Kept:
    """Paints once and copies afterwards; on paper and in vector files it is painted each time."""

    def __init__(self):
        self._key: tuple[object, ...] = ()
        self._pixels = QPixmap()

    def draw(self, painter: QPainter, area: QRectF, key: object, paint: Callable[[QPainter], object]) -> None:
        """Draw the area.

        Args:
            painter: Of the item, in its coordinates.
            area: What is painted there, nothing beyond.
            key: Changes with what is shown.
            paint: Paints it.
        """
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            paint(painter)
            return
        ratio = painter.deviceTransform().m11()
        if self._key != (key, area, ratio):
            self._key, self._pixels = (key, area, ratio), _painted(area, ratio, painter, paint)
        painter.drawPixmap(area.topLeft(), self._pixels)


def _painted(area: QRectF, ratio: float, like: QPainter, paint: Callable[[QPainter], object]) -> QPixmap:
    pixels = QPixmap(max(math.ceil(area.width() * ratio), 1), max(math.ceil(area.height() * ratio), 1))
    pixels.setDevicePixelRatio(ratio)
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    painter.setFont(like.font())
    painter.translate(-area.topLeft())
    paint(painter)
    painter.end()
    return pixels
