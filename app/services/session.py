"""What is open: recordings with stable ids, what was measured and found. Snapshots in, signals out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from core.foundation.errors import CoreError

if TYPE_CHECKING:
    from core.analysis.finding import Finding
    from core.audio.recording import Condition, Recording
    from core.explain.attribution import Attribution

State = Literal["ready", "waiting", "examining", "examined", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exhibit:
    """One opened recording and all that is known of it at this moment; never changed, only replaced."""

    id: str
    """E.g. `Q1`; never given twice in a session."""
    recording: Recording
    condition: Condition | None = None
    finding: Finding | None = None
    attribution: Attribution | None = None
    state: State = "ready"
    note: str = ""
    """Why the state is `failed`."""
    received_name: str = ""
    """Name of the file as received, where it is an exhibit's working copy."""
    in_case: bool = False
    """Whether it is an exhibit of the open case, so that runs are recorded there."""

    @property
    def name(self) -> str:
        """The file name a person knows it by."""
        return self.received_name or self.recording.id.path.name


class Session(QObject):
    """The opened recordings, in order, one of them current. Lives on the screen's thread."""

    added = Signal(str)
    changed = Signal(str)
    """Id of an exhibit that was replaced by a newer snapshot."""
    removed = Signal(str)
    current_changed = Signal()
    case_changed = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._exhibits: dict[str, Exhibit | None] = {}  # None while the recording is being opened
        self._current: str | None = None
        self._highest = 0
        self._was_chosen = False  # whether the current one was selected by someone, not by being the first
        self.errors: list[tuple[str, CoreError]] = []
        """Files that could not be used, for the JSON document."""
        self.case_folder: Path | None = None

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """All of them, in the order in which they were asked for."""
        return tuple(exhibit for exhibit in self._exhibits.values() if exhibit is not None)

    @property
    def current(self) -> Exhibit | None:
        """The one that is looked at."""
        return self._exhibits.get(self._current) if self._current else None

    def get(self, exhibit_id: str) -> Exhibit | None:
        """The newest snapshot; None once it was removed."""
        return self._exhibits.get(exhibit_id)

    def find(self, sha256: str, path: Path) -> Exhibit | None:
        """The exhibit that is this very file already."""
        same = (x for x in self.exhibits if x.recording.id.sha256 == sha256 and x.recording.id.path == path)
        return next(same, None)

    def copies_of(self, exhibit: Exhibit) -> tuple[Exhibit, ...]:
        """Other exhibits with the same bytes."""
        digest = exhibit.recording.id.sha256
        return tuple(x for x in self.exhibits if x.id != exhibit.id and x.recording.id.sha256 == digest)

    def reserve(self, exhibit_id: str | None = None) -> str:
        """Keep a place in the list, and an id, for a recording that is being opened."""
        number = max([self._highest, *(_number(taken) for taken in self._exhibits)]) + 1
        exhibit_id = exhibit_id or f"Q{number}"
        self._exhibits.setdefault(exhibit_id, None)
        return exhibit_id

    def release(self, exhibit_id: str) -> None:
        """Give a reserved place back: the recording could not be used."""
        if exhibit_id in self._exhibits and self._exhibits[exhibit_id] is None:
            del self._exhibits[exhibit_id]

    def add(self, recording: Recording, exhibit_id: str | None = None, *, case_name: str | None = None) -> Exhibit:
        """Take a recording in, in its reserved place; it becomes current if it is the first.

        Args:
            recording: What was opened.
            exhibit_id: The reserved id; a new one if left out.
            case_name: Name as received, for an exhibit of the open case.
        """
        exhibit = Exhibit(
            id=exhibit_id or self.reserve(),
            recording=recording,
            received_name=case_name or "",
            in_case=case_name is not None,
        )
        self._exhibits[exhibit.id] = exhibit
        self._highest = max(self._highest, _number(exhibit.id))
        self.added.emit(exhibit.id)
        if self._current is None or (not self._was_chosen and self.exhibits[0] is exhibit):
            self.select(exhibit.id)
            self._was_chosen = False
        return exhibit

    def update(self, exhibit_id: str, **values: Any) -> None:
        """Replace an exhibit by a snapshot with these values; nothing where it was removed meanwhile."""
        before = self._exhibits.get(exhibit_id)
        if before is not None:
            self._exhibits[exhibit_id] = dataclasses.replace(before, **values)
            self.changed.emit(exhibit_id)

    def select(self, exhibit_id: str | None) -> None:
        """Make an exhibit current."""
        self._was_chosen = exhibit_id is not None
        if exhibit_id != self._current and (exhibit_id is None or self.get(exhibit_id)):
            self._current = exhibit_id
            self.current_changed.emit()

    def remove(self, exhibit_id: str) -> None:
        """Forget an exhibit; its neighbour becomes current."""
        if self.get(exhibit_id) is None:
            return
        ids = [exhibit.id for exhibit in self.exhibits]
        at = ids.index(exhibit_id)
        neighbours = ids[at + 1 : at + 2] or ids[max(at - 1, 0) : at]
        del self._exhibits[exhibit_id]
        self.removed.emit(exhibit_id)
        if self._current == exhibit_id:
            self.select(neighbours[0] if neighbours else None)

    def set_case(self, folder: Path | None) -> None:
        """Say that the exhibits belong to this case folder."""
        self.case_folder = folder
        self.case_changed.emit()

    def clear(self) -> None:
        """Forget everything."""
        for exhibit in self.exhibits:
            self.remove(exhibit.id)
        self.errors.clear()
        self.set_case(None)


def _number(exhibit_id: str) -> int:
    digits = exhibit_id.removeprefix("Q")
    return int(digits) if digits.isdecimal() else 0
