"""Where on a recording one is: visible stretch and its history, cursor, selection, playhead. No widgets."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.viewmodels.timeline import MIN_FRAMES, History, View, clamp_view, zoomed

if TYPE_CHECKING:  # the window must open without importing the engine's heavy floors
    from core.audio.recording import Recording

_PAGE_MARGIN = 0.05
"""Share of the view kept to the left of the playhead when the view turns the page."""
_STRETCH_MARGIN = 0.25
"""Share of a stretch that is shown on either side of it."""


class Viewing(QObject):
    """Base of the model. Every setter clips to the recording and emits only what has changed."""

    cursor_changed = Signal(float)
    selection_changed = Signal(object)
    """(start_s, end_s) or None."""
    band_changed = Signal(object)
    """(low_hz, high_hz) of the selected box, or None while all frequencies are meant."""
    playhead_changed = Signal(object)
    """Seconds, or None while nothing plays."""
    view_changed = Signal(float, float)
    history_changed = Signal()
    """Whether one can go back or forward may have changed."""

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic):
        super().__init__(parent)
        self._recording: Recording | None = None
        self._cursor_s = 0.0
        self._selection_s: View | None = None
        self._band_hz: View | None = None
        self._playhead_s: float | None = None
        self._view: View = (0.0, 0.0)
        self._history = History(clock)
        self.follow_playhead = True
        """Whether the view turns the page when the playhead leaves it."""

    @property
    def recording(self) -> Recording | None:
        """The recording on the screen."""
        return self._recording

    @property
    def cursor_s(self) -> float:
        """Time of the cursor, seconds."""
        return self._cursor_s

    @property
    def selection_s(self) -> View | None:
        """Selected stretch, seconds."""
        return self._selection_s

    @property
    def band_hz(self) -> View | None:
        """Lowest and highest frequency of the selected box, hertz; None while all frequencies are meant."""
        return self._band_hz

    @property
    def playhead_s(self) -> float | None:
        """Time of the sound being heard, seconds."""
        return self._playhead_s

    @property
    def view_s(self) -> View:
        """Visible stretch, seconds."""
        return self._view

    @property
    def duration_s(self) -> float:
        """Length of the recording; 0 without one."""
        return self._recording.duration_s if self._recording else 0.0

    @property
    def sample_s(self) -> float:
        """Duration of one frame; 0 without a recording."""
        return 1.0 / self._recording.sample_rate if self._recording else 0.0

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier view."""
        return self._history.can_go_back

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a later view."""
        return self._history.can_go_forward

    def clear_pointer(self) -> None:
        """Read at the cursor again; for subclasses that read values."""

    def set_cursor(self, seconds: float) -> None:
        """Put the cursor at a time; the reading follows."""
        seconds = self._clip(seconds)
        changed, self._cursor_s = seconds != self._cursor_s, seconds
        self.clear_pointer()  # before the signal: whoever hears it may add what the lanes measure there
        if changed:
            self.cursor_changed.emit(seconds)

    def set_selection(self, selection: View | None) -> None:
        """Select a stretch, ends in any order; less than one frame selects nothing."""
        if selection is not None:
            start, end = sorted(map(self._clip, selection))
            selection = (start, end) if end - start >= self.sample_s > 0 else None
        if selection is None:
            self.set_band(None)
        if selection != self._selection_s:
            self._selection_s = selection
            self.selection_changed.emit(selection)

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
        self.set_selection((start_s, end_s))

    def select_box(self, start_s: float, end_s: float, low_hz: float, high_hz: float) -> None:
        """Select a time-frequency box."""
        self.set_selection((start_s, end_s))
        if self._selection_s is not None:
            self.set_band((low_hz, high_hz))

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead, and turn the page with it where `follow_playhead` is set."""
        seconds = None if seconds is None else self._clip(seconds)
        if seconds == self._playhead_s:
            return
        self._playhead_s = seconds
        if seconds is not None and self.follow_playhead and not self._is_visible(seconds):
            span = self._view[1] - self._view[0]
            self._show(seconds - _PAGE_MARGIN * span, seconds + (1 - _PAGE_MARGIN) * span, remember=False)
        self.playhead_changed.emit(seconds)

    def set_view(self, start_s: float, end_s: float) -> None:
        """Show a stretch, clipped to the recording and to at least MIN_FRAMES frames."""
        self._show(start_s, end_s, remember=True)

    def show_about(self, start_s: float, end_s: float) -> None:
        """Show a stretch with a margin on both sides."""
        margin = _STRETCH_MARGIN * (end_s - start_s)
        self.set_view(start_s - margin, end_s + margin)

    def zoom(self, factor: float, about_s: float | None = None) -> None:
        """Zoom in (factor > 1) or out about a time; without one about the cursor where it is in sight."""
        if about_s is None:
            about_s = self._cursor_s if self._is_visible(self._cursor_s) else sum(self._view) / 2
        self.set_view(*zoomed(self._view, factor, about_s))

    def scroll(self, views: float) -> None:
        """Move the view by a multiple of its own width; positive = later."""
        start, end = self._view
        shift = views * (end - start)
        self.set_view(start + shift, end + shift)

    def fit(self) -> None:
        """Show the whole recording."""
        self.set_view(0.0, self.duration_s)

    def zoom_to_selection(self) -> None:
        """Show the selected stretch; nothing without one."""
        if self._selection_s is not None:
            self.set_view(*self._selection_s)

    def go_to(self, seconds: float) -> None:
        """Put the cursor at a time and bring it into sight, at the same zoom."""
        seconds = self._clip(seconds)
        if not self._is_visible(seconds):
            half = (self._view[1] - self._view[0]) / 2
            self.set_view(seconds - half, seconds + half)
        self.set_cursor(seconds)

    def back(self) -> None:
        """Show what was seen before."""
        self._step(-1)

    def forward(self) -> None:
        """Undo `back`."""
        self._step(+1)

    def _begin(self) -> None:
        """Go to the beginning of the recording and show it whole; nothing is announced."""
        self._cursor_s, self._selection_s, self._band_hz, self._playhead_s = 0.0, None, None, None
        self._view = (0.0, self.duration_s)
        self._history.visit(self._view)

    def _announce(self) -> None:
        """Say where one is after `_begin`."""
        self.view_changed.emit(*self._view)
        self.cursor_changed.emit(0.0)
        self.selection_changed.emit(None)
        self.band_changed.emit(None)
        self.playhead_changed.emit(None)
        self.history_changed.emit()

    def _show(self, start_s: float, end_s: float, *, remember: bool) -> None:
        view = clamp_view(start_s, end_s, self.duration_s, MIN_FRAMES * self.sample_s)
        if view == self._view:
            return
        self._view = view
        self.view_changed.emit(*view)
        could = (self.can_go_back, self.can_go_forward)
        if remember:
            self._history.visit(view)
        if could != (self.can_go_back, self.can_go_forward):
            self.history_changed.emit()

    def _step(self, by: int) -> None:
        view = self._history.step(by)
        if view is not None:
            self._show(*view, remember=False)
            self.history_changed.emit()

    def _clip(self, seconds: float) -> float:
        return min(max(seconds, 0.0), self.duration_s)

    def _is_visible(self, seconds: float) -> bool:
        return self._view[0] <= seconds <= self._view[1]
