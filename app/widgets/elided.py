"""A line of text that gives way where there is too little room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

_BETWEEN = " · "
_WRAPPED = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
_ANY_HEIGHT = 10_000


class ElidedLabel(QLabel):
    """A label of parts, the most important first, that leaves out the last ones instead of widening the window.

    The tool tip has all of them.
    """

    def __init__(self, name: str = "", *, is_wide: bool = False):
        """A label.

        Args:
            name: What a screen reader says before the text.
            is_wide: Whether it asks for the room that its text needs; it never insists on it.
        """
        super().__init__()
        self._name, self._text, self._is_wide, self._is_wrapped = name, "", is_wide, False
        across = QSizePolicy.Policy.Preferred if is_wide else QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str) -> None:
        """Show a text as far as there is room."""
        self._text = text
        if self._is_wide:
            self.updateGeometry()
        self.setToolTip(text)
        self.setAccessibleName(f"{self._name}: {text}" if self._name else text)
        self.update()

    def set_wrapped(self, wrapped: bool) -> None:
        """Show all of the text on as many lines as it takes, for a figure, or what fits on one."""
        self._is_wrapped = wrapped
        policy = self.sizePolicy()
        policy.setHeightForWidth(wrapped)
        self.setSizePolicy(policy)
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        """Height of all of the text, wrapped."""
        if not self._is_wrapped:
            return -1
        box = self.fontMetrics().boundingRect(QRect(0, 0, width, _ANY_HEIGHT), _WRAPPED, self._text)
        return max(box.height(), self.fontMetrics().height())

    def text(self) -> str:
        """All of the text."""
        return self._text

    def sizeHint(self) -> QSize:
        """All of the text."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 1, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """Nothing in width."""
        return QSize(0, QFontMetrics(self.font()).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        if self._is_wrapped:
            painter.drawText(self.rect(), _WRAPPED, self._text)
            return
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown())

    def shown(self) -> str:
        """What there is room for: whole parts, or the beginning of the first."""
        metrics, parts = self.fontMetrics(), self._text.split(_BETWEEN)
        for count in range(len(parts), 0, -1):
            text = _BETWEEN.join(parts[:count])
            if metrics.horizontalAdvance(text) <= self.width():
                return text
        return metrics.elidedText(parts[0], Qt.TextElideMode.ElideRight, self.width())
