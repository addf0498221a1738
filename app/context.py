"""What the parts of the application share: built once, handed down."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.case_writer import CaseWriter
from app.services.engine import Engine
from app.services.errors import ErrorPresenter
from app.services.explaining import Explaining
from app.services.exporting import Exporter
from app.services.file_watch import FileWatch
from app.services.jobs import JobRunner
from app.services.listening import Listening
from app.services.marking import Marking
from app.services.measuring import Measuring
from app.services.notebook import Notebook
from app.services.playback import Playback
from app.services.session import Session
from app.services.settings import SettingsStore
from app.services.workbench import Workbench
from core.foundation.paths import user_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class AppContext:
    """The application's services."""

    settings: SettingsStore
    errors: ErrorPresenter
    jobs: JobRunner
    session: Session
    playback: Playback
    listening: Listening
    workbench: Workbench
    writer: CaseWriter
    marking: Marking
    notebook: Notebook
    exporter: Exporter
    measuring: Measuring
    explaining: Explaining


def build(engine: Engine | None = None) -> AppContext:
    """Make the services; needs a QCoreApplication."""
    settings, errors, jobs, session = SettingsStore(user_dir()), ErrorPresenter(), JobRunner(), Session()
    jobs.failed.connect(lambda job, error: errors.present(error, job.subject))
    workbench = Workbench(jobs=jobs, session=session, errors=errors, settings=settings, engine=engine)
    writer, exporter = CaseWriter(jobs), Exporter(jobs, errors)
    playback = Playback()
    playback.failed.connect(errors.present)
    FileWatch(session, jobs, errors)
    return AppContext(
        settings=settings,
        errors=errors,
        jobs=jobs,
        session=session,
        playback=playback,
        listening=Listening(playback, session, writer),
        workbench=workbench,
        writer=writer,
        marking=Marking(jobs=jobs, session=session, errors=errors, writer=writer),
        notebook=Notebook(jobs=jobs, session=session, errors=errors, writer=writer),
        exporter=exporter,
        measuring=Measuring(jobs, exporter),
        explaining=Explaining(jobs=jobs, session=session, errors=errors, workbench=workbench),
    )
