"""Lanes that do not fit the window are scrolled."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.widgets.build import LEAST_SCROLLED_PX


class ScrolledLanes(QScrollArea):
    """Shows all lanes where there is room, else some of them and a scroll bar."""

    bar_width_changed = Signal(int)
    """Pixels that the scroll bar takes from the lanes' width."""

    def __init__(self, lanes: QWidget):
        super().__init__()
        self.setWidget(lanes)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumHeight(LEAST_SCROLLED_PX)
        lanes.setMinimumWidth(1)  # wider than what is seen of them, their times would not stand above the ruler's
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar_px = 0

    def bring(self, lane: QWidget) -> None:
        """Scroll to a lane, once those that came or went with it are laid out."""
        QTimer.singleShot(0, lane, lambda: self._show(lane))

    def _show(self, lane: QWidget) -> None:
        """Upwards or downwards only: Qt would also scroll sideways where the lanes are wider than the window."""
        bar, top_px = self.verticalScrollBar(), lane.y()
        below_px = top_px + lane.height() - self.viewport().height()
        if not below_px <= bar.value() <= top_px:
            bar.setValue(top_px if bar.value() > top_px else min(below_px, top_px))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the page: arrows move the cursor."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say how wide the scroll bar is now."""
        super().resizeEvent(event)
        pixels = self.width() - self.viewport().width()
        if pixels != self._bar_px:
            self._bar_px = pixels
            self.bar_width_changed.emit(pixels)
