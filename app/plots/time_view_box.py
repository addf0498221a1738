"""The area of a lane in which the mouse works: it asks for changes of the view and makes none itself."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal

_ZOOM_A_NOTCH = 1.25
_SCROLL_A_NOTCH = 0.1
_NOTCH = 120.0


class TimeViewBox(pg.ViewBox):
    """A ViewBox whose ranges are set from outside only."""

    zoom_asked = Signal(float, float)
    """Factor (> 1 is closer), time that stays where it is."""
    scroll_asked = Signal(float)
    """Share of the view's width; positive is later."""
    vertical_zoom_asked = Signal(float, float)
    """Factor, vertical position that stays where it is."""
    vertical_scroll_asked = Signal(float)
    """Share of the view's height; positive is up."""
    clicked = Signal(float, float)
    """Time and vertical position."""
    double_clicked = Signal()
    dragged = Signal(float, float)
    """Times at which the drag began and now is."""
    box_dragged = Signal(float, float, float, float)
    """Times, then vertical positions, at which the drag of a box began and now is."""

    def __init__(self):
        super().__init__(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.setBorder(None)
        self.is_printed = False
        """Whether what is drawn goes into a figure."""
        self.has_boxes = False
        """Whether a box can be drawn here at all."""
        self._box_tool = self._draws_box = False

    def set_box_tool(self, on: bool) -> None:
        """Whether dragging draws a box without a key being held."""
        self._box_tool = on and self.has_boxes
        if self._box_tool:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        """Ctrl: zoom about the pointer; Alt or over the vertical axis: the same vertically; else scroll."""
        notches = ev.delta() / _NOTCH
        keys = ev.modifiers()
        point = self._point(self.mapFromScene(ev.scenePos()))
        if axis == 1 or keys & Qt.KeyboardModifier.AltModifier:
            self.vertical_zoom_asked.emit(_ZOOM_A_NOTCH**notches, point.y())
        elif keys & Qt.KeyboardModifier.ControlModifier:
            self.zoom_asked.emit(_ZOOM_A_NOTCH**notches, point.x())
        else:
            self.scroll_asked.emit(-notches * _SCROLL_A_NOTCH)
        ev.accept()

    def mouseClickEvent(self, ev: Any) -> None:
        """Click: cursor; double click: the whole recording."""
        if ev.button() != Qt.MouseButton.LeftButton:
            return
        ev.accept()
        if ev.double():
            self.double_clicked.emit()
        else:
            point = self._point(ev.pos())
            self.clicked.emit(point.x(), point.y())

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Left button: select, with Alt a box; middle button: take the view along; on the vertical axis: vertically."""
        ev.accept()
        if ev.isStart():
            has_alt = bool(ev.modifiers() & Qt.KeyboardModifier.AltModifier)
            self._draws_box = self.has_boxes and self._box_tool != has_alt
        moved = ev.pos() - ev.lastPos()
        if axis == 1:
            self.vertical_scroll_asked.emit(moved.y() / max(self.height(), 1.0))
        elif ev.button() == Qt.MouseButton.LeftButton:
            self._select(self._point(ev.buttonDownPos()), self._point(ev.pos()))
        elif ev.button() == Qt.MouseButton.MiddleButton:
            self.scroll_asked.emit(-moved.x() / max(self.width(), 1.0))

    def _select(self, start: QPointF, now: QPointF) -> None:
        if self._draws_box:
            self.box_dragged.emit(start.x(), now.x(), start.y(), now.y())
        else:
            self.dragged.emit(start.x(), now.x())

    def _point(self, position: Any) -> QPointF:
        return self.mapToView(position)
