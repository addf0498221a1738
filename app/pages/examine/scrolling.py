"""Lanes that do not fit the window are scrolled."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class ScrolledLanes(QScrollArea):
    """Shows all lanes where there is room, else some of them and a scroll bar."""

    bar_width_changed = Signal(int)
    """Pixels that the scroll bar takes from the lanes' width."""

    def __init__(self, lanes: QWidget):
        super().__init__()
        self.setWidget(lanes)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar_px = 0

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
