"""What an examiner does, from start to end: opening, measuring, examining, explaining, exporting. No widgets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.services.engine import Engine, ExplainRequest, Intake, Models, Opening
from app.services.errors import ErrorPresenter
from app.services.jobs import Job, JobRunner
from app.services.session import Exhibit, Session
from app.services.settings import SettingsStore
from core.foundation.errors import CoreError
from core.foundation.paths import resources_dir

if TYPE_CHECKING:
    from core.analysis.finding import Finding
    from core.analysis.plan import AnalysisPlan
    from core.audio.recording import Condition, Recording
    from core.case import Role
    from core.explain.attribution import Attribution


@dataclass(eq=False, slots=True)
class Arrival:
    """A file that was asked for; listed in its turn once it is known whether it can be opened."""

    intake: Intake
    outcome: Recording | Exception | None = None
    """None while it is being opened."""


class Workbench(QObject):
    """Starts jobs and puts their results into the session."""

    models_changed = Signal()
    explained = Signal(str)
    """Id of an exhibit for which an explanation was computed just now."""

    def __init__(
        self,
        *,
        jobs: JobRunner,
        session: Session,
        errors: ErrorPresenter,
        settings: SettingsStore,
        engine: Engine | None = None,
    ):
        super().__init__()
        self._jobs, self._session, self._errors, self._settings = jobs, session, errors, settings
        self._engine = engine or Engine()
        self._runs: dict[str, Job] = {}
        self._arrivals: deque[Arrival] = deque()
        self.may_replace: Callable[[], bool] = lambda: True
        """Asked before a case takes the place of what is open."""
        self.models = Models()
        """What is installed."""
        self.has_models_read = False
        """Whether `list_models` has answered."""
        self.has_unsaved = False
        """Whether there are findings that lie in no case and were not written to a file."""

    @property
    def engine(self) -> Engine:
        """What does the work of the jobs."""
        return self._engine

    def open(self, paths: Sequence[Path]) -> None:
        """Open files, folders of recordings, or a case folder; each bad file gives its message, the others go on."""
        for path in paths:
            self._settings.remember(path)
        if not paths:
            return
        self._jobs.submit("Look for recordings", self._engine.look, tuple(paths), pool="io", on_done=self._open_all)

    def create_case(self, folder: Path, number: str, examiner: str) -> None:
        """Make a case and open it."""
        self._jobs.submit(
            "Make case",
            self._engine.create_case,
            folder,
            number,
            examiner,
            pool="save",
            subject=folder.name,
            on_done=lambda made: self.open([made]),
            on_fail=partial(self._errors.present, subject=folder.name),
        )

    def add_to_case(self, paths: Sequence[Path], role: Role) -> None:
        """Take files into the open case and open them; a bad one gives its message, the others go on."""
        for path in paths:
            self._jobs.submit(
                "Add to case",
                self._engine.add_to_case,
                self._session.case_folder,
                path,
                role,
                pool="save",
                subject=path.name,
                on_done=self._open_one,
                on_fail=partial(self._errors.present, subject=path.name),
            )

    def open_sample(self) -> None:
        """Open the sample case that ships."""
        self.open([resources_dir() / "samples"])

    def list_models(self) -> None:
        """Read which models are installed."""
        self._jobs.submit(
            "Read the models' cards", self._engine.models, pool="io", quiet=True, on_done=self._take_models
        )

    def import_models(self, paths: Sequence[Path]) -> None:
        """Take model packs or published checkpoints into the user's folder."""
        for path in paths:
            self._jobs.submit(
                "Import model",
                self._engine.import_model,
                path,
                subject=path.name,
                on_done=self._imported,
                on_fail=partial(self._errors.present, subject=path.name),
            )

    def examine(self, exhibits: Sequence[Exhibit], plan: AnalysisPlan) -> None:
        """Run the plan on each of them; one that waits or runs already starts anew."""
        for exhibit in exhibits:
            job = self._jobs.submit(
                "Examine",
                self._engine.examine,
                exhibit.recording,
                plan,
                exhibit.condition,
                self._session.case_folder if exhibit.in_case else None,
                exhibit.id,
                subject=exhibit.id,
                slot=f"examine {exhibit.id}",
                on_done=partial(self._examined, exhibit.id),
                on_fail=partial(self._failed, exhibit.id),
            )
            self._runs[exhibit.id] = job
            job.started.connect(partial(self._session.update, exhibit.id, state="examining"))
            job.cancelled.connect(partial(self._stopped, exhibit.id, job))
            self._session.update(exhibit.id, state="waiting", note="")

    def explain(self, exhibit: Exhibit, request: ExplainRequest) -> None:
        """Compute what one window's score rests on."""
        self._jobs.submit(
            "Explain",
            self._engine.explain,
            exhibit.recording,
            request,
            subject=exhibit.id,
            slot="explain",
            on_done=partial(self._explained, exhibit.id),
            on_fail=partial(self._errors.present, subject=exhibit.id),
        )

    def save_json(self, path: Path) -> None:
        """Write all findings as JSON."""
        findings = [exhibit.finding for exhibit in self._session.exhibits if exhibit.finding]
        self._save_results("Save JSON", path, self._engine.write_json, tuple(findings), tuple(self._session.errors))

    def export_report(self, path: Path) -> None:
        """Write the PDF report of all examined exhibits."""
        examined = [exhibit for exhibit in self._session.exhibits if exhibit.finding]
        findings: tuple[Finding, ...] = tuple(exhibit.finding for exhibit in examined if exhibit.finding)
        recordings = tuple(exhibit.recording for exhibit in examined)
        self._save_results(
            "Export report",
            path,
            self._engine.write_report,
            findings,
            recordings,
            tuple(self._session.errors),
            self._session.case_folder,
        )

    def save_file(self, data: bytes, path: Path) -> None:
        """Write bytes, e.g. a picture."""
        self._save("Save", path, self._engine.write_file, data)

    def remove(self, exhibit_id: str) -> None:
        """Take an exhibit off the list and stop what is being done to it."""
        for job in self._jobs.active:
            if job.subject == exhibit_id:
                job.cancel()
        self._session.remove(exhibit_id)

    def _open_all(self, opening: Opening) -> None:
        if opening.case is not None:
            if self._session.listed and not self.may_replace():
                return
            self._jobs.cancel_listed()
            self._arrivals.clear()
            self._session.clear()
            self._session.set_case(opening.case)
            self.has_unsaved = False
        for folder in opening.empty_folders:
            self._errors.present(_no_recordings(), str(folder))
        for intake in opening.intakes:
            self._open_one(intake)

    def _open_one(self, intake: Intake) -> None:
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

    def _opened(self, intake: Intake, recording: Recording) -> None:
        known = self._session.find(recording.id.sha256, recording.id.path)
        # a case may hold the same bytes under two ids
        if known is not None and intake.exhibit_id is None:
            self._session.select(known.id)
            self._errors.tell(f"{known.name} is open already, as {known.id}.")
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
        for notice in exhibit.recording.notices:
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
            on_fail=partial(self._errors.present, subject=exhibit.id),
        )

    def _measured(self, exhibit_id: str, condition: Condition) -> None:
        self._session.update(exhibit_id, condition=condition)

    def _unusable(self, intake: Intake, error: Exception) -> None:
        if isinstance(error, CoreError):
            self._session.errors.append((str(intake.path), error))
        if intake.exhibit_id is not None:
            self._session.add_unopened(intake.exhibit_id, intake.shown_name, _note(error))
        self._errors.present(error, intake.shown_name)

    def _examined(self, exhibit_id: str, finding: Finding) -> None:
        self._session.update(
            exhibit_id, finding=finding, condition=finding.condition, attribution=None, state="examined"
        )

        exhibit = self._session.get(exhibit_id)
        self.has_unsaved = self.has_unsaved or (exhibit is not None and not exhibit.in_case)

    def _failed(self, exhibit_id: str, error: Exception) -> None:
        self._session.update(exhibit_id, state="failed", note=_note(error))
        self._errors.present(error, exhibit_id)

    def _stopped(self, exhibit_id: str, job: Job) -> None:
        exhibit = self._session.get(exhibit_id)
        # a run that was replaced by a newer one must not undo the newer one's state
        if exhibit is not None and self._runs.get(exhibit_id) is job:
            self._session.update(exhibit_id, state="examined" if exhibit.finding or exhibit.is_withheld else "ready")

    def _explained(self, exhibit_id: str, attribution: Attribution) -> None:
        self._session.update(exhibit_id, attribution=attribution)
        self.explained.emit(exhibit_id)

    def _take_models(self, models: Models) -> None:
        self.models, self.has_models_read = models, True
        for problem in models.problems:
            self._errors.present(problem)
        self.models_changed.emit()

    def _imported(self, cards: Sequence[object]) -> None:
        names = ", ".join(getattr(card, "id", "") for card in cards)
        self._errors.tell(f"Imported: {names}." if cards else "Nothing new was imported.")
        self.list_models()

    def _save_results(self, title: str, path: Path, function: Callable[..., Path], *arguments: object) -> None:
        job = self._save(title, path, function, *arguments)
        job.done.connect(lambda _: setattr(self, "has_unsaved", False))

    def _save(self, title: str, path: Path, function: Callable[..., Path], *arguments: object) -> Job:
        return self._jobs.submit(
            title,
            function,
            *arguments,
            path,
            pool="save",
            subject=path.name,
            on_done=lambda written: self._errors.tell(f"Written: {written}", path=str(written)),
            on_fail=partial(self._errors.present, subject=path.name),
        )


def _note(error: Exception) -> str:
    return error.message if isinstance(error, CoreError) else type(error).__name__


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
