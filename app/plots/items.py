"""What lanes draw most, in pixels of their view box: when the view moves, nothing is placed anew, only drawn.

pyqtgraph's own items ask the view for its transformation and their bounds many times a frame, hidden ones too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QWidget

_GROUP_Z = -100.0
"""Of pyqtgraph's group of all items that stand in the coordinates of the view."""


class Drawn(QGraphicsItem):
    """Covers a view box and is not there for the mouse."""

    def __init__(self, view_box: pg.ViewBox, z: float):
        """Draw into a view box.

        Args:
            view_box: Where.
            z: Below 0 behind pyqtgraph's own items, above 0 before them; higher ones over lower ones.
        """
        super().__init__(view_box)
        self._view_box = view_box
        self._pen = QPen(Qt.PenStyle.NoPen)
        self.setZValue(_GROUP_Z + z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def use_pen(self, pen: QPen) -> None:
        """Draw with a pen whose width is in pixels."""
        self._pen = QPen(pen)
        self._pen.setCosmetic(True)
        self.update()

    @property
    def pen(self) -> QPen:
        """What is drawn with; in a figure its width is not of the figure's pixels but of the screen's."""
        if not getattr(self._view_box, "is_printed", False):
            return self._pen
        pen = QPen(self._pen)
        pen.setCosmetic(False)
        pen.setWidthF(max(pen.widthF(), 1.0))
        return pen

    def remove(self) -> None:
        """Draw no more."""
        scene = self.scene()
        if scene is not None:
            scene.removeItem(self)

    def boundingRect(self) -> QRectF:
        """All of the view box."""
        return self._view_box.rect()

    def shape(self) -> QPainterPath:
        """Nothing that could be hit."""
        return QPainterPath()

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        """Draw; for subclasses."""


class Curve(Drawn):
    """Lines between points."""

    def __init__(self, view_box: pg.ViewBox, connect: str = "finite", z: float = -1.0):
        """See above; `connect` is `finite` (neighbours that are numbers) or `pairs` (each two points)."""
        super().__init__(view_box, z)
        self._connect = connect
        self._points: tuple[NDArray[Any], NDArray[Any]] = (np.empty(0), np.empty(0))
        self._path = QPainterPath()

    @property
    def points(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """x and y of what is drawn."""
        return self._points

    def draw(self, x: ArrayLike, y: ArrayLike) -> None:
        """Draw other points; none draw nothing."""
        before, self._points = self._points, (np.asarray(x), np.asarray(y))
        if before[0].size or self._points[0].size:
            self._path = pg.arrayToQPath(*self._points, connect=self._connect)
            self.update()

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        """Draw them."""
        if self._path.isEmpty():
            return
        painter.setPen(self.pen)
        place = self._view_box.childGroup.transform()
        if getattr(self._view_box, "is_printed", False):
            # a drawing's numbers have six digits: too few for seconds far into a recording
            painter.drawPath(place.map(self._path))
        else:
            painter.setTransform(place, True)
            painter.drawPath(self._path)


class Envelope(Curve):
    """A curve, or a filled band between lowest and highest values: lines beside one another would leave nicks."""

    def __init__(self, view_box: pg.ViewBox):
        super().__init__(view_box)
        self._band: QPainterPath | None = None

    def draw(self, x: ArrayLike, y: ArrayLike) -> None:
        """Draw lines between points."""
        self._band = None
        super().draw(x, y)

    def fill(self, edges: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32]) -> None:
        """Fill columns between `edges` (columns + 1,) from low to high; NaN is left out, neighbours meet.

        A column is at least one pixel high.
        """
        half_px = self._view_box.viewRect().height() / max(self._view_box.height(), 1.0) / 2
        bottom, top = joined(low, high)
        self._points = (np.repeat((edges[:-1] + edges[1:]) / 2, 2), np.stack([low, high], axis=1).ravel())
        self._band = _steps(edges, bottom - half_px, top + half_px)
        self.update()

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        """Draw the lines or the band."""
        if self._band is None:
            super().paint(painter, option, widget)
        else:
            place = self._view_box.childGroup.transform()
            painter.fillPath(place.map(self._band), self._pen.color())


def joined(low: NDArray[np.float32], high: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lowest and highest values of columns, so widened that each column meets the one before."""
    bottom, top = low.copy(), high.copy()
    with np.errstate(invalid="ignore"):  # NaN: nothing is there to meet
        bottom[1:] = np.fmin(low[1:], np.where(np.isnan(low[1:]), np.nan, high[:-1]))
        top[1:] = np.fmax(high[1:], np.where(np.isnan(high[1:]), np.nan, low[:-1]))
    return bottom, top


def _steps(edges: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32]) -> QPainterPath:
    """The outline of each run of columns that have values, as one path of closed parts."""
    path = QPainterPath()
    has = np.isfinite(low) & np.isfinite(high)
    ends = np.flatnonzero(np.diff(np.concatenate([[False], has, [False]])))
    for start, stop in ends.reshape(-1, 2):
        x = np.repeat(edges[start : stop + 1], 2)[1:-1]
        upper, lower = (np.repeat(values[start:stop], 2) for values in (high, low))
        path.addPath(
            pg.arrayToQPath(np.concatenate([x, x[::-1], x[:1]]), np.concatenate([upper, lower[::-1], upper[:1]]))
        )
    return path


class TimeLine(Drawn):
    """An upright line at a time."""

    def __init__(self, view_box: pg.ViewBox, z: float):
        super().__init__(view_box, z)
        self._seconds = 0.0
        self.hide()

    @property
    def seconds(self) -> float:
        """Where it stands."""
        return self._seconds

    def stand(self, seconds: float | None) -> None:
        """Stand at a time; None hides it."""
        if seconds is not None and seconds != self._seconds:
            self._update_strip()
            self._seconds = seconds
            self._update_strip()
        self.setVisible(seconds is not None)

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        """Draw it from top to bottom."""
        x = self._x()
        if 0 <= x <= self._view_box.width():
            painter.setPen(self.pen)
            painter.drawLine(QLineF(x, 0.0, x, self._view_box.height()))

    def _x(self) -> float:
        return across(self._view_box, self._seconds)

    def _update_strip(self) -> None:
        """Have no more drawn anew than the line covers: the playhead moves often."""
        half = self._pen.widthF() / 2 + 1
        strip = QRectF(self._x() - half, 0.0, 2 * half, self._view_box.height()) & self.boundingRect()
        if not strip.isEmpty():
            self.update(strip)


class LevelLine(Drawn):
    """A line across at a value."""

    def __init__(self, view_box: pg.ViewBox, value: float, z: float = -2.0):
        super().__init__(view_box, z)
        self._value = value

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        """Draw it from side to side."""
        y = down(self._view_box, self._value)
        painter.setPen(self.pen)
        painter.drawLine(QLineF(0.0, y, self._view_box.width(), y))


class Picture(Drawn):
    """An image over a rectangle of the view, row 0 the lowest."""

    def __init__(self, view_box: pg.ViewBox, z: float = -3.0):
        super().__init__(view_box, z)
        self.image: NDArray[np.uint8] | None = None
        """(rows, columns) places in a table of colours, or (rows, columns, 4) RGBA."""
        self._pixels: NDArray[Any] | None = None
        self._drawn, self._place = QImage(), QRectF()

    def show_table(self, image: NDArray[np.uint8], table: NDArray[np.uint32], place: QRectF) -> None:
        """Show places (rows, columns) in a table (256,) of colours 0xffRRGGBB."""
        self._show(image, table.take(image[::-1]), QImage.Format.Format_RGB32, place)

    def show_colours(self, image: NDArray[np.uint8], place: QRectF) -> None:
        """Show colours (rows, columns, 4), RGBA."""
        self._show(image, np.ascontiguousarray(image[::-1]), QImage.Format.Format_RGBA8888, place)

    def clear(self) -> None:
        """Show nothing."""
        self.image, self._drawn = None, QImage()
        self.update()

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        """Draw pixel on pixel where the view is the one the image was made for."""
        if not self._drawn.isNull():
            painter.drawImage(self._view_box.childGroup.transform().mapRect(self._place), self._drawn)

    def _show(self, image: NDArray[np.uint8], pixels: NDArray[Any], form: QImage.Format, place: QRectF) -> None:
        rows, columns = image.shape[:2]
        self.image, self._pixels, self._place = image, pixels, place  # Qt draws from the memory of the pixels
        self._drawn = QImage(pixels.data, columns, rows, 4 * columns, form)
        self.update()


def across(view_box: pg.ViewBox, seconds: float) -> float:
    """Pixels from the left of a view box to a time."""
    start, end = view_box.viewRange()[0]
    return view_box.width() * (seconds - start) / (end - start)


def down(view_box: pg.ViewBox, value: float) -> float:
    """Pixels from the top of a view box to a value."""
    low, high = view_box.viewRange()[1]
    return view_box.height() * (high - value) / (high - low)
