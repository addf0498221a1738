"""What is open: recordings with stable ids, what was measured and found. Snapshots in, signals out."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from core.case.desk import Desk, Seal
from core.foundation.errors import CoreError
from core.foundation.names import visible

if TYPE_CHECKING:
    from core.analysis.finding import Finding
    from core.audio.recording import Condition, Recording
    from core.explain.attribution import Attribution

State = Literal["ready", "waiting", "examining", "examined", "failed"]
_RESULTS = ("finding", "attribution")
"""Fields of an exhibit that a seal keeps back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """The case whose exhibits are open."""

    folder: Path
    number: str
    """The laboratory's number."""
    examiner: str
    """Who opened the case."""
    desk: Desk = field(default_factory=Desk)
    """Its marks, notes and seal when it was opened."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exhibit:
    """One opened recording and all that is known of it at this moment; never changed, only replaced."""

    id: str
    """E.g. `Q1`; never given twice in a session but by a case, whose exhibits keep their ids."""
    recording: Recording
    condition: Condition | None = None
    condition_note: str = ""
    """Why there is no condition and none is being measured."""
    finding: Finding | None = None
    attribution: Attribution | None = None
    state: State = "ready"
    note: str = ""
    """Why the state is `failed`."""
    received_name: str = ""
    """Name of the file as received, where it is an exhibit's working copy."""
    in_case: bool = False
    """Whether it is an exhibit of the open case, so that runs are recorded there."""
    file_trouble: str = ""
    """Code of what became of its file since it was opened: changed (IN-007) or gone (IN-012)."""
    is_withheld: bool = False
    """Whether there are results that are sealed: `finding` and `attribution` are None then."""

    @property
    def name(self) -> str:
        """The file name a person knows it by; characters in it that hide are shown by their numbers."""
        return visible(self.received_name or self.recording.id.path.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """An exhibit of the case whose working copy cannot be opened; listed, so that it is not forgotten."""

    id: str
    name: str
    note: str
    """Why."""


class Session(QObject):
    """The opened recordings, in order, one of them current. Lives on the screen's thread."""

    added = Signal(str)
    changed = Signal(str)
    """Id of an exhibit that was replaced by a newer snapshot."""
    removed = Signal(str)
    current_changed = Signal()
    case_changed = Signal()
    seal_changed = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._listed: dict[str, Exhibit | Unopened] = {}
        self._current: str | None = None
        self._highest: Counter[str] = Counter()
        self.errors: list[tuple[str, CoreError]] = []
        """Files that could not be used, for the JSON document."""
        self.case: OpenCase | None = None
        self._seal = Seal()
        self._withheld: dict[str, dict[str, Any]] = {}

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """All recordings, in the order in which they were asked for."""
        return tuple(listed for listed in self._listed.values() if isinstance(listed, Exhibit))

    @property
    def listed(self) -> tuple[Exhibit | Unopened, ...]:
        """The same, and between them exhibits of the case that cannot be opened."""
        return tuple(self._listed.values())

    @property
    def case_folder(self) -> Path | None:
        """Folder of the open case."""
        return self.case.folder if self.case else None

    @property
    def seal(self) -> Seal:
        """Which exhibits' results are hidden until a listening note is saved."""
        return self._seal

    @property
    def is_current_sealed(self) -> bool:
        """Whether results of what is looked at are hidden."""
        return self._current is not None and self._seal.hides(self._current)

    @property
    def current(self) -> Exhibit | None:
        """The recording that is looked at."""
        return self.get(self._current) if self._current else None

    @property
    def current_listed(self) -> Exhibit | Unopened | None:
        """The one that is chosen in the list, be it a recording or not."""
        return self.get_listed(self._current) if self._current else None

    def get(self, exhibit_id: str) -> Exhibit | None:
        """The newest snapshot; None where it is no recording, or was removed."""
        listed = self._listed.get(exhibit_id)
        return listed if isinstance(listed, Exhibit) else None

    def get_listed(self, exhibit_id: str) -> Exhibit | Unopened | None:
        """What the list shows under this id."""
        return self._listed.get(exhibit_id)

    def find(self, sha256: str, path: Path) -> Exhibit | None:
        """The exhibit that is this very file already."""
        same = (x for x in self.exhibits if x.recording.id.sha256 == sha256 and x.recording.id.path == path)
        return next(same, None)

    def holds(self, exhibit: Exhibit) -> bool:
        """Whether a recording is still open; another case may have given its id to another one meanwhile."""
        now = self.get(exhibit.id)
        return now is not None and now.recording is exhibit.recording

    def copies_of(self, exhibit: Exhibit) -> tuple[Exhibit, ...]:
        """Other exhibits with the same bytes."""
        digest = exhibit.recording.id.sha256
        return tuple(x for x in self.exhibits if x.id != exhibit.id and x.recording.id.sha256 == digest)

    def add(self, recording: Recording, exhibit_id: str | None = None, *, case_name: str | None = None) -> Exhibit:
        """Take a recording in; it becomes current if it is the first.

        Args:
            recording: What was opened.
            exhibit_id: Its id in the case; else the next Q number, or X number beside an open case, whose own next
                exhibit will want the Q number.
            case_name: Name as received, for an exhibit of the open case.
        """
        exhibit = Exhibit(
            id=exhibit_id or self._next_id("X" if self.case else "Q"),
            recording=recording,
            received_name=case_name or "",
            in_case=case_name is not None,
        )
        self._list(exhibit)
        return exhibit

    def add_unopened(self, exhibit_id: str, name: str, note: str) -> None:
        """List an exhibit of the case that cannot be opened."""
        self._list(Unopened(id=exhibit_id, name=name, note=note))

    def update(self, exhibit_id: str, **values: Any) -> None:
        """Replace an exhibit by a snapshot with these values; nothing where it was removed meanwhile."""
        before = self.get(exhibit_id)
        if before is not None:
            self._listed[exhibit_id] = dataclasses.replace(before, **self._seen(exhibit_id, values))
            self.changed.emit(exhibit_id)

    def set_seal(self, seal: Seal) -> None:
        """Hide results, or give out those that were hidden: whoever reads an exhibit has only what may be seen."""
        self._seal = seal
        for exhibit in self.exhibits:
            shown = {name: getattr(exhibit, name) for name in _RESULTS}
            kept = self._withheld.pop(exhibit.id, {})
            self.update(exhibit.id, **(kept or shown), is_withheld=False)
        self.seal_changed.emit()

    def select(self, exhibit_id: str | None) -> None:
        """Make an exhibit current."""
        if exhibit_id != self._current and (exhibit_id is None or exhibit_id in self._listed):
            self._current = exhibit_id
            self.current_changed.emit()

    def remove(self, exhibit_id: str) -> None:
        """Forget an exhibit; its neighbour becomes current."""
        if exhibit_id not in self._listed:
            return
        ids = list(self._listed)
        at = ids.index(exhibit_id)
        neighbours = ids[at + 1 : at + 2] or ids[max(at - 1, 0) : at]
        del self._listed[exhibit_id]
        self._withheld.pop(exhibit_id, None)
        self.removed.emit(exhibit_id)
        if self._current == exhibit_id:
            self.select(neighbours[0] if neighbours else None)

    def set_case(self, case: OpenCase | None) -> None:
        """Say that the exhibits belong to this case."""
        self.case = case
        self.set_seal(case.desk.seal if case else Seal())
        self.case_changed.emit()

    def clear(self) -> None:
        """Forget everything."""
        for exhibit_id in list(self._listed):
            self.remove(exhibit_id)
        self.errors.clear()
        self.set_case(None)

    def _list(self, listed: Exhibit | Unopened) -> None:
        self._listed[listed.id] = listed
        letter, digits = listed.id[:1], listed.id[1:]
        self._highest[letter] = max(self._highest[letter], int(digits) if digits.isdecimal() else 0)
        self.added.emit(listed.id)
        if self._current is None:
            self.select(listed.id)

    def _seen(self, exhibit_id: str, values: dict[str, Any]) -> dict[str, Any]:
        """The values that may be seen; results of a sealed exhibit are put aside."""
        if not self._seal.hides(exhibit_id):
            return values
        kept = self._withheld.setdefault(exhibit_id, {})
        kept |= {name: value for name, value in values.items() if name in _RESULTS}
        is_withheld = any(value is not None for value in kept.values())
        return values | dict.fromkeys(_RESULTS) | {"is_withheld": is_withheld}

    def _next_id(self, letter: str) -> str:
        return f"{letter}{self._highest[letter] + 1}"
