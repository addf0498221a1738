"""Connects the panels round the main screen to what they show. No numbers are computed here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.context import AppContext
from app.services.jobs import Job
from app.services.session import Session, Unopened
from app.viewmodels.examine import ExamineModel
from app.viewmodels.exhibits import ExhibitsModel, unopened_text
from app.viewmodels.facts import condition_sections, file_sections, reading_sections
from app.viewmodels.job_table import JobTable
from app.viewmodels.results import result_sections, weighed
from app.viewmodels.wording import STATES
from app.widgets.exhibit_list import ExhibitList
from app.widgets.inspector import Inspector
from app.widgets.job_panel import JobLine, JobPanel
from app.widgets.turns import Turns


class ExhibitsBinding(QObject):
    """The list follows the session, and the session follows the list."""

    def __init__(self, view: ExhibitList, rows: ExhibitsModel, context: AppContext):
        super().__init__(view)
        self._view, self._rows, self._context = view, rows, context
        view.setModel(rows)
        view.chosen.connect(context.session.select)
        view.remove_wanted.connect(context.workbench.remove)
        view.copy_hash_wanted.connect(lambda x: self._copy(x, "SHA-256"))
        view.copy_path_wanted.connect(lambda x: self._copy(x, "path"))
        view.reveal_wanted.connect(self._reveal)
        context.session.current_changed.connect(self._follow)
        context.session.added.connect(lambda _: self._follow())

    def _follow(self) -> None:
        current = self._context.session.current_listed
        row = self._rows.row_of(current.id) if current else -1
        if row >= 0 and self._view.currentIndex().row() != row:
            self._view.setCurrentIndex(self._rows.index(row))

    def _copy(self, exhibit_id: str, what: str) -> None:
        exhibit = self._context.session.get(exhibit_id)
        if exhibit is not None:
            file = exhibit.recording.id
            QGuiApplication.clipboard().setText(file.sha256 if what == "SHA-256" else str(file.path))
            self._context.errors.mention(f"The {what} of {exhibit_id} is on the clipboard.")

    def _reveal(self, exhibit_id: str) -> None:
        exhibit = self._context.session.get(exhibit_id)
        if exhibit is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(exhibit.recording.id.path).parent)))


class InspectorBinding(QObject):
    """The inspector shows the recording on the screen."""

    def __init__(self, view: Inspector, model: ExamineModel, session: Session, turns: Turns):
        super().__init__(view)
        self._view, self._model, self._session, self._turns = view, model, session, turns
        self._reads = False
        model.recording_changed.connect(lambda: turns.later(self, self._show_file))
        model.condition_changed.connect(self._show_condition)
        model.finding_changed.connect(self._show_results)
        model.attribution_changed.connect(self._show_results)
        model.reading_changed.connect(self._read_later)
        model.selection_changed.connect(self._read_later)
        session.changed.connect(self._show_state)
        session.current_changed.connect(self._show_state)

    def _show_file(self) -> None:
        recording, exhibit = self._model.recording, self._session.current
        received_name = exhibit.received_name if exhibit else ""
        self._view.show_facts("file", file_sections(recording, received_name) if recording else [])

    def _show_condition(self) -> None:
        recording, condition = self._model.recording, self._model.condition
        measured = condition_sections(condition, recording.sample_rate) if recording and condition else []
        self._view.show_facts("condition", measured)

    def _show_results(self) -> None:
        finding, attribution = self._model.finding, self._model.attribution
        self._view.show_weights(weighed(finding) if finding else [])
        self._view.show_facts("results", result_sections(finding, attribution) if finding else [])

    def _read_later(self) -> None:
        """Write the table once for all that changes together."""
        if not self._reads:
            self._reads = True
            self._turns.later(self, self._show_reading)

    def _show_reading(self) -> None:
        self._reads = False
        reading = self._model.reading
        self._view.show_facts("reading", reading_sections(reading, self._model.selection_s) if reading else [])

    def _show_state(self) -> None:
        exhibit = self._session.current_listed
        opened = self._session.current
        self._view.set_empty_text(
            "condition", opened.condition_note or "Being measured…" if opened else "No recording is open."
        )
        if isinstance(exhibit, Unopened):
            text = unopened_text(exhibit)
        elif exhibit is None:
            text = "Open a recording, then press Ctrl+R to choose models and run them."
        elif exhibit.state == "failed":
            text = f"{exhibit.id} {STATES[exhibit.state]}. {exhibit.note}"
        elif exhibit.state == "ready":
            text = f"{exhibit.id} is not examined yet. Press Ctrl+R to choose models and run them."
        else:
            text = f"{exhibit.id} is {STATES[exhibit.state]}."
        self._view.set_empty_text("results", text)


class JobsBinding(QObject):
    """The table of jobs, and the line in the status bar."""

    def __init__(self, panel: JobPanel, line: JobLine, table: JobTable, context: AppContext):
        super().__init__(panel)
        self._line, self._table = line, table
        panel.cancel_wanted.connect(lambda row: table.job(row).cancel())
        panel.cancel_all_wanted.connect(context.jobs.cancel_all)
        line.cancel_wanted.connect(self._cancel_shown)
        table.summary_changed.connect(self._show)
        table.dataChanged.connect(self._show)
        context.jobs.added.connect(self._watch)

    def _watch(self, job: Job) -> None:
        job.progressed.connect(self._show)
        job.started.connect(self._show)

    def _shown(self) -> Job | None:
        active = self._table.active
        return next((job for job in active if job.state == "running"), active[0] if active else None)

    def _show(self) -> None:
        job, waiting = self._shown(), len(self._table.active) - 1
        if job is None:
            self._line.show_idle()
            return
        title = " ".join(filter(None, (job.title, job.subject)))
        parts = [title, job.message, f"{job.elapsed_s:.0f} s", f"{waiting} more" if waiting else ""]
        text = "  ·  ".join(part for part in parts if part)
        self._line.show_job(text, job.fraction, is_stopping=job.is_stopping())

    def _cancel_shown(self) -> None:
        job = self._shown()
        if job is not None:
            job.cancel()


class ScreenBinding(QObject):
    """The main screen shows the session's current exhibit; each exhibit keeps its own view and cursor."""

    def __init__(self, model: ExamineModel, context: AppContext):
        super().__init__(model)
        self._model, self._context = model, context
        self._shown: str | None = None
        self._places: dict[str, tuple[tuple[float, float], float]] = {}
        session, playback = context.session, context.playback
        session.current_changed.connect(self._switch)
        session.changed.connect(self._update)
        session.removed.connect(lambda exhibit_id: self._places.pop(exhibit_id, None))
        context.workbench.explained.connect(self._go_to_explained)
        playback.position_changed.connect(model.set_playhead)
        playback.playing_changed.connect(lambda playing: None if playing else model.set_playhead(None))

    def _switch(self) -> None:
        self._context.playback.stop()
        if self._shown is not None and self._context.session.get(self._shown):
            self._places[self._shown] = (self._model.view_s, self._model.cursor_s)
        exhibit = self._context.session.current
        self._shown = exhibit.id if exhibit else None
        self._model.name = exhibit.name if exhibit else ""
        self._model.set_recording(exhibit.recording if exhibit else None)
        if exhibit is not None:
            self._update(exhibit.id)
        if exhibit is not None and exhibit.id in self._places:
            view, cursor_s = self._places[exhibit.id]
            self._model.set_view(*view)
            self._model.set_cursor(cursor_s)

    def _update(self, exhibit_id: str) -> None:
        exhibit = self._context.session.current
        if exhibit is not None and exhibit.id == exhibit_id:
            self._model.set_condition(exhibit.condition)
            self._model.set_finding(exhibit.finding)
            self._model.set_attribution(exhibit.attribution)

    def _go_to_explained(self, exhibit_id: str) -> None:
        attribution = self._model.attribution
        if exhibit_id == self._shown and attribution is not None:
            self._model.show_about(attribution.start_s, attribution.end_s)
