"""Where on an axis of time one is: visible stretch and its history, cursor, selection, playhead. No widgets."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.viewmodels.timeline import MIN_FRAMES, History, View, clamp_view, zoomed

_PAGE_MARGIN = 0.05
"""Share of the view kept to the left of the playhead when the view turns the page."""
_STRETCH_MARGIN = 0.25
"""Share of a stretch that is shown on either side of it."""


class Viewing(QObject):
    """Base of the pages' models. Every setter clips to the axis and emits only what has changed."""

    cursor_changed = Signal(float)
    selection_changed = Signal(object)
    """(start_s, end_s) or None."""
    playhead_changed = Signal(object)
    """Seconds, or None while nothing plays."""
    view_changed = Signal(float, float)
    history_changed = Signal()
    """Whether one can go back or forward may have changed."""

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic):
        super().__init__(parent)
        self._cursor_s = 0.0
        self._selection_s: View | None = None
        self._playhead_s: float | None = None
        self._view: View = (0.0, 0.0)
        self._history = History(clock)

    @property
    def extent_s(self) -> View:
        """Beginning and end of the axis, seconds; for subclasses."""
        raise NotImplementedError

    @property
    def sample_s(self) -> float:
        """Duration of the shortest frame, seconds; 0 while there is none. For subclasses."""
        raise NotImplementedError

    @property
    def cursor_s(self) -> float:
        """Time of the cursor, seconds."""
        return self._cursor_s

    @property
    def selection_s(self) -> View | None:
        """Selected stretch, seconds."""
        return self._selection_s

    @property
    def playhead_s(self) -> float | None:
        """Time of the sound being heard, seconds."""
        return self._playhead_s

    @property
    def view_s(self) -> View:
        """Visible stretch, seconds."""
        return self._view

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
        selection = self._selectable(selection)
        if selection != self._selection_s:
            self._selection_s = selection
            self.selection_changed.emit(selection)

    def select_stretch(self, start_s: float, end_s: float) -> None:
        """Select from one time to another by hand; the cursor goes to where the selection starts."""
        self.set_selection((start_s, end_s))
        self._put_cursor_at_selection()

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead, and turn the page where it leaves the view."""
        seconds = None if seconds is None else self._clip(seconds)
        if seconds == self._playhead_s:
            return
        self._playhead_s = seconds
        if seconds is not None and not self._is_visible(seconds):
            span = self._view[1] - self._view[0]
            self._show(seconds - _PAGE_MARGIN * span, seconds + (1 - _PAGE_MARGIN) * span, remember=False)
        self.playhead_changed.emit(seconds)

    def set_view(self, start_s: float, end_s: float) -> None:
        """Show a stretch, clipped to the axis and to at least MIN_FRAMES frames."""
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
        """Show the whole axis."""
        self.set_view(*self.extent_s)

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

    def _put_cursor_at_selection(self) -> None:
        """What acts on the cursor acts on what was just selected."""
        if self._selection_s is not None and self._selection_s[0] != self._cursor_s:
            self.set_cursor(self._selection_s[0])

    def _begin(self, cursor_s: float = 0.0) -> None:
        """Show the whole of another axis, its history empty; nothing is announced."""
        self._cursor_s, self._selection_s, self._playhead_s = self._clip(cursor_s), None, None
        self._view = self.extent_s
        self._history.clear()
        self._history.visit(self._view)

    def _announce(self) -> None:
        """Say where one is after `_begin`."""
        self.view_changed.emit(*self._view)
        self.cursor_changed.emit(self._cursor_s)
        self.selection_changed.emit(None)
        self.playhead_changed.emit(None)
        self.history_changed.emit()

    def _show(self, start_s: float, end_s: float, *, remember: bool) -> None:
        view = clamp_view(start_s, end_s, self.extent_s, MIN_FRAMES * self.sample_s)
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
        first, last = self.extent_s
        return min(max(seconds, first), last)

    def _selectable(self, selection: View | None) -> View | None:
        """A stretch clipped, its ends in order; None where it is shorter than a frame."""
        if selection is None:
            return None
        start, end = sorted(map(self._clip, selection))
        return (start, end) if end - start >= self.sample_s > 0 else None

    def _is_visible(self, seconds: float) -> bool:
        return self._view[0] <= seconds <= self._view[1]
