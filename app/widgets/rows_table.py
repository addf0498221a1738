"""A table of rows to read and choose from; its columns and rows follow the size of the text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

_ROW_ROOM_PX, _CELL_ROOM_PX = 10, 8


class RowsTable(QTableView):
    """One column takes the width that the others leave, and never less than its own; then the table scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self._letters: tuple[int, ...] = ()
        self._filler = 0
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def set_widths(self, letters: Sequence[int], filler: int) -> None:
        """Give the columns widths.

        Args:
            letters: Width of each column, in digits of the text's size.
            filler: The column that takes the rest.
        """
        self._letters, self._filler = tuple(letters), filler
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_letters"):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give one column what the others leave."""
        super().resizeEvent(event)
        self._fill()

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _ROW_ROOM_PX)
        for column in range(len(self._letters)):
            self.setColumnWidth(column, self._least(column))
        self._fill()

    def _fill(self) -> None:
        if self._letters:
            others = sum(self.columnWidth(column) for column in range(len(self._letters)) if column != self._filler)
            self.setColumnWidth(self._filler, max(self.viewport().width() - others, self._least(self._filler)))

    def _least(self, column: int) -> int:
        return self._letters[column] * self.fontMetrics().horizontalAdvance("0") + _CELL_ROOM_PX
