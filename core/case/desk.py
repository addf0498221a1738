"""What is done at the desk, as rows of the case's log: marks, notes, what was played, and the seal on results.

Each change of the marks is one row; the marks are what all these rows lead to. The seal hides results on the screen and
in reports; it does not encrypt them, the log shows the order in which things were done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from core.case import errors
from core.case.audit import LogEntry
from core.case.case import Case
from core.case.exhibit import ADDED, RAN
from core.foundation.errors import CoreError
from core.foundation.tables import FieldError
from core.listening.coverage import Coverage, Span
from core.marks import Command, MarkBook, Note
from core.marks.history import replay

MARKED, NOTED, LISTENED, HEARD = "marks changed", "note written", "listening note written", "stretches played"
SEALED, UNSEALED, SEAL_ENDED = "results sealed", "results unsealed", "sealed mode ended"
Way = Literal["", "undo", "redo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Which results may be seen."""

    on: bool = False
    """Whether results of exhibits are hidden until a listening note is saved."""
    opened: frozenset[str] = frozenset()
    """Exhibits whose results were unsealed since."""
    seen: frozenset[str] = frozenset()
    """Exhibits whose results could be seen at some time before they were sealed: what is hidden now is known."""

    def hides(self, exhibit: str) -> bool:
        """Whether results of this exhibit are hidden."""
        return self.on and exhibit not in self.opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Marks, notes, seal and what was played of a case as its log has them."""

    marks: MarkBook = field(default_factory=MarkBook)
    notes: tuple[Note, ...] = ()
    seal: Seal = field(default_factory=Seal)
    heard: Mapping[str, Coverage] = field(default_factory=dict)
    """By SHA-256 of the file, so that copies count as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What came first for one exhibit. Says what could be seen, not what was looked at."""

    exhibit: str
    listened_at: str = ""
    """UTC; of the first listening note. Empty where there is none."""
    shown_at: str = ""
    """UTC; from when on detector results could be seen. Empty while they could not."""
    listened_first: bool | None = None
    """None where only one of the two, or neither, was done."""

    @property
    def sentence(self) -> str:
        """The order in words."""
        if self.listened_first is True:
            return "A listening note was saved before detector results could be seen."
        if self.listened_first is False:
            return "Detector results could be seen before a listening note was saved."
        if self.shown_at:
            return "Detector results could be seen; there is no listening note."
        if self.listened_at:
            return "A listening note was saved; detector results could not be seen."
        return "There is no listening note, and detector results could not be seen."


def keep_change(case: Case, command: Command, way: Way = "") -> LogEntry:
    """Add a change of the marks to the log; raises CaseError where it cannot be written."""
    return case.record(MARKED, command.to_json(way))


def keep_note(case: Case, note: Note) -> LogEntry:
    """Add a note to the log; raises CaseError where it cannot be written."""
    return case.record(LISTENED if note.listening else NOTED, note.to_json())


def keep_heard(case: Case, sha256: str, spans: Sequence[Span]) -> LogEntry:
    """Add what came out of a sound device of a recording, in seconds; raises CaseError where it cannot be written."""
    return case.record(HEARD, {"sha256": sha256, "spans_s": [[round(at, 3) for at in span] for span in spans]})


def seal(case: Case) -> LogEntry:
    """Hide all results until a listening note on their exhibit is saved."""
    return case.record(SEALED, {})


def unseal(case: Case, exhibit_id: str) -> LogEntry:
    """Show the results of one exhibit.

    Raises:
        CaseError: there is no listening note on it (CA-014), or nothing of it had been played before (CA-016).
    """
    note = _supported_note(case, exhibit_id)
    return case.record(UNSEALED, {"exhibit_id": exhibit_id, "listening_note": note.id})


def end_seal(case: Case) -> LogEntry:
    """Show all results from now on.

    Raises:
        CaseError: an exhibit with hidden results has no listening note (CA-014), or nothing of it had been played
            before (CA-016).
    """
    state, ran = seal_of(case.log()), {entry.data["exhibit_id"] for entry in case.log(RAN)}
    for exhibit_id in sorted(ran):
        if state.hides(exhibit_id):
            _supported_note(case, exhibit_id)
    return case.record(SEAL_ENDED, {})


def require_shown(case: Case) -> None:
    """Refuse where results of the case are hidden, e.g. before a report is written.

    Raises:
        CaseError: they are (CA-015).
    """
    state = seal_of(case.log())
    hidden = [exhibit.id for exhibit in case.exhibits() if state.hides(exhibit.id)]
    if hidden:
        raise errors.sealed(hidden)


def read_desk(case: Case) -> Desk:
    """Marks, notes, seal and what was played.

    Raises:
        IntegrityError: a row is not as it was written (EV-008).
    """
    entries = case.log()
    return Desk(marks=marks_of(entries), notes=notes_of(entries), seal=seal_of(entries), heard=heard_of(entries))


def marks_of(entries: Sequence[LogEntry]) -> MarkBook:
    """The marks that these rows lead to."""
    rows = [entry for entry in entries if entry.action == MARKED]
    try:
        return replay([entry.data for entry in rows])
    except (FieldError, CoreError, KeyError, TypeError) as error:
        raise errors.changed_row(rows[-1].sequence) from error


def notes_of(entries: Sequence[LogEntry]) -> tuple[Note, ...]:
    """All notes in the order in which they were written."""
    return tuple(_note(entry) for entry in entries if entry.action in (NOTED, LISTENED))


def heard_of(entries: Sequence[LogEntry]) -> dict[str, Coverage]:
    """What was played of each recording, by SHA-256."""
    found: dict[str, Coverage] = {}
    for entry in entries:
        if entry.action == HEARD:
            try:
                sha256, spans = str(entry.data["sha256"]), [(float(a), float(b)) for a, b in entry.data["spans_s"]]
            except (KeyError, TypeError, ValueError) as error:
                raise errors.changed_row(entry.sequence) from error
            found[sha256] = found.get(sha256, Coverage()).with_spans(spans)
    return found


def seal_of(entries: Sequence[LogEntry]) -> Seal:
    """The seal after these rows."""
    state = Seal()
    for entry in entries:
        state = _after(state, entry)
    return replace(state, seen=frozenset(order.exhibit for order in listening_order(entries) if order.shown_at))


def listening_order(entries: Sequence[LogEntry]) -> tuple[Order, ...]:
    """For each exhibit, whether it was listened to before its results could be seen.

    Results count as seen from the row that recorded their run, or unsealed them: nobody knows when somebody looked.
    """
    exhibits = [str(entry.data["id"]) for entry in entries if entry.action == ADDED]
    return tuple(_order(exhibit, entries) for exhibit in exhibits)


def _order(exhibit: str, entries: Sequence[LogEntry]) -> Order:
    state, has_run = Seal(), False
    listened: LogEntry | None = None
    shown: LogEntry | None = None
    for entry in entries:
        state = _after(state, entry)
        has_run = has_run or (entry.action == RAN and entry.data.get("exhibit_id") == exhibit)
        if entry.action == LISTENED and entry.data.get("exhibit") == exhibit:
            listened = listened or entry
        if has_run and not state.hides(exhibit):
            shown = shown or entry
    first = listened.sequence < shown.sequence if listened and shown else None
    return Order(
        exhibit=exhibit,
        listened_at=listened.time if listened else "",
        shown_at=shown.time if shown else "",
        listened_first=first,
    )


def _after(state: Seal, entry: LogEntry) -> Seal:
    if entry.action == UNSEALED:
        return Seal(on=state.on, opened=state.opened | {str(entry.data.get("exhibit_id", ""))})
    return {SEALED: Seal(on=True), SEAL_ENDED: Seal()}.get(entry.action, state)


def _supported_note(case: Case, exhibit_id: str) -> Note:
    """The latest listening note before which something was played, or that says where else it was listened to."""
    sha256, was_played = case.exhibit(exhibit_id).sha256, False
    noted: list[Note] = []
    supported: list[Note] = []
    for entry in case.log():
        was_played = was_played or bool(heard_of([entry]).get(sha256, Coverage()).spans)
        if entry.action == LISTENED and entry.data.get("exhibit") == exhibit_id:
            noted.append(_note(entry))
            record = noted[-1].listening
            supported += [noted[-1]] if was_played or (record and record.elsewhere) else []
    if not noted:
        raise errors.not_listened(exhibit_id)
    if not supported:
        raise errors.not_played(exhibit_id)
    return supported[-1]


def _note(entry: LogEntry) -> Note:
    try:
        return Note.from_json(entry.data)
    except (FieldError, CoreError) as error:
        raise errors.changed_row(entry.sequence) from error
