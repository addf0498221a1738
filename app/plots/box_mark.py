"""The selected time-frequency box in a map: its outline, and a handle on each edge."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QObject, QRectF, Qt, Signal

from app.theme import Theme

_ABOVE_MAP = 103
_HANDLE_PX = 6
_EDGES = (((0.0, 0.5), (1.0, 0.5)), ((1.0, 0.5), (0.0, 0.5)), ((0.5, 0.0), (0.5, 1.0)), ((0.5, 1.0), (0.5, 0.0)))
"""Left, right, low, high: where the edge's handle sits in the box, and the place that stays while it moves."""


class BoxMark(QObject):
    """A rectangle whose edges can be dragged one at a time. In the plot's own coordinates: seconds and height."""

    asked = Signal(float, float, float, float)
    """An edge was dragged: start, end, lowest and highest position."""

    def __init__(self, view_box: pg.ViewBox):
        super().__init__(view_box)
        self._view_box = view_box
        self._box: tuple[float, float, float, float] | None = None
        self._outline: _Outline | None = None
        self._theme: Theme | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there is a box."""
        return self._box is not None

    def show_box(self, start_s: float, end_s: float, low: float, high: float) -> None:
        """Put the box at a place."""
        outline = self._outline = self._outline or self._make()
        box = (start_s, end_s, low, high)
        if box != self._box:
            self._box = box
            outline.blockSignals(True)
            outline.setPos((start_s, low), finish=False)
            outline.setSize((end_s - start_s, high - low), finish=False)
            outline.blockSignals(False)
        outline.show()

    def hide(self) -> None:
        """Show no box."""
        self._box = None
        if self._outline is not None:
            self._outline.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        if self._outline is not None:
            self._outline.set_theme(theme)

    def _make(self) -> _Outline:
        """The rectangle, when it is first needed: a hidden one still costs time in every frame."""
        outline = _Outline()
        if self._theme is not None:
            outline.set_theme(self._theme)
        outline.setZValue(_ABOVE_MAP)
        self._view_box.addItem(outline, ignoreBounds=True)
        outline.sigRegionChanged.connect(self._changed)
        return outline

    def _changed(self) -> None:
        if self._outline is None:
            return
        position, size = self._outline.pos(), self._outline.size()
        (start, end), (low, high) = (
            sorted((float(at), float(at + length))) for at, length in zip(position, size, strict=True)
        )
        box = (start, end, low, high)
        if box != self._box:
            self._box = box
            self.asked.emit(*box)


class _Outline(pg.ROI):
    """A rectangle that lets the mouse through everywhere but at its handles."""

    def __init__(self):
        super().__init__((0, 0), pg.Point(1, 1), movable=False, rotatable=False, resizable=False, antialias=False)
        self.handleSize = _HANDLE_PX
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.rim = pg.mkPen("black", width=4)
        self.edges = [self.addScaleHandle(*where) for where in _EDGES]

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours; a dark rim keeps the outline visible on bright parts."""
        self.rim = pg.mkPen(theme.plot, width=4)
        self.setPen(pg.mkPen(theme.selection, width=2))
        for handle in self.edges:
            handle.pen = handle.currentPen = pg.mkPen(theme.selection, width=2)
            handle.hoverPen = pg.mkPen(theme.focus, width=3)
            handle.update()

    def paint(self, p: Any, opt: Any, widget: Any) -> None:
        """Draw the outline over its rim."""
        size = self.state["size"]
        for pen in (self.rim, self.currentPen):
            p.setPen(pen)
            p.drawRect(QRectF(0, 0, size[0], size[1]))

    def hoverEvent(self, ev: Any) -> None:
        """Nothing happens inside the box."""
