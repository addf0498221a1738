"""All keys by group: to look up, to search, and to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.widgets import dialogs
from app.widgets.build import button, label, named
from app.widgets.matching import ranked

_ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """One action and its keys."""

    id: str
    """Empty where its keys cannot be changed."""
    group: str
    title: str
    keys: str
    tip: str = ""
    words: str = ""
    """More words by which it is found."""
    is_possible: bool = True
    """Whether it can be done now."""
    is_own: bool = False
    """Whether the user has chosen its key."""


class KeyBook(Protocol):
    """Where keys are looked up and changed."""

    def rows(self) -> Sequence[KeyRow]: ...
    def maps(self) -> Mapping[str, str]: ...
    def current_map(self) -> str: ...
    def use_map(self, name: str) -> None: ...
    def obstacle(self, action_id: str, key: str) -> str: ...
    def conflict(self, action_id: str, key: str) -> str: ...
    def change(self, action_id: str, key: str | None) -> None: ...
    def reset(self) -> None: ...


class KeyDialog(QDialog):
    """Lists the keys of a book; stays open beside the window."""

    def __init__(self, book: KeyBook, parent: QWidget):
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self._book = book
        self.query = named(QLineEdit(), "Find a key or an action")
        self.query.setPlaceholderText("Words of an action, or a key")
        self.query.setClearButtonEnabled(True)
        self.maps = named(QComboBox(), "Key map", "Keys as in this or another program")
        for name, title in book.maps().items():
            self.maps.addItem(f"Keys as in {title}", name)
        self.maps.setCurrentIndex(self.maps.findData(book.current_map()))
        self.list = named(QTreeWidget(), "Keys by group")
        self._change = button("&Change the key…", self._ask, tip="Give the chosen action another key")
        self._back = button("&Undo the change", self._undo, tip="Give the chosen action the map's key again")
        self._reset = button("&Reset all", self._reset_all, tip="Give all actions the map's keys again")
        self._lay_out()
        self.query.textChanged.connect(self.fill)
        self.maps.activated.connect(self._use_map)
        self.list.currentItemChanged.connect(lambda *_: self._allow())
        self.list.itemActivated.connect(lambda *_: self._ask())
        self.fill()

    @property
    def chosen(self) -> KeyRow | None:
        """The action that is chosen."""
        item = self.list.currentItem()
        return item.data(0, _ROW) if item is not None else None

    def fill(self) -> None:
        """List what fits the words."""
        before = self.chosen
        rows = self._book.rows()
        found = ranked(
            self.query.text(), [(row, row.title, f"{row.group} {row.keys} {row.tip} {row.words}") for row in rows]
        )
        shown = [row for row in rows if row in set(found)]
        self.list.clear()
        for group, members in groupby(shown, key=lambda row: row.group):
            head = QTreeWidgetItem(self.list, [group])
            head.setFirstColumnSpanned(True)
            for row in members:
                item = self._item(head, row)
                if before is not None and before.id and row.id == before.id:
                    self.list.setCurrentItem(item)
        self.list.expandAll()
        self._allow()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.list.topLevelItemCount():
            self.fill()

    def give(self, row: KeyRow, key: str) -> None:
        """Give an action a key; asks where another one has it."""
        obstacle = self._book.obstacle(row.id, key)
        if obstacle:
            self._note.setText(obstacle)
            return
        conflict = self._book.conflict(row.id, key)
        if conflict and not dialogs.confirm(self, "The key is taken", conflict, "Take it"):
            return
        self._book.change(row.id, key)
        self._note.setText(f"{row.title}: {QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)}")
        self.fill()

    def _item(self, head: QTreeWidgetItem, row: KeyRow) -> QTreeWidgetItem:
        told = ("changed" if row.is_own else "", "" if row.is_possible else "not now")
        item = QTreeWidgetItem(head, [row.title, row.keys, ", ".join(filter(None, told))])
        item.setData(0, _ROW, row)
        item.setToolTip(0, row.tip)
        state = "" if row.is_possible else ", not possible now"
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{row.title}: {row.keys or 'no key'}{state}")
        if not row.is_possible:
            for column in range(3):
                item.setForeground(column, self.palette().placeholderText())
        return item

    def _ask(self) -> None:
        row = self.chosen
        if row is not None and row.id:
            key = ask_key(self, row.title)
            if key:
                self.give(row, key)

    def _undo(self) -> None:
        if self.chosen is not None:
            self._book.change(self.chosen.id, None)
            self.fill()

    def _reset_all(self) -> None:
        self._book.reset()
        self.fill()

    def _use_map(self) -> None:
        self._book.use_map(self.maps.currentData())
        self.fill()

    def _allow(self) -> None:
        row = self.chosen
        self._change.setEnabled(row is not None and bool(row.id))
        self._back.setEnabled(row is not None and row.is_own)
        self._reset.setEnabled(any(row.is_own for row in self._book.rows()))

    def _lay_out(self) -> None:
        self.list.setHeaderLabels(["Action", "Key", ""])
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self.list.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._note = label("Not now: not possible at this moment.", role="muted", name="Note", wrap=True)
        top, low = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.query, 1)
        top.addWidget(self.maps)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.close)
        for part in (self._change, self._back, self._reset):
            low.addWidget(part)
        low.addStretch(1)
        low.addWidget(close)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self._note)
        column.addLayout(low)
        self.resize(self.fontMetrics().averageCharWidth() * 100, self.fontMetrics().height() * 38)


def ask_key(parent: QWidget, title: str) -> str | None:
    """The keys that the user presses; None where they changed their mind."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Change the key")
    keys = named(QKeySequenceEdit(), f"Key for {title}")
    keys.setMaximumSequenceLength(1)
    keys.setClearButtonEnabled(True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    column: Sequence[QWidget] = (label(f"Press the key for: {title}", wrap=True), keys, buttons)
    layout = QVBoxLayout(dialog)
    for part in column:
        layout.addWidget(part)
    keys.setFocus()
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    return keys.keySequence().toString(QKeySequence.SequenceFormat.PortableText) or None if accepted else None
