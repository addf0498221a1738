"""Stacked parts of which one is seen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget


class FrontStack(QStackedWidget):
    """Needs the room of the part in front: Qt's own keeps room for the largest of all, seen or not."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        """The least room of the part in front."""
        front = self.currentWidget()
        return front.minimumSizeHint() if front is not None else super().minimumSizeHint()
