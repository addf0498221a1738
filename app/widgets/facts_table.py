"""A table of facts under headings: readable, wrapping, and every value can be copied exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)


class FactLike(Protocol):
    """A label and its value."""

    @property
    def label(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def exact(self) -> str: ...
    @property
    def is_code(self) -> bool: ...
    @property
    def is_muted(self) -> bool: ...


class SectionLike(Protocol):
    """A heading and the facts below it."""

    @property
    def title(self) -> str: ...
    @property
    def facts(self) -> Sequence[FactLike]: ...


_EXACT = Qt.ItemDataRole.UserRole
_MUTED = Qt.ItemDataRole.UserRole + 1
_WHOLE = Qt.ItemDataRole.UserRole + 2
"""Of the cell of a fact without a label: it takes both columns."""
_LABEL_SHARE = 0.36
_ROOM = 4
Index = QModelIndex | QPersistentModelIndex


class _Roomy(QStyledItemDelegate):
    """Leaves a little room between rows; Qt measures what takes both columns as if it had only its own."""

    def __init__(self, table: QTableWidget):
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(_WHOLE):
            option.rect.setWidth(self._table.viewport().width())  # pyright: ignore[reportAttributeAccessIssue]
        return super().sizeHint(option, index) + QSize(0, _ROOM)


class FactsTable(QTableWidget):
    """Two columns, label and value; headings span both, and so do facts without a label."""

    def __init__(self, name: str, parent: QWidget | None = None):
        super().__init__(0, 2, parent)
        self._shape: list[tuple[str, ...]] = []
        self.setAccessibleName(name)
        self.setItemDelegate(_Roomy(self))
        self.setHorizontalHeaderLabels(["What", "Value"])
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.verticalHeader().setMinimumSectionSize(self.fontMetrics().height() + 6)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)

    def set_sections(self, sections: Sequence[SectionLike]) -> None:
        """Show these; where only values differ from before, nothing else moves."""
        shape = [(section.title, *(fact.label for fact in section.facts)) for section in sections]
        if shape != self._shape:
            self._shape = shape
            self._rebuild(sections)
        row = 0
        for section in sections:
            for at, fact in enumerate(section.facts, start=row + 1):
                self._set_value(at, fact)
            row += 1 + len(section.facts)

    def copied(self) -> str:
        """The selected facts, or all of them where none is selected, as lines of `label: value`."""
        rows = sorted({index.row() for index in self.selectedIndexes()}) or range(self.rowCount())
        return "\n".join(self._line(row) for row in rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Headings follow a change of colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for row in range(self.rowCount()):
                heading = self.item(row, 0)
                value = self._value(row)
                if value is not None:
                    self._colour(value)
                elif heading is not None:
                    heading.setBackground(self.palette().alternateBase())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the labels' share of the width."""
        super().resizeEvent(event)
        self.setColumnWidth(0, round(self.viewport().width() * _LABEL_SHARE))

    def _rebuild(self, sections: Sequence[SectionLike]) -> None:
        self.clearSpans()
        self.clearContents()
        self.setRowCount(sum(1 + len(section.facts) for section in sections))
        row = 0
        for section in sections:
            self._add_heading(row, section.title)
            for at, fact in enumerate(section.facts, start=row + 1):
                self._add_fact(at, fact.label)
            row += 1 + len(section.facts)

    def _add_fact(self, row: int, label: str) -> None:
        first = _item(label)
        self.setItem(row, 0, first)
        if label:
            self.setItem(row, 1, _item(""))
        else:
            first.setData(_WHOLE, True)
            self.setSpan(row, 0, 1, 2)

    def _value(self, row: int) -> QTableWidgetItem | None:
        """The cell of a fact's value; None in the row of a heading."""
        first = self.item(row, 0)
        return first if first is not None and first.data(_WHOLE) else self.item(row, 1)

    def _add_heading(self, row: int, title: str) -> None:
        heading = _item(title)
        font = QFont(self.font())
        font.setBold(True)
        heading.setFont(font)
        heading.setBackground(self.palette().alternateBase())
        self.setItem(row, 0, heading)
        self.setSpan(row, 0, 1, 2)

    def _set_value(self, row: int, fact: FactLike) -> None:
        item = self._value(row)
        if item is None or (item.text() == fact.value and item.data(_EXACT) == fact.exact):
            return
        item.setText(fact.value)
        item.setData(_EXACT, fact.exact)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{fact.label}: {fact.value}" if fact.label else fact.value)
        item.setData(_MUTED, fact.is_muted)
        self._colour(item)
        if fact.is_code:
            item.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))

    def _colour(self, item: QTableWidgetItem) -> None:
        """Muted values are grey, in the colours of the moment."""
        palette = self.palette()
        item.setForeground(palette.placeholderText() if item.data(_MUTED) else palette.text())

    def _line(self, row: int) -> str:
        first, value = self.item(row, 0), self._value(row)
        start = first.text() if first is not None else ""
        if value is None:
            return start
        words = value.data(_EXACT) or value.text()
        return words if value.data(_WHOLE) else f"{start}: {words}"

    def _show_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        item = self._value(self.rowAt(point.y()))
        if item is not None:
            value = item.data(_EXACT) or item.text()
            menu.addAction("Copy value", lambda: QGuiApplication.clipboard().setText(value))
        menu.addAction("Copy selected rows" if self.selectedIndexes() else "Copy all", self._copy)
        menu.exec(self.viewport().mapToGlobal(point))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.copied())


def _item(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    return item
