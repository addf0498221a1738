"""Connects the listening bar to what is on the screen and what is heard. No numbers are computed here."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from app.context import AppContext
from app.pages.listen.abx_dialog import AbxDialog
from app.pages.listen.panel import ListenBar
from app.plots.listened import ListenedLine
from app.plots.overview import Overview
from app.services.comparison import Comparison, record_bytes
from app.services.playback import Playback
from app.theme import Theme
from app.viewmodels.examine import ExamineModel
from app.viewmodels.timeline import View
from app.widgets import dialogs
from core.listening.treatment import ALL


class ListenBinding(QObject):
    """The bar follows the playback, and the playback follows bar, selection and box."""

    def __init__(self, bar: ListenBar, overview: Overview, model: ExamineModel, context: AppContext):
        super().__init__(bar)
        self._bar, self._model, self._context = bar, model, context
        self._line = ListenedLine(overview.view_box)
        self._dialog: AbxDialog | None = None
        playback = context.playback
        bar.gain_chosen.connect(lambda gain_db: playback.adjust(gain_db=gain_db))
        bar.speed_chosen.connect(lambda speed: playback.adjust(speed=speed))
        bar.channel_chosen.connect(lambda channel: playback.adjust(channel=channel))
        playback.treatment_changed.connect(bar.show_treatment)
        playback.limited.connect(bar.show_limit)
        model.recording_changed.connect(self._show_recording)
        model.selection_changed.connect(self._move_loop)
        model.selection_changed.connect(lambda _: self._offer_selection())
        model.band_changed.connect(self._move_band)
        context.listening.comparison_wanted.connect(self._compare)
        context.listening.coverage_changed.connect(lambda _: self._show_listened())
        context.session.removed.connect(self._leave_out)
        self._show_recording()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._line.set_theme(theme)

    def stop(self) -> None:
        """End the comparison by ear, if there is one; a test that runs is kept as given up."""
        if self._dialog is not None:
            self._dialog.close()

    def _show_recording(self) -> None:
        recording, playback = self._model.recording, self._context.playback
        self._bar.set_channels(recording.channels if recording else 1)
        if playback.treatment.channel != ALL:
            playback.adjust(channel=ALL)
        self._bar.show_treatment(playback.heard_treatment)
        self._show_listened()

    def _show_listened(self) -> None:
        recording = self._model.recording
        if recording is None:
            self._bar.show_listened(None)
            self._line.set_spans(())
            return
        coverage = self._context.listening.coverage(recording)
        self._bar.show_listened(coverage.percent(recording.duration_s))
        self._line.set_spans(coverage.spans)

    def _compare(self) -> None:
        """Open the comparison, or bring it forward; A is what is selected, B as long a stretch of the next exhibit."""
        if self._dialog is None:
            comparison = Comparison(self._context.jobs, self._context.listening, parent=self)
            stop_other(comparison.playback, self._context.playback)
            self._dialog = AbxDialog(comparison, self._export, self._bar.window())
        if not self._dialog.isVisible():
            self._fill(self._dialog)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _leave_out(self, exhibit_id: str) -> None:
        """End a comparison of what is closed, while its case, if it is of one, is still open to have the record."""
        if self._dialog is not None:
            self._dialog.leave_out(exhibit_id)

    def _fill(self, dialog: AbxDialog) -> None:
        session, selection = self._context.session, self._selection()
        current = session.current
        ids = [exhibit.id for exhibit in session.exhibits]
        first = current.id if current else ids[0]
        second = next((exhibit_id for exhibit_id in ids if exhibit_id != first), first)
        dialog.a.offer(session.exhibits, first, selection)
        dialog.b.offer(session.exhibits, second, selection)
        if selection is not None:
            dialog.a.take_selection()
            dialog.b.take_as_long(*selection[1:], beside=first == second)

    def _selection(self) -> tuple[str, float, float] | None:
        current, selection = self._context.session.current, self._model.selection_s
        return (current.id, *selection) if current and selection else None

    def _offer_selection(self) -> None:
        if self._dialog is not None:
            for row in (self._dialog.a, self._dialog.b):
                row.set_selection(self._selection())

    def _export(self, record: dict) -> None:
        path = dialogs.ask_target(
            self._bar.window(), "Export the listening test", "listening-test.json", "JSON (*.json);;CSV (*.csv)"
        )
        if path is not None:
            self._context.exporter.save(partial(record_bytes, record, path.suffix), path)

    def _is_ours(self) -> bool:
        """Whether what plays is what is on the screen."""
        programme = self._context.playback.programme
        return programme is not None and programme.recording is self._model.recording

    def _move_loop(self, selection: View | None) -> None:
        if selection is not None and self._is_ours():
            self._context.playback.set_region(*selection)

    def _move_band(self, band: View | None) -> None:
        programme = self._context.playback.programme
        if band is not None and programme is not None and programme.treatment.band_hz and self._is_ours():
            self._context.playback.adjust(lasting=False, band_hz=band)


def stop_other(one: Playback, other: Playback) -> None:
    """Let one fall silent where the other begins."""
    one.playing_changed.connect(lambda playing: other.stop() if playing else None)
    other.playing_changed.connect(lambda playing: one.stop() if playing else None)
