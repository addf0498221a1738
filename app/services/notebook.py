"""Notes on what is examined, and the seal that hides results until one has listened. No widgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.services.case_writer import Act, CaseWriter
from app.services.errors import ErrorPresenter
from app.services.jobs import JobRunner
from app.services.mark_sources import key_of
from app.services.session import Exhibit, Session
from core.case import desk
from core.case.desk import Seal
from core.marks import Listening, Note
from core.marks.notes import write_note

if TYPE_CHECKING:
    from core.foundation.progress import Progress

_SEALED = "Results are sealed: those of each exhibit are shown once a listening note on it is saved."
UNRECORDED = "No case is open, so neither the sealing nor its order is recorded, and no report tells of them."


class Notebook(QObject):
    """Notes, only ever added to, and sealing and unsealing. In a case each is a row of its log."""

    changed = Signal()

    def __init__(self, *, jobs: JobRunner, session: Session, errors: ErrorPresenter, writer: CaseWriter):
        super().__init__()
        self._jobs, self._session, self._errors, self._writer = jobs, session, errors, writer
        self._notes: tuple[Note, ...] = ()
        self._unsaved: set[str] = set()
        session.case_changed.connect(self._follow_case)

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes, in the order in which they were written."""
        return self._notes

    @property
    def unsaved_count(self) -> int:
        """Notes that lie in no case and were not exported."""
        return len(self._unsaved)

    @property
    def last_listening(self) -> Listening | None:
        """Playback chain and level of the last listening note, to be proposed for the next."""
        return next((note.listening for note in reversed(self._notes) if note.listening), None)

    def has_listened(self, exhibit: Exhibit) -> bool:
        """Whether there is a listening note on an exhibit that does not itself say that nothing had been heard."""
        return any(record.is_by_ear for record in self._records(exhibit))

    def write(
        self, text: str, exhibit: Exhibit | None, position_s: float | None, listening: Listening | None = None
    ) -> Note:
        """Keep a note with the time.

        Raises:
            MarkError: it says nothing, or the listening record is not complete (MA-001).
        """
        note = write_note(
            text,
            exhibit=key_of(exhibit) if exhibit else "",
            position_s=position_s if exhibit else None,
            author=self._session.case.examiner if self._session.case else "",
            listening=listening,
        )
        self._notes = (*self._notes, note)
        self._unsaved.add(note.id)
        if self._session.case is not None:
            self._in_case("Keep note", lambda case: desk.keep_note(case, note), lambda: self._unsaved.discard(note.id))
        self.changed.emit()
        return note

    def seal(self) -> None:
        """Hide all results until listening notes are saved; without a case say that nothing tells of it later."""
        session = self._session
        seen = {exhibit.id for exhibit in session.exhibits if exhibit.finding is not None}
        session.set_seal(Seal(on=True, seen=session.seal.seen | seen))
        if session.case is not None:
            self._errors.tell(_SEALED)
        else:
            self._errors.tell(f"{_SEALED} {UNRECORDED} Make a case first (File, New case), then seal.", level="caution")
        self._record("Seal results", desk.seal)

    def unseal(self, exhibit: Exhibit) -> bool:
        """Show an exhibit's results; refused without a listening note on it, or where nothing was heard before."""
        if not self.has_listened(exhibit):
            self._refuse([exhibit])
            return False
        seal = self._session.seal
        show = partial(self._session.set_seal, replace(seal, opened=seal.opened | {exhibit.id}))
        self._record("Unseal results", lambda case: desk.unseal(case, exhibit.id), show, recorded=exhibit.in_case)
        return True

    def end_seal(self) -> bool:
        """Hide nothing any more; refused while an exhibit with hidden results has no listening note."""
        missing = [x for x in self._session.exhibits if x.is_withheld and not self.has_listened(x)]
        if missing:
            self._refuse(missing)
            return False
        self._record("End sealed mode", desk.end_seal, partial(self._session.set_seal, Seal()))
        return True

    def export(self, path: Path) -> None:
        """Write all notes as text or, by the suffix, as CSV or JSON."""
        notes = self._notes
        self._jobs.submit(
            "Export notes",
            write_notes,
            notes,
            {key_of(x): f"{x.id} {x.name}" for x in self._session.exhibits},
            path,
            pool="save",
            subject=path.name,
            on_done=partial(self._exported, notes),
            on_fail=partial(self._errors.present, subject=path.name),
        )

    def _records(self, exhibit: Exhibit) -> list[Listening]:
        return [note.listening for note in self._notes if note.listening and note.exhibit == key_of(exhibit)]

    def _refuse(self, exhibits: list[Exhibit]) -> None:
        from core.case.errors import not_listened, not_played

        for exhibit in exhibits:
            self._errors.present((not_played if self._records(exhibit) else not_listened)(exhibit.id))

    def _record(
        self,
        title: str,
        act: Act,
        show: Callable[[], object] = lambda: None,
        *,
        recorded: bool = True,
    ) -> None:
        """Do something about the seal: what is hidden is shown only after the case's log says so."""
        if self._session.case is None or not recorded:
            show()
        else:
            self._in_case(title, act, show)

    def _in_case(self, title: str, act: Act, done: Callable[[], object]) -> None:
        assert self._session.case is not None
        folder = self._session.case.folder
        self._writer.write(folder, title, act, on_done=lambda: self._done(folder, done))

    def _done(self, folder: Path, done: Callable[[], object]) -> None:
        if self._session.case_folder == folder:
            done()

    def _exported(self, notes: tuple[Note, ...], path: Path) -> None:
        self._unsaved -= {note.id for note in notes}
        self._errors.say_written(str(path))

    def _follow_case(self) -> None:
        self._notes = self._session.case.desk.notes if self._session.case else ()
        self._unsaved.clear()
        self.changed.emit()


def write_notes(notes: tuple[Note, ...], names: dict[str, str], path: Path, *, progress: Progress) -> Path:
    """Write notes, whole or not at all."""
    import json

    from core.foundation.files import save
    from core.marks.notes import as_rows, as_text

    progress.report(0.0, "writing notes")
    suffix = path.suffix.lower()
    if suffix == ".json":
        document = {"schema": "auditrace.notes/1", "notes": [note.to_json() for note in notes]}
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    else:
        text = as_rows(notes, names) if suffix == ".csv" else as_text(notes, names)
    save(path, text.encode())
    return path
