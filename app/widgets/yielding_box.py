"""A box to choose from that gives way where there is too little room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

_LEAST_LETTERS, _LEAST_SHARE = 10, 0.6
"""Of the width for the longest item."""
_TEXT = QStyle.SubControl.SC_ComboBoxEditField


class YieldingBox(QComboBox):
    """Asks for the width of its longest item, lives with a part of it, and shows by an ellipsis what is cut off."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # Qt would not see items that come later

    def minimumSizeHint(self) -> QSize:
        """A few letters at least, beside the arrow."""
        size = self.sizeHint()
        text_px = self._field(size).width()
        least_px = max(_LEAST_LETTERS * self.fontMetrics().averageCharWidth(), round(_LEAST_SHARE * text_px))
        return QSize(size.width() - max(text_px - least_px, 0), size.height())

    def paintEvent(self, e: QPaintEvent) -> None:
        """Cut the text at a letter: the style would cut through one."""
        option, painter = self._option(), QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        if self.currentIndex() < 0 and self.placeholderText():
            option.palette.setBrush(option.palette.ColorRole.ButtonText, option.palette.placeholderText())
            option.currentText = self.placeholderText()  # pyright: ignore[reportAttributeAccessIssue]
        text: str = option.currentText  # pyright: ignore[reportAttributeAccessIssue]
        width_px = self._field(self.size()).width()
        option.currentText = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width_px)  # pyright: ignore[reportAttributeAccessIssue]
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _option(self) -> QStyleOptionComboBox:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return option

    def _field(self, size: QSize) -> QRect:
        option = self._option()
        option.rect.setSize(size)  # pyright: ignore[reportAttributeAccessIssue]
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, _TEXT, self)
