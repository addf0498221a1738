"""Marks at the desk: kept in the case with every change, or in the session until they are exported. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.services.case_writer import CaseWriter
from app.services.errors import ErrorPresenter
from app.services.jobs import JobRunner
from app.services.mark_sources import is_in_case, key_of, marks_of_finding, part_in_case, read_file, write_file
from app.services.session import Exhibit, Session
from core.case import desk
from core.foundation.names import visible
from core.marks import Command, History, Mark, made_now, moved

if TYPE_CHECKING:
    from core.marks.labels import Import

View = tuple[float, float]


class Marking(QObject):
    """The marks of all open recordings, one stack of undo for them, and which one is selected."""

    changed = Signal()
    """Marks were added, changed or removed, or others may be seen."""
    selected_changed = Signal(str)
    """Id of the selected mark; empty where none is."""

    def __init__(self, *, jobs: JobRunner, session: Session, errors: ErrorPresenter, writer: CaseWriter):
        super().__init__()
        self._jobs, self._session, self._errors, self._writer = jobs, session, errors, writer
        self._history = History()
        self._selected = ""
        self._unsaved: set[str] = set()
        self._known: dict[tuple[str, bool], tuple[Mark, ...]] = {}
        """Marks by exhibit, as long as none is changed: menus ask often."""
        self.words, self.kind = "", ""
        """Only marks with these words, and of this type, are listed and gone to; empty for all."""
        self.last_type = "note"
        """Type of the mark that was made last; the next one has it too. The first one asserts nothing."""
        session.case_changed.connect(self._follow_case)
        session.seal_changed.connect(self._show_others)

    @property
    def history(self) -> History:
        """Marks, what was done, and what was taken back."""
        return self._history

    @property
    def author(self) -> str:
        """Whose marks are made now: the examiner of the case; empty without one."""
        return self._session.case.examiner if self._session.case else ""

    @property
    def unsaved_count(self) -> int:
        """Marks that lie in no case and were not exported since their last change."""
        return len(self._unsaved & {mark.id for mark in self._history.book})

    @property
    def selected(self) -> Mark | None:
        """The selected mark."""
        return self._history.book.get(self._selected) if self._selected else None

    def marks(self, exhibit: Exhibit | None) -> tuple[Mark, ...]:
        """An exhibit's marks by time; those made from its findings only while its results may be seen."""
        if exhibit is None:
            return ()
        key = (key_of(exhibit), self._session.seal.hides(exhibit.id))
        if key not in self._known:
            found = self._history.book.of(key[0])
            self._known[key] = tuple(mark for mark in found if not (key[1] and mark.origin == "finding"))
        return self._known[key]

    def selected_on(self, exhibit: Exhibit | None) -> Mark | None:
        """The selected mark, where it is one of this exhibit's and may be seen."""
        mark = self.selected
        if mark is None or exhibit is None or mark.exhibit != key_of(exhibit):
            return None
        return None if mark.origin == "finding" and self._session.seal.hides(exhibit.id) else mark

    def listed(self, exhibit: Exhibit | None) -> tuple[Mark, ...]:
        """Those of an exhibit's marks that the filter lets through."""
        words = self.words.casefold().split()
        return tuple(mark for mark in self.marks(exhibit) if self.kind in ("", mark.type) and _has(mark, words))

    def set_filter(self, words: str, kind: str) -> None:
        """List only marks with all of these words, and of this type."""
        if (words, kind) != (self.words, self.kind):
            self.words, self.kind = words, kind
            self.changed.emit()

    def next_from(self, exhibit: Exhibit | None, time_s: float, *, forward: bool) -> Mark | None:
        """The next listed mark after a time or before it; where the selected one stands there, the one beside it."""
        marks = self.listed(exhibit)
        if not forward:
            marks = marks[::-1]
        at = self.selected
        if at is not None and at in marks and at.start_s == time_s:
            return next(iter(marks[marks.index(at) + 1 :]), None)
        return next((m for m in marks if (m.start_s > time_s if forward else m.start_s < time_s)), None)

    def select(self, mark_id: str) -> None:
        """Select a mark; empty selects none."""
        if mark_id != self._selected:
            self._selected = mark_id
            self.selected_changed.emit(mark_id)

    def add(
        self, exhibit: Exhibit, start_s: float, end_s: float, *, band_hz: View | None = None, kind: str | None = None
    ) -> Mark:
        """A new mark of the last type, or of the one given; it is selected."""
        low, high = band_hz or (None, None)
        self.last_type = kind or self.last_type
        mark = made_now(
            {
                "exhibit": key_of(exhibit),
                "start_s": start_s,
                "end_s": end_s,
                "low_hz": low,
                "high_hz": high,
                "type": self.last_type,
                "author": self.author,
            }
        )
        self._do(Command(words=f"add {mark.kind}", after=(mark,)), mark.id)
        return mark

    def add_all(self, marks: Sequence[Mark], words: str) -> None:
        """Several marks in one step."""
        if marks:
            self._do(Command(words=words, after=tuple(marks)))

    def change(self, mark: Mark, words: str, **values: Any) -> None:
        """Give a mark other values.

        Raises:
            MarkError: they are no mark (MA-001).
        """
        if replace(mark, **values) != mark and self._history.book.get(mark.id) == mark:
            self.last_type = values.get("type", self.last_type)
            after = moved(mark, **values, author=self.author)
            self._do(Command(words=words, before=(mark,), after=(after,)))

    def remove(self, mark_ids: Iterable[str]) -> None:
        """Take marks away."""
        gone = tuple(mark for mark in map(self._history.book.get, mark_ids) if mark is not None)
        if gone:
            words = f"delete {gone[0].kind}" if len(gone) == 1 else f"delete {len(gone)} marks"
            self._do(Command(words=words, before=gone))

    def undo(self) -> None:
        """Take the last change back."""
        if self._history.done:
            command = self._history.done[-1]
            self._take(self._history.undo(), command.inverse(), "undo")
            self._errors.mention(f"Undone: {command.words}.")

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._history.undone:
            command = self._history.undone[-1]
            self._take(self._history.redo(), command, "redo")
            self._errors.mention(f"Done again: {command.words}.")

    def add_from_finding(self, exhibit: Exhibit) -> int:
        """Take the stated regions of the examination as marks; those that are marked already are left out."""
        there = {(mark.start_s, mark.end_s, mark.text) for mark in self.marks(exhibit)}
        made = [m for m in marks_of_finding(exhibit, self.author) if (m.start_s, m.end_s, m.text) not in there]
        self.add_all(made, f"add {len(made)} mark{'s' * (len(made) != 1)} from findings")
        return len(made)

    def import_file(self, path: Path, exhibit: Exhibit, agrees: Callable[[str], bool]) -> None:
        """Read a file of labels and add its marks to a recording that is open; what does not fit is told.

        Args:
            path: The file.
            exhibit: To which recording.
            agrees: Asked, before anything is added, where the file was written for another recording.
        """
        if not self._session.holds(exhibit):
            self._errors.tell(f"{path.name} was not read: {exhibit.id} {exhibit.name} is closed.", level="caution")
            return
        recording = exhibit.recording
        self._jobs.submit(
            "Import marks",
            read_file,
            path,
            recording.duration_s,
            recording.sample_rate / 2,
            recording.id.sha256,
            key_of(exhibit),
            self.author,
            pool="io",
            subject=path.name,
            on_done=partial(self._imported, path.name, exhibit, agrees),
            on_fail=partial(self._errors.present, subject=path.name),
        )

    def export(self, path: Path, exhibit: Exhibit) -> None:
        """Write a recording's marks as a file of labels of the kind that its suffix says."""
        from core.marks.files import Source

        marks, recording = self.marks(exhibit), exhibit.recording
        source = Source(name=exhibit.name, duration_s=recording.duration_s, sha256=recording.id.sha256)
        self._jobs.submit(
            "Export marks",
            write_file,
            marks,
            source,
            path,
            pool="save",
            subject=path.name,
            on_done=partial(self._exported, marks),
            on_fail=partial(self._errors.present, subject=path.name),
        )

    def _do(self, command: Command, selected: str = "") -> None:
        self._take(self._history.do(command), command, selected=selected)

    def _take(self, history: History, command: Command, way: desk.Way = "", selected: str = "") -> None:
        self._history = history
        self._known.clear()
        self._keep(command, way)
        self._selected = selected or self._selected
        if self.selected is None:
            self._selected = command.after[0].id if command.after else ""
        self.changed.emit()
        self.selected_changed.emit(self._selected)

    def _keep(self, command: Command, way: desk.Way) -> None:
        """Write a change into the case at once; remember as unsaved what has no case."""
        case = self._session.case
        loose = [m.id for m in (*command.before, *command.after) if case is None or not is_in_case(m)]
        self._unsaved |= set(loose)
        kept = part_in_case(command)
        if case is not None and (kept.before or kept.after):
            self._writer.write(
                case.folder,
                "Keep marks",
                lambda case: desk.keep_change(case, kept, way),
                on_fail=partial(self._not_kept, kept),
            )

    def _not_kept(self, command: Command, error: Exception) -> None:
        self._unsaved |= {mark.id for mark in command.after}
        self._errors.present(error)

    def _imported(self, name: str, exhibit: Exhibit, agrees: Callable[[str], bool], found: Import) -> None:
        if found.written_for and not self._may_add(name, exhibit, agrees, found):
            self._errors.mention(f"{name}: no mark was added.")
            return
        level = "caution" if found.notices else "info"
        found = found.without(self._history.book)
        count = len(found.marks)
        self.add_all(found.marks, f"import {name}")
        said = f"{name}: {count} mark{'s' * (count != 1)} added."
        self._errors.tell(" ".join([said, *found.notices]), level=level)

    def _may_add(self, name: str, exhibit: Exhibit, agrees: Callable[[str], bool], found: Import) -> bool:
        """Ask; meanwhile the recording, or the case, may have been closed."""
        count = len(found.marks)
        question = (
            f"{name} was written for {found.written_for}. The recording on which {count} mark{'s' * (count != 1)} "
            f"would be added is {visible(exhibit.name)} (SHA-256 {exhibit.recording.id.sha256[:8]}…). Add them here?"
        )
        case = self._session.case_folder
        return agrees(question) and self._session.case_folder == case and self._session.holds(exhibit)

    def _exported(self, marks: Sequence[Mark], written: tuple[Path, str]) -> None:
        path, loses = written
        self._unsaved -= {mark.id for mark in marks}
        self._errors.say_written(str(path))
        if loses:
            self._errors.tell(f"Written: {path.name}. {loses}", level="caution", path=str(path))

    def _follow_case(self) -> None:
        case = self._session.case
        self._history = History(book=case.desk.marks) if case else History()
        self._unsaved.clear()
        self._known.clear()
        self._selected = ""
        self._show_others()

    def _show_others(self) -> None:
        self.changed.emit()
        self.selected_changed.emit(self._selected)


def _has(mark: Mark, words: list[str]) -> bool:
    told = f"{mark.title} {mark.text} {mark.author}".casefold()
    return all(word in told for word in words)
