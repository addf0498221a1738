"""Connects the measuring dock to the recording on the screen, the jobs and the way out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.commands.exporting import save_figure
from app.context import AppContext
from app.pages.measure.panel import MeasurePanel
from app.pages.measure.reading import ReadingsBinding
from app.pages.measure.tab import MeasureTab
from app.services.errors import brief
from app.services.exporting import Origin, Source
from app.services.jobs import Job
from app.services.measuring import Order
from app.viewmodels.examine import ExamineModel
from app.viewmodels.measures import parameter
from app.widgets import dialogs
from core.foundation.errors import CoreError

if TYPE_CHECKING:  # scipy is loaded when something is measured
    from core.audio.recording import Recording
    from core.measure import Measurement
    from core.measure.spectrum import Spectrum

_AFTER_CURSOR_MS = 120


class MeasureBinding(QObject):
    """The spectrum follows the cursor; everything else is measured when asked for, and kept for each recording."""

    def __init__(self, panel: MeasurePanel, model: ExamineModel, context: AppContext):
        super().__init__(panel)
        self._panel, self._model, self._context = panel, model, context
        self._kept: dict[tuple[str, str], Measurement] = {}
        self._job: Job | None = None
        self._readings: ReadingsBinding | None = None
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_CURSOR_MS)
        self._soon.timeout.connect(self._follow_cursor)
        panel.built.connect(self._bind_tabs)
        panel.seen.connect(self._soon.start)
        panel.seen.connect(self._refresh)
        panel.measure_wanted.connect(self._measure)
        panel.cancel_wanted.connect(lambda: self._job.cancel() if self._job else None)
        panel.copy_wanted.connect(self._copy)
        panel.save_wanted.connect(self._save)
        panel.figure_wanted.connect(self._save_figure)
        context.measuring.data_asked.connect(self._let_out)
        model.recording_changed.connect(self._switch)
        model.cursor_changed.connect(lambda _: self._soon.start())

    def _bind_tabs(self) -> None:
        spectrum, readings = self._panel.spectrum, self._panel.readings
        assert spectrum is not None
        assert readings is not None
        spectrum.form.changed.connect(self._soon.start)
        spectrum.harmonics_wanted.connect(self._show_harmonics)
        self._readings = ReadingsBinding(readings, self._model, self._context)
        self._switch()

    def _switch(self) -> None:
        recording = self._model.recording
        for kind, tab in self._panel.measures.items():
            tab.show_result(self._kept.get((recording.id.sha256, kind)) if recording else None)
            if recording is not None:
                tab.form.set_channels(recording.channels)
        self._soon.start()
        self._refresh()

    def _follow_cursor(self) -> None:
        recording, spectrum = self._model.recording, self._panel.spectrum
        if recording is None or spectrum is None or not self._panel.isVisible():
            return
        order = Order(kind="spectrum", recording=recording, params=spectrum.form.params(), at_s=self._model.cursor_s)
        self._context.measuring.start(
            order,
            "Spectrum at the cursor",
            on_done=self._show_spectrum,
            on_fail=partial(self._say_failed, recording),
            quiet=True,
        )

    def _say_failed(self, recording: Recording, error: Exception) -> None:
        tab = self._panel.spectrum
        if tab is not None and recording is self._model.recording:
            tab.show_failure(brief(error, self._model.name))
            self._refresh()

    def _show_spectrum(self, found: Spectrum) -> None:
        recording, tab = self._model.recording, self._panel.spectrum
        if recording is None or tab is None or found.origin.sha256 != recording.id.sha256:
            return
        tab.show_result(found)
        self._show_harmonics(tab.f0.value())
        if self._readings is not None:
            self._readings.show_spectrum(found)
        self._refresh()

    def _show_harmonics(self, f0_hz: float) -> None:
        from core.measure import harmonics

        tab = self._panel.spectrum
        if tab is not None and tab.result is not None:
            found: Any = tab.result
            tab.show_harmonics(harmonics(found, f0_hz) if f0_hz > 0 else ())

    def _measure(self) -> None:
        tab, recording = self._panel.current, self._model.recording
        if tab is None or recording is None:
            return
        if tab is self._panel.spectrum:
            self._follow_cursor()
            return
        try:
            params = tab.form.params()
        except CoreError as error:
            self._context.errors.present(error)
            return
        condition = self._model.condition
        order = Order(
            kind=tab.kind,
            recording=recording,
            params=params,
            selection_s=self._model.selection_s,
            speech=condition.speech if condition else None,
        )
        self._start(order, tab)

    def _start(self, order: Order, tab: MeasureTab) -> None:
        self._panel.show_progress(0.0, f"{tab.title}…")
        self._job = self._context.measuring.start(
            order,
            tab.title,
            on_done=lambda found: self._keep(found, tab),
            on_end=self._ended,
            subject=self._model.name,
            on_fail=partial(self._say_why, tab, order.recording, self._model.name),
        )
        self._job.progressed.connect(self._panel.show_progress)

    def _keep(self, found: Measurement, tab: MeasureTab) -> None:
        self._kept[found.origin.sha256, tab.kind] = found
        recording = self._model.recording
        if recording is not None and recording.id.sha256 == found.origin.sha256:
            tab.show_result(found)

    def _say_why(self, tab: MeasureTab, recording: Recording, name: str, error: Exception) -> None:
        """Tell an error, and where it is about what is on the screen leave it in the panel too."""
        self._context.errors.present(error, name)
        if recording is self._model.recording:
            do = error.do if isinstance(error, CoreError) else ""
            tab.show_failure(f"{brief(error, name)} {do}".rstrip())

    def _ended(self) -> None:
        self._job = None
        self._panel.show_progress(None)
        self._refresh()

    def _let_out(self, way: str) -> None:
        if self._panel.result is None:
            self._context.errors.tell("There are no data yet: the tab in front of the panel Measure shows none.")
        elif way == "copy":
            self._copy()
        else:
            self._save()

    def _copy(self) -> None:
        if self._panel.result is not None:
            self._context.measuring.copy(self._named(self._panel.result))

    def _save(self) -> None:
        result = self._panel.result
        if result is None:
            return
        proposed = str(Path.home() / f"{_words(self._model.name)}-{_words(result.title).lower()}.csv")
        path = dialogs.ask_target(self._panel, "Save data", proposed, "CSV (*.csv);;Separated by tabs (*.tsv)")
        if path is not None:
            self._context.measuring.save(self._named(result), path if path.suffix else path.with_suffix(".csv"))

    def _named(self, result: Measurement) -> Measurement:
        """With the exhibit and the name as received: a case's copies are named by their hashes."""
        exhibit = self._context.session.current
        if exhibit is None or exhibit.recording.id.sha256 != result.origin.sha256:
            return result
        return replace(result, origin=replace(result.origin, file_name=f"{exhibit.id} {exhibit.name}"))

    def _save_figure(self) -> None:
        tab = self._panel.current
        if tab is not None and tab.result is not None:
            save_figure(self._panel, self._context.exporter, tab.drawing, self._origin(tab.result))

    def _origin(self, result: Measurement) -> Origin:
        exhibit = self._context.session.current
        source = Source(
            id=exhibit.id if exhibit else "",
            name=exhibit.name if exhibit else result.origin.file_name,
            sha256=result.origin.sha256,
        )
        return Origin(
            title=result.title,
            sources=(source,),
            stretch_s=(result.origin.start_s, result.origin.end_s),
            parameters=tuple(map(parameter, result.parameters())),
            notes=result.sentences(),
        )

    def _refresh(self) -> None:
        self._panel.refresh(has_recording=self._model.recording is not None)


def _words(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in Path(name).stem).split()) or "measurement"
