"""Two groups of controls beside each other, or one below the other where they do not fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

_SPACING = 4


class TwoGroups(QWidget):
    """Lays out `first` and `second`, each a row; large text or a narrow window makes two rows of them."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = QHBoxLayout(), QHBoxLayout()
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(_SPACING)
        for row in (self.first, self.second):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(_SPACING)
        self._line.addLayout(self.first)
        self._line.addLayout(self.second, 1)

    def minimumSizeHint(self) -> QSize:
        """As wide as the wider row: it can always be made of two."""
        widths = (row.minimumSize().width() for row in (self.first, self.second))
        return QSize(max(widths), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self.fit(self.width())

    def event(self, event: QEvent) -> bool:
        """Follow the controls, which text of another size makes wider."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit(self.width())
        return done

    def fit(self, width_px: int) -> None:
        """Choose one row or two for a width."""
        needed_px = self.first.sizeHint().width() + _SPACING + self.second.sizeHint().width()
        direction = QBoxLayout.Direction
        wanted = direction.LeftToRight if needed_px <= width_px else direction.TopToBottom
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)
