"""The notes as a Qt table, and the seal in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.viewmodels.marks import moment_text
from core.foundation.units import format_time
from core.marks import Note
from core.marks.notes import heading

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Time", "On", "At", "Text", "Kind", "Author")
SEALED = "sealed until listening notes are saved"
SEALED_LANE = (
    "Results are sealed until listening notes are saved.\n"
    "Save a listening note (Ctrl+Shift+T), then unseal them in the menu Examine."
)
SEALED_RESULTS = (
    "Results are sealed until listening notes are saved.\n\nThe recording may be examined meanwhile. "
    "Listen to it, save a listening note (Ctrl+Shift+T), then unseal its results in the menu Examine."
)


class NotesModel(QAbstractTableModel):
    """One row for each note, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self._notes: tuple[Note, ...] = ()
        self._names: Mapping[str, str] = {}
        self._latest_s = 0.0

    def show_notes(self, notes: Sequence[Note], names: Mapping[str, str]) -> None:
        """Show other notes; `names` says what the exhibits are called."""
        self.beginResetModel()
        self._notes, self._names = tuple(reversed(notes)), names
        self._latest_s = max((note.position_s or 0.0 for note in notes), default=0.0)
        self.endResetModel()

    def note(self, row: int) -> Note | None:
        """The note of a row."""
        return self._notes[row] if 0 <= row < len(self._notes) else None

    def text(self, row: int) -> str:
        """All of a note, to be read."""
        note = self.note(row)
        if note is None:
            return ""
        head = heading(note, self._names).replace(note.made_at, moment_text(note.made_at), 1)
        return f"{head}\n\n{note.text}"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._notes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        wanted = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[section] if wanted else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(self._notes[index.row()], COLUMNS[index.column()])
        return self.text(index.row()) if role == Qt.ItemDataRole.ToolTipRole else None

    def _words(self, note: Note, column: str) -> str:
        match column:
            case "Time":
                return moment_text(note.made_at)
            case "Author":
                return note.author or "not named"
            case "Kind":
                return note.kind
            case "On":
                return self._names.get(note.exhibit, note.exhibit[:16]) or "the case"
            case "At":
                return "" if note.position_s is None else format_time(note.position_s, beside_s=self._latest_s)
            case _:
                return " ".join(note.text.split())
