"""What stands on the page one above the other; what can be missed gives way where the page is low."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

_LOW_LINES = 16
"""Height of the page, in heights of a line, below which a lane and its ruler need all of it."""


class LowPage(QWidget):
    """A column; its spare part is shown only where there is height for it."""

    def __init__(self, above: QWidget, spare: QWidget, main: QWidget):
        super().__init__()
        self._spare = spare
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(above)
        column.addWidget(spare)
        column.addWidget(main, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the spare part, or give its height to the others."""
        super().resizeEvent(event)
        self._spare.setVisible(self.height() >= _LOW_LINES * self.fontMetrics().height())
