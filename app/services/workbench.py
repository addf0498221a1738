"""What an examiner does, from start to end: opening, examining, explaining, exporting. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.services.engine import Engine, ExplainRequest, Models
from app.services.errors import ErrorPresenter
from app.services.jobs import Job, JobRunner
from app.services.reception import Reception, note_of
from app.services.session import Exhibit, Session
from app.services.settings import SettingsStore
from core.foundation.paths import resources_dir

if TYPE_CHECKING:
    from core.analysis.finding import Finding
    from core.analysis.plan import AnalysisPlan
    from core.case import Role
    from core.explain.attribution import Attribution


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
        self.may_replace: Callable[[], bool] = lambda: True
        """Asked before a case takes the place of what is open."""
        self._reception = Reception(jobs=jobs, session=session, errors=errors, engine=self._engine)
        self._reception.may_replace = lambda: self.may_replace()
        self._reception.replaced.connect(lambda: setattr(self, "has_unsaved", False))
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
        self._jobs.submit(
            "Look for recordings", self._engine.look, tuple(paths), pool="io", on_done=self._reception.take
        )

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
                on_done=self._reception.open_one,
                on_fail=partial(self._errors.present, subject=path.name),
            )

    def open_sample(self) -> None:
        """Open the sample case that ships."""
        self.open([resources_dir() / "samples"])

    def warm_up(self) -> None:
        """Make ready for the first recording."""
        self._jobs.submit("Make ready", self._engine.warm_up, pool="io", quiet=True)

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
            for ended in (job.cancelling, job.cancelled):
                ended.connect(partial(self._stopped, exhibit.id, job))
            self._session.update(exhibit.id, state="waiting", note="")

    def explain(self, exhibit: Exhibit, request: ExplainRequest) -> None:
        """Compute what one window's score rests on; nothing where the recording was closed while that was asked."""
        if not self._session.holds(exhibit):
            return
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
        findings = tuple(exhibit.finding for exhibit in self._session.exhibits if exhibit.finding)
        job = self._save("Save JSON", path, self._engine.write_json, findings, tuple(self._session.errors))
        job.done.connect(lambda _: self._saved(findings))

    def export_report(self, path: Path) -> None:
        """Write the PDF report of the case; without one, of all examined exhibits."""
        examined = [exhibit for exhibit in self._session.exhibits if exhibit.finding]
        findings: tuple[Finding, ...] = tuple(exhibit.finding for exhibit in examined if exhibit.finding)
        recordings = tuple(exhibit.recording for exhibit in examined)
        errors, case_folder = tuple(self._session.errors), self._session.case_folder
        job = self._save("Export report", path, self._engine.write_report, findings, recordings, errors, case_folder)
        # a case's report has nothing of the recordings beside it
        job.done.connect(lambda _: self._saved(findings if case_folder is None else ()))

    def remove(self, exhibit_id: str) -> None:
        """Take an exhibit off the list and stop what is being done to it."""
        for job in self._jobs.active:
            if job.subject == exhibit_id:
                job.cancel()
        self._session.remove(exhibit_id)

    def _examined(self, exhibit_id: str, finding: Finding) -> None:
        self._session.update(
            exhibit_id, finding=finding, condition=finding.condition, attribution=None, state="examined"
        )
        exhibit = self._session.get(exhibit_id)
        self.has_unsaved = self.has_unsaved or (exhibit is not None and not exhibit.in_case)

    def _failed(self, exhibit_id: str, error: Exception) -> None:
        self._session.update(exhibit_id, state="failed", note=note_of(error))
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

    def _saved(self, findings: Sequence[Finding]) -> None:
        """What came, or was sealed, while these were being written is not among them."""
        saved = {id(finding) for finding in findings}
        self.has_unsaved = any(
            exhibit.is_withheld or (exhibit.finding is not None and id(exhibit.finding) not in saved)
            for exhibit in self._session.exhibits
            if not exhibit.in_case
        )

    def _save(self, title: str, path: Path, function: Callable[..., Path], *arguments: object) -> Job:
        return self._jobs.submit(
            title,
            function,
            *arguments,
            path,
            pool="save",
            subject=path.name,
            on_done=lambda written: self._errors.say_written(str(written)),
            on_fail=partial(self._errors.present, subject=path.name),
        )
