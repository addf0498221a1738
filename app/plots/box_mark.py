"""The selected time-frequency box in a map: its outline, and a handle on each edge."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QObject, QRectF, Qt, Signal

from app.theme import Theme

_ABOVE_MAP = 103
_HANDLE_PX = 6
_EDGES = {"left": ((0.0, 0.5), (1.0, 0.5)), "right": ((1.0, 0.5), (0.0, 0.5))} | {
    "low": ((0.5, 0.0), (0.5, 1.0)),
    "high": ((0.5, 1.0), (0.5, 0.0)),
}
"""Where each edge's handle sits in the box, and the place that stays where it is while it moves."""


class BoxMark(QObject):
    """A rectangle whose edges can be dragged one at a time. In the plot's own coordinates: seconds and height."""

    asked = Signal(float, float, float, float)
    """An edge was dragged: start, end, lowest and highest position."""

    def __init__(self, view_box: pg.ViewBox):
        super().__init__(view_box)
        self.roi = _Outline()
        self.handles = {edge: self.roi.addScaleHandle(*where) for edge, where in _EDGES.items()}
        self.roi.setZValue(_ABOVE_MAP)
        self.roi.hide()
        view_box.addItem(self.roi, ignoreBounds=True)
        self._box: tuple[float, float, float, float] | None = None
        self.roi.sigRegionChanged.connect(self._changed)

    @property
    def is_shown(self) -> bool:
        """Whether there is a box."""
        return self._box is not None

    def show_box(self, start_s: float, end_s: float, low: float, high: float) -> None:
        """Put the box at a place."""
        box = (start_s, end_s, low, high)
        if box != self._box:
            self._box = box
            self.roi.blockSignals(True)
            self.roi.setPos((start_s, low), finish=False)
            self.roi.setSize((end_s - start_s, high - low), finish=False)
            self.roi.blockSignals(False)
        self.roi.show()

    def hide(self) -> None:
        """Show no box."""
        self._box = None
        self.roi.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours; a dark rim keeps the outline visible on bright parts."""
        self.roi.rim = pg.mkPen(theme.plot, width=4)
        self.roi.setPen(pg.mkPen(theme.selection, width=2))
        for handle in self.handles.values():
            handle.pen = handle.currentPen = pg.mkPen(theme.selection, width=2)
            handle.hoverPen = pg.mkPen(theme.focus, width=3)
            handle.update()

    def _changed(self) -> None:
        position, size = self.roi.pos(), self.roi.size()
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

    def paint(self, p: Any, opt: Any, widget: Any) -> None:
        """Draw the outline over its rim."""
        size = self.state["size"]
        for pen in (self.rim, self.currentPen):
            p.setPen(pen)
            p.drawRect(QRectF(0, 0, size[0], size[1]))

    def hoverEvent(self, ev: Any) -> None:
        """Nothing happens inside the box."""
