"""The list of notes, the one that is chosen in full, and what the seal hides."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.commands import notes as commands
from app.commands.action import Shell
from app.services.mark_sources import key_of
from app.services.notebook import UNRECORDED
from app.viewmodels.notes import COLUMNS, SEALED, NotesModel
from app.widgets.build import button, label, named
from app.widgets.rows_table import RowsTable

_LETTERS = (19, 11, 8, 17, 9, 11)
"""Widths of the columns."""
EMPTY = "No notes yet. Ctrl+T writes one on the cursor's place, Ctrl+Shift+T a listening note."


class NotesTable(RowsTable):
    """Rows of notes; Return goes to a note's place."""

    go_wanted = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.go_wanted.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


class NotesPanel(QWidget):
    """Notes on the left, the chosen one on the right. Nothing in it can be changed."""

    def __init__(self, rows: NotesModel):
        super().__init__()
        self.rows = rows
        self.seal = label(name="Sealed mode", wrap=True)
        self.empty = label(EMPTY, role="muted", name="No notes", wrap=True)
        self.table = named(NotesTable(), "Notes", "Return goes to the note's place")
        self.table.setModel(rows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.text = named(QPlainTextEdit(), "The chosen note")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(lambda at: self.text.setPlainText(rows.text(at.row())))

    def add_button(self, text: str, run: Callable[[], object]) -> None:
        """A button in the head."""
        self._head.addWidget(button(text, run))

    def show_state(self) -> None:
        """The newest note, or that there is none."""
        has_notes = self.rows.rowCount() > 0
        self.empty.setVisible(not has_notes)
        self._split.setVisible(has_notes)
        self.text.setPlainText("")
        if has_notes:
            self.table.selectRow(0)

    def describe(self) -> str:
        """The notes in words."""
        count = self.rows.rowCount()
        words = "\n".join(self.rows.text(row).replace("\n\n", ": ") for row in range(min(count, 10)))
        return f"{self.seal.text()} {count} note{'s' * (count != 1)}. {words}".strip()

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.seal, 1)
        self.table.set_widths(_LETTERS, COLUMNS.index("Text"))
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        for part, share in ((self.table, 2), (self.text, 1)):
            self._split.addWidget(part)
            self._split.setStretchFactor(self._split.indexOf(part), share)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 6)
        column.addLayout(self._head)
        column.addWidget(self.empty)
        column.addWidget(self._split, 1)
        column.addStretch()


class NotesBinding(QObject):
    """The list shows the notebook; a note's place can be gone to."""

    def __init__(self, panel: NotesPanel, shell: Shell):
        super().__init__(panel)
        self._panel, self._shell = panel, shell
        self._notebook, self._session = shell.context.notebook, shell.context.session
        panel.add_button("Note…", lambda: commands.can_write(shell) and commands.write(shell))
        panel.add_button("Listening note…", lambda: commands.listen(shell))
        panel.add_button("Export…", lambda: commands.export(shell))
        panel.table.go_wanted.connect(self._go_to)
        panel.table.doubleClicked.connect(lambda index: self._go_to(index.row()))
        for signal in (self._notebook.changed, self._session.added, self._session.removed):
            signal.connect(lambda *_: self._show())
        for signal in (self._session.seal_changed, self._session.current_changed, self._session.changed):
            signal.connect(lambda *_: self._show_seal())
        self._show()

    def _show(self) -> None:
        names = {key_of(exhibit): f"{exhibit.id} {exhibit.name}" for exhibit in self._session.exhibits}
        self._panel.rows.show_notes(self._notebook.notes, names)
        self._panel.show_state()
        self._show_seal()

    def _show_seal(self) -> None:
        exhibit, seal = self._session.current, self._session.seal
        if not seal.on:
            self._panel.seal.setText("Sealed mode is off: results are shown as they come.")
            return
        words = f"on: results are {SEALED}."
        if exhibit is not None and not seal.hides(exhibit.id):
            words = f"on; the results of {exhibit.id} were unsealed."
        self._panel.seal.setText(f"Sealed mode is {words}{'' if self._session.case else f' {UNRECORDED}'}")

    def _go_to(self, row: int) -> None:
        note = self._panel.rows.note(row)
        if note is None or not note.exhibit:
            return
        exhibit = next((x for x in self._session.exhibits if key_of(x) == note.exhibit), None)
        if exhibit is not None:
            self._session.select(exhibit.id)
            if note.position_s is not None:
                self._shell.page.go_to(note.position_s)
