"""The list of exhibits as a Qt model: one row each, with everything that is shown of it in words."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.services.session import Exhibit, Session, Unopened
from app.viewmodels.wording import NOTICES, STATES, UNOPENED, channels, rate
from core.audio.recording import Recording
from core.foundation.units import format_time

_SHORT_S = 0.05
"""Below it a length in tenths of a second reads as nothing."""
Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What a row can be asked for beside Qt's own roles."""

    ID = Qt.ItemDataRole.UserRole
    STATE = Qt.ItemDataRole.UserRole + 1
    """State name, which is also the icon's name."""
    STATE_TEXT = Qt.ItemDataRole.UserRole + 2
    DETAIL = Qt.ItemDataRole.UserRole + 3


class ExhibitsModel(QAbstractListModel):
    """Rows in the order of the session, with check marks while exhibits are chosen for a comparison."""

    check_wanted = Signal(str)
    """Id of the exhibit whose check mark was clicked."""

    def __init__(self, session: Session):
        super().__init__()
        self._session = session
        self._ids: list[str] = []
        self._checked: frozenset[str] | None = None
        session.added.connect(self._insert)
        session.changed.connect(self._update)
        session.removed.connect(self._remove)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        listed = self._listed(index)
        if isinstance(listed, Unopened):
            return _unopened(listed, role)
        if role == Qt.ItemDataRole.CheckStateRole and listed and self._checked is not None:
            return Qt.CheckState.Checked if listed.id in self._checked else Qt.CheckState.Unchecked
        return _value(listed, role, seen=listed.id in self._session.seal.seen) if listed else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_checkable = self._checked is not None and isinstance(self._listed(index), Exhibit)
        return super().flags(index) | (Qt.ItemFlag.ItemIsUserCheckable if is_checkable else Qt.ItemFlag.NoItemFlags)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or self._checked is None or not index.isValid():
            return False
        self.check_wanted.emit(self._ids[index.row()])
        return True

    def set_checked(self, ids: frozenset[str] | None) -> None:
        """Show check marks, set for these; None shows none."""
        if ids != self._checked:
            self._checked = ids
            if self._ids:
                self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))

    def row_of(self, exhibit_id: str) -> int:
        """The row of an exhibit; -1 where there is none."""
        return self._ids.index(exhibit_id) if exhibit_id in self._ids else -1

    def _listed(self, index: Index) -> Exhibit | Unopened | None:
        return self._session.get_listed(self._ids[index.row()]) if index.isValid() else None

    def _insert(self, exhibit_id: str) -> None:
        row = [listed.id for listed in self._session.listed].index(exhibit_id)
        self.beginInsertRows(QModelIndex(), row, row)
        self._ids.insert(row, exhibit_id)
        self.endInsertRows()

    def _update(self, exhibit_id: str) -> None:
        index = self.index(self.row_of(exhibit_id))
        self.dataChanged.emit(index, index)

    def _remove(self, exhibit_id: str) -> None:
        row = self.row_of(exhibit_id)
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._ids[row]
        self.endRemoveRows()


def _value(exhibit: Exhibit, role: int, *, seen: bool) -> Any:
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return f"{exhibit.id}  {exhibit.name}"
        case Role.ID:
            return exhibit.id
        case Role.STATE:
            return "failed" if exhibit.file_trouble else "caution" if exhibit.recording.notices else exhibit.state
        case Role.STATE_TEXT:
            return state_text(exhibit, seen=seen)
        case Role.DETAIL:
            return detail(exhibit)
        case Qt.ItemDataRole.AccessibleTextRole:
            return f"{exhibit.id}, {exhibit.name}, {detail(exhibit)}, {state_text(exhibit, seen=seen)}"
        case Qt.ItemDataRole.ToolTipRole:
            return _tip(exhibit, state_text(exhibit, seen=seen))
    return None


def _unopened(listed: Unopened, role: int) -> Any:
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return f"{listed.id}  {listed.name}"
        case Role.ID:
            return listed.id
        case Role.STATE:
            return "failed"
        case Role.STATE_TEXT:
            return UNOPENED
        case Role.DETAIL:
            return listed.note
        case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
            return unopened_text(listed)
    return None


def unopened_text(listed: Unopened) -> str:
    """Which exhibit cannot be opened, and why."""
    return f"{listed.id} {listed.name} {UNOPENED}. {listed.note}"


def state_text(exhibit: Exhibit, *, seen: bool = False) -> str:
    """What was done with it, and first what became of its file and what was found amiss when it was opened.

    Args:
        exhibit: An open recording.
        seen: Whether its results could be seen before they were sealed.
    """
    notices = exhibit.recording.notices
    sealed = [f"results sealed{'; seen before' * seen}"] if exhibit.is_withheld else []
    codes = [*filter(None, [exhibit.file_trouble]), *(notice.code for notice in notices)]
    told = [NOTICES.get(code, "see its notice") for code in codes]
    return " · ".join([*told, STATES[exhibit.state], *sealed])


def detail(exhibit: Exhibit) -> str:
    """Length, rate, channels and the first digits of the file's hash."""
    recording = exhibit.recording
    parts = (
        length(recording),
        rate(recording.sample_rate),
        channels(recording.channels),
        recording.id.sha256[:8],
    )
    return " · ".join(parts)


def length(recording: Recording) -> str:
    """`12.3 s`, or how many samples there are where that would read as nothing."""
    if recording.duration_s < _SHORT_S:
        return f"{recording.frames:,} sample{'s' * (recording.frames != 1)}"
    return format_time(recording.duration_s, 1)


def _tip(exhibit: Exhibit, state: str) -> str:
    lines = [str(exhibit.recording.id.path), f"SHA-256 {exhibit.recording.id.sha256}", state]
    lines += [notice.message for notice in exhibit.recording.notices]
    return "\n".join(lines + ([exhibit.note] if exhibit.note else []))
