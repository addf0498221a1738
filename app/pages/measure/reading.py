"""Connects the readings to cursor, box and pin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.context import AppContext
from app.pages.measure.readings_tab import ReadingsTab
from app.services.jobs import Job
from app.services.measuring import Order
from app.viewmodels.examine import ExamineModel

if TYPE_CHECKING:  # scipy is loaded when something is measured
    from core.measure import Quantity, Readings
    from core.measure.spectrum import Spectrum

_AFTER_CHANGE_MS = 150


class ReadingsBinding(QObject):
    """What is read follows cursor and box; what is pinned stays."""

    def __init__(self, tab: ReadingsTab, model: ExamineModel, context: AppContext):
        super().__init__(tab)
        self._tab, self._model, self._context = tab, model, context
        self._spectrum: Spectrum | None = None
        self._cursor: Readings | None = None
        self._box: Readings | None = None
        self._pinned: tuple[Readings | None, Readings | None] | None = None
        self._job: Job | None = None
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_CHANGE_MS)
        self._soon.timeout.connect(self._read_box)
        tab.box_typed.connect(self._take_typed)
        tab.box_cleared.connect(lambda: model.set_selection(None))
        tab.pin_wanted.connect(self._pin)
        tab.unpin_wanted.connect(self._unpin)
        context.measuring.pin_asked.connect(self._pin)
        model.recording_changed.connect(self._switch)
        model.selection_changed.connect(self._follow)
        model.band_changed.connect(self._follow)
        model.reading_changed.connect(lambda _: self._read_cursor())
        self._switch()

    def show_spectrum(self, spectrum: Spectrum) -> None:
        """Levels are those of this spectrum."""
        self._spectrum = spectrum
        self._read_cursor()

    def _switch(self) -> None:
        recording = self._model.recording
        self._spectrum = self._cursor = self._box = None
        if recording is not None:
            self._tab.set_limits(recording.duration_s, recording.sample_rate / 2)
        self._follow()
        self._show()

    def _follow(self, _: object = None) -> None:
        if self._job is not None:
            self._job.cancel()  # of a box, or a recording, that is no longer there
        self._tab.set_box(self._model.selection_s, self._model.band_hz)
        self._soon.start()

    def _read_box(self) -> None:
        from core.measure import BoxParams

        recording, selection = self._model.recording, self._model.selection_s
        if recording is None or selection is None:
            self._show_box(None)
            return
        order = Order(
            kind="box",
            recording=recording,
            params=BoxParams(),
            selection_s=selection,
            band_hz=self._model.band_hz,
        )
        self._job = self._context.measuring.start(order, "Level of the box", on_done=self._show_box, quiet=True)

    def _show_box(self, box: Readings | None) -> None:
        self._box = box
        self._show()

    def _read_cursor(self) -> None:
        from core.measure import cursor_reading

        recording, reading, spectrum = self._model.recording, self._model.reading, self._spectrum
        self._cursor = None
        if recording is not None and reading is not None and spectrum is not None:
            near = abs(reading.time_s - spectrum.at_s) <= spectrum.params.window_s
            frequency = reading.frequency_hz if near else None
            self._cursor = cursor_reading(recording, reading.time_s, frequency, spectrum)
        self._show()

    def _take_typed(self, selection: tuple[float, float], band: tuple[float, float]) -> None:
        recording = self._model.recording
        if recording is None:
            return
        self._model.set_selection(selection)
        is_all = band[0] <= 0 and band[1] >= recording.sample_rate / 2 - 0.05
        self._model.set_band(None if is_all else band)

    def _pin(self) -> None:
        if self._cursor is None and self._box is None:
            self._context.errors.mention(
                "There is nothing to pin: open a recording and put the cursor or a box into it."
            )
            return
        self._pinned = (self._cursor, self._box)
        self._context.errors.mention("The reading is pinned. The dock Measure compares it with the next ones.")
        self._show()

    def _unpin(self) -> None:
        self._pinned = None
        self._show()

    def _show(self) -> None:
        self._tab.show_readings(self._cursor, self._box, self._pinned or (), self._less())

    def _less(self) -> list[Quantity]:
        from core.measure import difference

        if self._pinned is None:
            return []
        pairs = zip(self._pinned, (self._cursor, self._box), strict=True)
        return [one for then, now in pairs if then is not None and now is not None for one in difference(then, now)]
