"""What the main screen shows: a recording, its results, and the values at one point. No widgets."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.reading import (
    Pointed,
    Reading,
    Span,
    attribution_at,
    frame_at,
    pointed_out,
    raised_spans,
    segment_at,
)
from app.viewmodels.time_form import time_scale
from app.viewmodels.timeline import View
from app.viewmodels.viewing import Viewing
from core.foundation.time_scale import TimeForm, TimeScale

if TYPE_CHECKING:  # the window must open without importing the engine's heavy floors
    from core.analysis.finding import Finding
    from core.audio.recording import Condition, Recording
    from core.detectors.card import Question
    from core.explain.attribution import Attribution

__all__ = ["ExamineModel", "Reading", "Span"]


class ExamineModel(Viewing):
    """State of the main screen. Every setter clips to the recording and emits only what has changed."""

    recording_changed = Signal(object)
    condition_changed = Signal(object)
    finding_changed = Signal(object)
    attribution_changed = Signal(object)
    reading_changed = Signal(object)
    """A Reading, or None without a recording."""
    time_scale_changed = Signal(object)
    """A TimeScale: how places on the axis are written."""
    band_changed = Signal(object)
    """(low_hz, high_hz) of the selected box, or None while all frequencies are meant."""

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic):
        super().__init__(parent, clock=clock)
        self._recording: Recording | None = None
        self._band_hz: View | None = None
        self._condition: Condition | None = None
        self._finding: Finding | None = None
        self._attribution: Attribution | None = None
        self._reading: Reading | None = None
        self._time_form: TimeForm = "time"
        self._time_scale = TimeScale()
        self.name = ""
        """Name of the recording as a person knows it; set before `set_recording`."""

    @property
    def recording(self) -> Recording | None:
        """The recording on the screen."""
        return self._recording

    @property
    def duration_s(self) -> float:
        """Length of the recording; 0 without one."""
        return self._recording.duration_s if self._recording else 0.0

    @property
    def extent_s(self) -> View:
        """The recording from its beginning to its end, seconds."""
        return 0.0, self.duration_s

    @property
    def sample_s(self) -> float:
        """Duration of one frame; 0 without a recording."""
        return 1.0 / self._recording.sample_rate if self._recording else 0.0

    @property
    def band_hz(self) -> View | None:
        """Lowest and highest frequency of the selected box, hertz; None while all frequencies are meant."""
        return self._band_hz

    @property
    def condition(self) -> Condition | None:
        """Its measured condition, once there."""
        return self._condition

    @property
    def finding(self) -> Finding | None:
        """What was found in it, once examined."""
        return self._finding

    @property
    def attribution(self) -> Attribution | None:
        """Explanation of one window's score, once computed."""
        return self._attribution

    @property
    def time_scale(self) -> TimeScale:
        """How places on the axis are written; as times where the wished form needs what the file does not say."""
        return self._time_scale

    @property
    def reading(self) -> Reading | None:
        """Values at the pointer, or at the cursor while the pointer is elsewhere."""
        return self._reading

    def set_recording(self, recording: Recording | None) -> None:
        """Show another recording from its beginning, whole; results of the last one are forgotten."""
        self._recording = recording
        self.set_condition(None)
        self.set_finding(None)
        self.set_attribution(None)
        self._band_hz = None
        self._begin()
        self._set_time_scale()
        self.recording_changed.emit(recording)
        self._announce()
        self.band_changed.emit(None)
        self.clear_pointer()

    def set_time_form(self, form: TimeForm) -> None:
        """Have places on the axis written so."""
        self._time_form = form
        self._set_time_scale()

    def _set_time_scale(self) -> None:
        scale = time_scale(self._time_form, self._recording)
        if scale != self._time_scale:
            self._time_scale = scale
            self.time_scale_changed.emit(scale)

    def set_condition(self, condition: Condition | None) -> None:
        """Set the measured condition."""
        if condition is not self._condition:
            self._condition = condition
            self.condition_changed.emit(condition)

    def set_finding(self, finding: Finding | None) -> None:
        """Set what was found."""
        if finding is not self._finding:
            self._finding = finding
            self.clear_pointer()
            self.finding_changed.emit(finding)

    def set_attribution(self, attribution: Attribution | None) -> None:
        """Set the explanation of a window."""
        if attribution is not self._attribution:
            self._attribution = attribution
            self.attribution_changed.emit(attribution)

    def set_selection(self, selection: View | None) -> None:
        """Select a stretch, ends in any order; less than one frame selects nothing, at any frequency."""
        if self._selectable(selection) is None:
            self.set_band(None)
        super().set_selection(selection)

    def set_band(self, band: View | None) -> None:
        """Limit the selection to frequencies, ends in any order: time and band together are the selected box."""
        if band is not None and self._recording is not None:
            low, high = (min(max(edge, 0.0), self._recording.sample_rate / 2) for edge in sorted(band))
            band = (low, high) if high > low else None
        if band != self._band_hz:
            self._band_hz = band
            self.band_changed.emit(band)

    def select_stretch(self, start_s: float, end_s: float) -> None:
        """Select a stretch at all frequencies."""
        self.set_band(None)
        super().select_stretch(start_s, end_s)

    def select_box(self, start_s: float, end_s: float, low_hz: float, high_hz: float) -> None:
        """Select a time-frequency box."""
        self.set_selection((start_s, end_s))
        if self._selection_s is not None:
            self.set_band((low_hz, high_hz))
        self._put_cursor_at_selection()

    def pointed_out(self) -> dict[Question, Pointed]:
        """For each question the regions that are stated, or where none can be, the raised stretches."""
        return pointed_out(self._finding)

    def raised(self) -> tuple[Span, ...]:
        """Stretches of the track higher than the rest of this recording: a place to look, no threshold."""
        return raised_spans(self._finding.segments) if self._finding else ()

    def go_to_raised(self, *, forward: bool = True) -> bool:
        """Move to the next (or previous) raised stretch; False where there is none."""
        starts = sorted({span.start_s for span in self.raised()})
        tolerance = self.sample_s / 2
        ahead = [s for s in starts if (s > self._cursor_s + tolerance if forward else s < self._cursor_s - tolerance)]
        if ahead:
            self.go_to(ahead[0] if forward else ahead[-1])
        return bool(ahead)

    def set_pointer(
        self,
        time_s: float,
        frequency_hz: float | None = None,
        *,
        level_dbfs: float | None = None,
        amplitude: tuple[float, ...] | None = None,
        packet_hz: float | None = None,
        packet_db: float | None = None,
        resolution_hz: float | None = None,
        packet_width_hz: float | None = None,
    ) -> None:
        """Read the values at a point: those measured by the lanes are given, the others looked up."""
        if self._recording is None:
            return
        time_s = self._clip(time_s)
        segment = segment_at(self._finding, time_s)
        reading = Reading(
            time_s=time_s,
            sample=frame_at(self._recording, time_s),
            frequency_hz=frequency_hz,
            level_dbfs=level_dbfs,
            amplitude=amplitude,
            packet_hz=packet_hz,
            packet_db=packet_db,
            sample_s=self.sample_s,
            resolution_hz=resolution_hz,
            packet_width_hz=packet_width_hz,
            synthetic=segment.synthetic if segment else None,
            neural_codec=segment.neural_codec if segment else None,
            attribution=attribution_at(self._attribution, time_s, frequency_hz),
        )
        self._set_reading(reading)

    def clear_pointer(self) -> None:
        """The pointer has left: the reading is the cursor's again."""
        if self._recording is None:
            self._set_reading(None)
        else:
            self.set_pointer(self._cursor_s)

    def _set_reading(self, reading: Reading | None) -> None:
        if reading != self._reading:
            self._reading = reading
            self.reading_changed.emit(reading)
