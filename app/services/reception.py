"""Receiving recordings: opened two at a time, listed in the order of asking, measured, and their results read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.services.engine import Engine, Intake, Opening
from app.services.errors import ErrorPresenter, brief
from app.services.jobs import JobRunner
from app.services.session import Exhibit, Session
from core.foundation.errors import CoreError

if TYPE_CHECKING:
    from core.analysis.finding import Finding
    from core.audio.recording import Condition, Notice, Recording


@dataclass(eq=False, slots=True)
class Arrival:
    """A file that was asked for; listed in its turn once it is known whether it can be opened."""

    intake: Intake
    outcome: Recording | Exception | None = None
    """None while it is being opened."""


class Reception(QObject):
    """Opens files for the session."""

    replaced = Signal()
    """A case took the place of what was open."""

    def __init__(self, *, jobs: JobRunner, session: Session, errors: ErrorPresenter, engine: Engine):
        super().__init__()
        self._jobs, self._session, self._errors, self._engine = jobs, session, errors, engine
        self._arrivals: deque[Arrival] = deque()
        self._refused: list[tuple[Exception, str]] = []
        """Why files of those that were asked for together cannot be opened, and their names."""
        self.may_replace: Callable[[], bool] = lambda: True
        """Asked before a case takes the place of what is open."""

    def take(self, opening: Opening) -> None:
        """Open what was found; a case takes the place of what is open."""
        if opening.case is not None:
            if self._session.listed and not self.may_replace():
                return
            self._jobs.cancel_listed()
            self._arrivals.clear()
            self._refused.clear()
            self._session.clear()
            self._session.set_case(opening.case)
            self.replaced.emit()
        for folder in opening.empty_folders:
            self._errors.present(_no_recordings(), str(folder))
        for intake in opening.intakes:
            self.open_one(intake)

    def open_one(self, intake: Intake) -> None:
        """Open a file, and list it once all that were asked for before it are open or refused."""
        arrival = Arrival(intake)
        self._arrivals.append(arrival)
        self._jobs.submit(
            "Open",
            self._engine.open,
            intake,
            pool="io",
            subject=intake.shown_name,
            on_done=partial(self._arrived, arrival),
            on_fail=partial(self._arrived, arrival),
            on_cancel=partial(self._given_up, arrival),
        )

    def _arrived(self, arrival: Arrival, outcome: Recording | Exception) -> None:
        arrival.outcome = outcome
        self._list_arrived()

    def _given_up(self, arrival: Arrival) -> None:
        if arrival in self._arrivals:
            self._arrivals.remove(arrival)
        self._list_arrived()

    def _list_arrived(self) -> None:
        """List what is there, in the order of asking; what cannot be opened takes no number from the others."""
        while self._arrivals and (outcome := self._arrivals[0].outcome) is not None:
            intake = self._arrivals.popleft().intake
            if isinstance(outcome, Exception):
                self._unusable(intake, outcome)
            else:
                self._opened(intake, outcome)
        if not self._arrivals:
            refused, self._refused = self._refused, []
            self._errors.present_all(refused, "files could not be opened")

    def _opened(self, intake: Intake, recording: Recording) -> None:
        known = self._session.find(recording.id.sha256, recording.id.path)
        # a case may hold the same bytes under two ids
        if known is not None and intake.exhibit_id is None:
            self._session.select(known.id)
            self._errors.mention(f"{known.name} is open already, as {known.id}.")
            return
        exhibit = self._session.add(recording, intake.exhibit_id, case_name=intake.name)
        self._tell_about(exhibit)
        self._measure(exhibit)
        if exhibit.in_case:
            self._read_results(exhibit)

    def _read_results(self, exhibit: Exhibit) -> None:
        self._jobs.submit(
            "Read results",
            self._engine.last_finding,
            self._session.case_folder,
            exhibit.id,
            pool="io",
            subject=exhibit.id,
            on_done=partial(self._results_read, exhibit.id),
            on_fail=partial(self._errors.present, subject=exhibit.id),
        )

    def _results_read(self, exhibit_id: str, finding: Finding | None) -> None:
        exhibit = self._session.get(exhibit_id)
        # an examination that was started meanwhile is newer
        if finding is not None and exhibit is not None and exhibit.state == "ready":
            condition = exhibit.condition or finding.condition
            self._session.update(exhibit_id, finding=finding, condition=condition, state="examined")

    def _tell_about(self, exhibit: Exhibit) -> None:
        for notice in (*exhibit.recording.notices, *_received_under_a_hidden_name(exhibit)):
            self._errors.tell(f"{exhibit.id} {exhibit.name}: {notice.message}", level="caution", code=notice.code)
        copies = self._session.copies_of(exhibit)
        if copies:
            ids = ", ".join(copy.id for copy in copies)
            self._errors.tell(f"{exhibit.id} {exhibit.name} has the same bytes (same SHA-256) as {ids}.")
        if self._session.case_folder is not None and not exhibit.in_case:
            self._errors.present(_not_in_case(exhibit))

    def _measure(self, exhibit: Exhibit) -> None:
        self._jobs.submit(
            "Measure condition",
            self._engine.measure,
            exhibit.recording,
            pool="io",
            subject=exhibit.id,
            on_done=partial(self._measured, exhibit.id),
            on_fail=partial(self._not_measured, exhibit.id),
            on_cancel=partial(self._session.update, exhibit.id, condition_note="Measuring was stopped."),
        )

    def _measured(self, exhibit_id: str, condition: Condition) -> None:
        self._session.update(exhibit_id, condition=condition)

    def _not_measured(self, exhibit_id: str, error: Exception) -> None:
        self._errors.present(error, exhibit_id)
        self._session.update(exhibit_id, condition_note=f"Not measured. {note_of(error)}")

    def _unusable(self, intake: Intake, error: Exception) -> None:
        if isinstance(error, CoreError):
            self._session.errors.append((str(intake.path), error))
        if intake.exhibit_id is not None:
            self._session.add_unopened(intake.exhibit_id, intake.shown_name, note_of(error))
        self._refused.append((error, intake.shown_name))


def _received_under_a_hidden_name(exhibit: Exhibit) -> tuple[Notice, ...]:
    """A working copy is named by its hash; the name under which it was received is that of the case."""
    if exhibit.received_name in ("", exhibit.name):
        return ()
    from core.audio.opening import hidden_name

    return (hidden_name(exhibit.received_name),)


def note_of(error: Exception) -> str:
    """Why something failed, as the list and the inspector say it."""
    if isinstance(error, CoreError):
        return error.message
    return f"{brief(error)} The evidence was only read, never changed. The message (SY-001) has details to copy."


def _no_recordings() -> CoreError:
    return CoreError(
        "SY-103",
        "There is no recording in this folder.",
        means="Folders are searched for files with the suffixes of sound and video formats.",
        do="Open the file itself if it is called differently.",
    )


def _not_in_case(exhibit: Exhibit) -> CoreError:
    return CoreError(
        "SY-106",
        f"{exhibit.id} {exhibit.name} is no exhibit of the open case.",
        means="It can be examined, but its results are not recorded in the case.",
        do="Take it in with File, Add to case.",
    )
