"""The marks as a Qt table, and in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from core.foundation.units import format_time
from core.marks import Mark, Origin

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Type", "Start", "End", "Length", "Band", "Text", "Author", "Origin", "Changed")
TEXT_COLUMN = COLUMNS.index("Text")
ID_ROLE = Qt.ItemDataRole.UserRole
CODES = {
    "edit": "E?",
    "noise": "N",
    "synthetic": "S",
    "codec": "C",
    "click": "K",
    "silence": "–",
    "speech": "O",
    "note": "T",
}
"""Letters of the types, where there is room for no more."""
EXPORT_COLUMNS = (
    "Type",
    "Start (s)",
    "End (s)",
    "Lowest (Hz)",
    "Highest (Hz)",
    "Text",
    "Author",
    "Changed (UTC)",
    "Origin",
    "Written for",
)
_LONG = 40
_ORIGINS: dict[Origin, str] = {"examiner": "examiner", "imported": "imported", "finding": "from a finding"}


class MarksModel(QAbstractTableModel):
    """One row for each mark. Sorts itself: a proxy would ask for two values at each comparison."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: tuple[Mark, ...] = ()
        self._longest_s = (0.0, 0.0)
        self._column, self._order = COLUMNS.index("Start"), Qt.SortOrder.AscendingOrder

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of the rows, by time."""
        return tuple(sorted(self._marks, key=lambda mark: (mark.start_s, mark.end_s)))

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Show other marks."""
        self.beginResetModel()
        by = _SORTED[COLUMNS[self._column]]
        self._marks = tuple(sorted(marks, key=by, reverse=self._order == Qt.SortOrder.DescendingOrder))
        latest_s = max((mark.end_s for mark in marks), default=0.0)
        self._longest_s = latest_s, max((mark.length_s for mark in marks), default=0.0)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column."""
        if column >= 0:
            self._column, self._order = column, order
            self.show_marks(self.marks)

    def row_of(self, mark_id: str) -> int:
        """The row of a mark; -1 where there is none."""
        return next((row for row, mark in enumerate(self._marks) if mark.id == mark_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._marks)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        wanted = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[section] if wanted else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        mark, column = self._marks[index.row()], COLUMNS[index.column()]
        if role == ID_ROLE:
            return mark.id
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _WORDS[column](mark) if column in _WORDS else self._time(mark, column)
        return words_of(mark) if role == Qt.ItemDataRole.ToolTipRole else None

    def _time(self, mark: Mark, column: str) -> str:
        """A time in the form of its column, which is that of the longest one."""
        if column != "Start" and not mark.length_s:
            return "point" if column == "Length" else ""
        value = {"Start": mark.start_s, "End": mark.end_s, "Length": mark.length_s}[column]
        return format_time(value, beside_s=self._longest_s[column == "Length"])


def band_text(mark: Mark) -> str:
    """`300–3,400 Hz`; empty where all frequencies are meant."""
    return "" if mark.low_hz is None or mark.high_hz is None else f"{mark.low_hz:,.0f}–{mark.high_hz:,.0f} Hz"


def moment_text(stamp: str) -> str:
    """`2026-11-21 10:17 UTC`."""
    try:
        return f"{datetime.fromisoformat(stamp):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return stamp


def words_of(mark: Mark) -> str:
    """Type, place and text."""
    where = format_time(mark.start_s, beside_s=mark.end_s)
    if mark.length_s:
        where = f"{where} to {format_time(mark.end_s)}"
    origin = "" if mark.origin == "examiner" else origin_text(mark)
    return ", ".join(filter(None, (mark.title, where, band_text(mark), mark.text, origin)))


def origin_text(mark: Mark) -> str:
    """Who placed it; of an imported one, for which other recording it was written."""
    return f"imported, written for {mark.written_for}" if mark.written_for else _ORIGINS[mark.origin]


def short_words(mark: Mark) -> str:
    """Type and the beginning of the text."""
    text = " ".join(mark.text.split())
    short = text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
    return f"{mark.title}: {short}" if short else mark.title


def export_rows(marks: Sequence[Mark]) -> list[tuple[Any, ...]]:
    """Rows under EXPORT_COLUMNS, numbers with all their digits."""
    names = ("start_s", "end_s", "low_hz", "high_hz", "text", "author", "made_at", "origin", "written_for")
    return [(mark.title, *(getattr(mark, name) for name in names)) for mark in marks]


_WORDS: dict[str, Callable[[Mark], str]] = {
    "Type": lambda mark: mark.title,
    "Band": band_text,
    "Text": lambda mark: mark.text,
    "Author": lambda mark: mark.author or "not named",
    "Origin": lambda mark: f"file for {mark.written_for}" if mark.written_for else _ORIGINS[mark.origin],
    "Changed": lambda mark: moment_text(mark.made_at),
}
_SORTED: dict[str, Callable[[Mark], Any]] = {
    "Type": lambda mark: mark.title,
    "Start": lambda mark: mark.start_s,
    "End": lambda mark: mark.end_s,
    "Length": lambda mark: mark.length_s,
    "Band": lambda mark: -1.0 if mark.low_hz is None else mark.low_hz,
    "Text": lambda mark: mark.text.casefold(),
    "Author": lambda mark: mark.author.casefold(),
    "Origin": lambda mark: (mark.origin, mark.written_for),
    "Changed": lambda mark: mark.made_at,
}
