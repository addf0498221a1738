"""Find anything by words: a line to type in, and below it what fits, with keys and whether it is possible now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.widgets.build import label, named
from app.widgets.matching import ranked

_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_WIDTH_IN_LETTERS, _HEIGHT_IN_LINES = 60, 26
_SHARE_OF_WINDOW = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that can be found."""

    title: str
    where: str
    """E.g. the menu it is in."""
    run: Callable[[], object]
    key: str = ""
    tip: str = ""
    words: str = ""
    """More words by which it is found; not shown."""
    obstacle: str = ""
    """Why it cannot be done now; empty where it can."""


class Palette(QDialog):
    """Lists what fits the words; Enter does the chosen one.

    Args:
        entries: What can always be found.
        special: Gives what else the words may mean, e.g. a time; stands first.
        parent: Window it belongs to.
    """

    def __init__(self, entries: Sequence[Entry], special: Callable[[str], Sequence[Entry]], parent: QWidget):
        super().__init__(parent)
        self.setWindowTitle("Find anything")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries, self._special = tuple(entries), special
        self.shown: list[Entry] = []
        self.query = named(QLineEdit(), "Find an action, an exhibit or a time")
        self.query.setPlaceholderText("Words of an action, a measurement, a lane, an exhibit (Q2), a time (1:23.5)")
        self.query.setClearButtonEnabled(True)
        self.list = named(QTableWidget(0, 3), "What fits")
        self.reason = label(role="muted", name="About the chosen line", wrap=True)
        self._lay_out()
        self.query.textChanged.connect(self._find)
        self.query.installEventFilter(self)
        self.list.itemSelectionChanged.connect(self._tell)
        self.list.itemActivated.connect(lambda _: self.run_chosen())
        self._find("")

    @property
    def chosen(self) -> Entry | None:
        """The line that Enter would do."""
        row = self.list.currentRow()
        return self.shown[row] if 0 <= row < len(self.shown) else None

    def run_chosen(self) -> None:
        """Close, and do the chosen one; stay where it cannot be done now."""
        entry = self.chosen
        if entry is not None and not entry.obstacle:
            self.accept()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter work on the list while the words are typed."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                self._move(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.run_chosen()
                return True
        return super().eventFilter(watched, event)

    def _move(self, event: QKeyEvent) -> None:
        page = max(1, self.list.viewport().height() // max(1, self.list.rowHeight(0)) - 1)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        row = self.list.currentRow() + step[Qt.Key(event.key())]
        self.list.selectRow(min(max(row, 0), self.list.rowCount() - 1))

    def _find(self, words: str) -> None:
        found = ranked(words, [(e, e.title, f"{e.where} {e.tip} {e.key} {e.words}") for e in self._entries])
        self.shown = [*self._special(words), *found]
        self.list.setRowCount(len(self.shown))
        for row, entry in enumerate(self.shown):
            self._fill(row, entry)
        self.list.selectRow(0)
        self._tell()

    def _fill(self, row: int, entry: Entry) -> None:
        said = ", ".join(filter(None, (entry.title, entry.where, entry.key, entry.obstacle)))
        for column, text in enumerate((entry.title, entry.where, entry.key)):
            item = QTableWidgetItem(text)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said if column == 0 else text)
            if entry.obstacle or column > 0:
                item.setForeground(self.palette().placeholderText())
            if entry.obstacle and column == 0:
                font = item.font()
                font.setItalic(True)
                item.setFont(font)
            self.list.setItem(row, column, item)

    def _tell(self) -> None:
        entry = self.chosen
        if entry is None:
            self.reason.setText("Nothing fits these words.")
        else:
            self.reason.setText(f"Not possible now: {entry.obstacle}" if entry.obstacle else entry.tip or entry.title)

    def _lay_out(self) -> None:
        table = self.list
        table.horizontalHeader().hide()
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(max(26, self.fontMetrics().height() + 8))
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        table.setShowGrid(False)
        table.setStyleSheet("QTableWidget::item { padding: 0px 8px; }")
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        column = QVBoxLayout(self)
        for part in (self.query, table, self.reason):
            column.addWidget(part)
        metrics = self.fontMetrics()
        window = self.parentWidget() or self
        most_px = round(_SHARE_OF_WINDOW * window.window().width())
        width_px = min(metrics.averageCharWidth() * 2 * _WIDTH_IN_LETTERS, most_px)
        self.resize(width_px, metrics.height() * _HEIGHT_IN_LINES)
