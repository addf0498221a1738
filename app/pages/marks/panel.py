"""The list of marks: filter, table, and what can be done with the marks from the keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import Theme
from app.viewmodels.marks import ID_ROLE, TEXT_COLUMN, MarksModel
from app.widgets.build import label, named
from app.widgets.rows_table import RowsTable

_LETTERS = (12, 9, 9, 9, 13, 18, 11, 12, 19)
"""Widths of the columns."""
EMPTY = "No marks on this recording yet. M marks the cursor or what is being heard, Ctrl+B what is selected."
NOT_LISTED = "No mark has these words and this type."


class MarksTable(RowsTable):
    """Rows of marks. Return goes to one, Delete takes it away, a digit gives it a type."""

    go_wanted = Signal(str)
    edit_wanted = Signal(str)
    delete_wanted = Signal(list)
    type_wanted = Signal(int)
    """The digit that was pressed, from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda index: self.edit_wanted.emit(index.data(ID_ROLE)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return, Alt+Return, Delete and digits."""
        key, has_alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        chosen = self.chosen()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and chosen:
            (self.edit_wanted if has_alt else self.go_wanted).emit(chosen[0])
        elif key == Qt.Key.Key_Delete and chosen:
            self.delete_wanted.emit(chosen)
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and chosen:
            self.type_wanted.emit(key - Qt.Key.Key_0)
        else:
            super().keyPressEvent(event)

    def chosen(self) -> list[str]:
        """Ids of the selected rows, the current one first."""
        current = self.currentIndex()
        rows = self.selectionModel().selectedRows() if self.selectionModel() else []
        return [row.data(ID_ROLE) for row in sorted(rows, key=lambda row: (row.row() != current.row(), row.row()))]


class MarksPanel(QWidget):
    """Filter above, marks below."""

    filter_changed = Signal(str, str)
    """Words and type; empty for all."""
    picked = Signal(str)
    """Id of the mark whose row became current."""
    themed = Signal()
    """Another theme is used."""

    def __init__(self, rows: MarksModel, types: Mapping[str, str]):
        super().__init__()
        self.rows = rows
        self.words = named(QLineEdit(), "Filter marks by words", "Words of type, text or author")
        self.words.setPlaceholderText("Filter by words")
        self.words.setClearButtonEnabled(True)
        for clear in self.words.findChildren(QToolButton):
            named(clear, "Clear the words")
        self.kind = named(QComboBox(), "Filter marks by type")
        self.kind.addItem("All types", "")
        for key, title in types.items():
            self.kind.addItem(title, key)
        self.count = label(role="muted", name="Number of marks")
        self.empty = label(EMPTY, role="muted", name="No marks", wrap=True)
        self.table = named(
            MarksTable(), "Marks", "Return goes there, Alt+Return edits, Delete deletes, 1 to 8 set the type"
        )
        self.table.setModel(rows)
        self.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        self._lay_out()
        self.words.textChanged.connect(self._filter)
        self.words.installEventFilter(self)
        self.kind.currentIndexChanged.connect(self._filter)
        self.table.selectionModel().currentRowChanged.connect(self._pick)
        self._is_following, self._followed = False, ""
        rows.modelReset.connect(lambda: self.follow(self._followed))

    def set_theme(self, _: Theme) -> None:
        """Tell those who draw marks that the colours have changed."""
        self.themed.emit()

    def add_control(self, widget: QWidget) -> None:
        """Put something at the end of the head."""
        self._head.addWidget(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave undo and redo to the marks where the words have nothing to take back."""
        if watched is self.words and event.type() == QEvent.Type.ShortcutOverride:
            keys = cast(QKeyEvent, event)
            is_undo = keys.matches(QKeySequence.StandardKey.Undo) and not self.words.isUndoAvailable()
            if is_undo or (keys.matches(QKeySequence.StandardKey.Redo) and not self.words.isRedoAvailable()):
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def show_state(self, listed: int, total: int) -> None:
        """Say how many there are; in words where there are none."""
        self.count.setText(f"{listed} of {total} marks" if listed != total else f"{total} mark{'s' * (total != 1)}")
        self.empty.setText(NOT_LISTED if total else EMPTY)
        self.empty.setVisible(not listed)
        self.table.setVisible(bool(listed))

    def follow(self, mark_id: str) -> None:
        """Make the row of a mark current, without going there."""
        self._followed = mark_id
        row = self.rows.row_of(mark_id)
        index = self.rows.index(row, TEXT_COLUMN) if row >= 0 else QModelIndex()
        selection = self.table.selectionModel()
        if index.isValid() and self.table.chosen() == [mark_id]:
            return
        self._is_following = True
        flags = QItemSelectionModel.SelectionFlag
        if index.isValid():
            selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.table.scrollTo(index)
        else:
            selection.clear()
        self._is_following = False

    def describe(self) -> str:
        """The list in words."""
        rows = range(min(self.rows.rowCount(), 20))
        words = ". ".join(self.rows.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in rows)
        return f"{self.count.text()}. {words}" if words else self.empty.text()

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.words, 2)
        self._head.addWidget(self.kind)
        self._head.addWidget(self.count, 1)
        self.table.set_widths(_LETTERS, TEXT_COLUMN)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 6)
        column.addLayout(self._head)
        column.addWidget(self.empty)
        column.addWidget(self.table, 1)
        column.addStretch()

    def _filter(self) -> None:
        self.filter_changed.emit(self.words.text(), self.kind.currentData())

    def _pick(self, index: QModelIndex) -> None:
        if index.isValid() and not self._is_following:
            self.picked.emit(index.data(ID_ROLE))
