"""What the Compare page shows: two to four rows on one time axis, their alignments, view, cursor. No widgets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.viewmodels.compare_rows import Row, about_first
from app.viewmodels.timeline import MIN_FRAMES, History, View, clamp_view, zoomed
from core.compare.alignment import Alignment, by_start

MOST_ROWS = 4


class CompareModel(QObject):
    """State of the Compare page. The axis is the first row's own time."""

    rows_changed = Signal()
    """Other recordings, or in another order."""
    alignment_changed = Signal(str)
    """Key of the row that moved, or whose level was matched."""
    active_changed = Signal(int)
    view_changed = Signal(float, float)
    cursor_changed = Signal(float)
    selection_changed = Signal(object)
    playhead_changed = Signal(object)
    """Seconds of the axis, or None while nothing plays."""
    history_changed = Signal()

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic):
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._active = 0
        self._view: View = (0.0, 0.0)
        self._cursor_s = 0.0
        self._selection_s: View | None = None
        self._history = History(clock)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is compared; the first is the reference."""
        return self._rows

    @property
    def reference(self) -> Row | None:
        """The first row, whose time the axis has."""
        return self._rows[0] if self._rows else None

    @property
    def active(self) -> int:
        """The row that keys move and that is heard."""
        return self._active

    @property
    def active_row(self) -> Row | None:
        """The same as a row."""
        return self._rows[self._active] if self._rows else None

    @property
    def compared(self) -> Row | None:
        """The row whose difference from the first is shown: the active one, or the second."""
        if len(self._rows) < 2:
            return None
        return self._rows[self._active or 1]

    @property
    def view_s(self) -> View:
        """Visible stretch of the axis, seconds."""
        return self._view

    @property
    def cursor_s(self) -> float:
        """Time of the cursor on the axis, seconds."""
        return self._cursor_s

    @property
    def selection_s(self) -> View | None:
        """Selected stretch of the axis."""
        return self._selection_s

    @property
    def extent_s(self) -> View:
        """The axis from the first sound of any row to the last; 0, 0 without rows."""
        starts = [row.to_axis(0.0) for row in self._rows]
        ends = [row.to_axis(row.recording.duration_s) for row in self._rows]
        return min(starts, default=0.0), max(ends, default=0.0)

    @property
    def sample_s(self) -> float:
        """Duration of the shortest frame; 0 without rows."""
        return min((1 / row.recording.sample_rate for row in self._rows), default=0.0)

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier view."""
        return self._history.can_go_back

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a later view."""
        return self._history.can_go_forward

    def has(self, exhibit_id: str) -> bool:
        """Whether an exhibit is compared, whole or in part."""
        return any(row.exhibit_id == exhibit_id for row in self._rows)

    def add(self, row: Row) -> bool:
        """Take a row in, aligned by its start; False where it is there already or there is no room."""
        if len(self._rows) >= MOST_ROWS or any(known.key == row.key for known in self._rows):
            return False
        first = self.reference
        if first is not None:
            row = replace(row, alignment=by_start(first.part, row.part))
        self._set_rows((*self._rows, row))
        return True

    def remove(self, exhibit_id: str) -> None:
        """Take all rows of an exhibit out."""
        self.remove_rows([row.key for row in self._rows if row.exhibit_id == exhibit_id])

    def remove_rows(self, keys: Sequence[str]) -> None:
        """Take rows out; where the first one goes, the others keep their places to one another."""
        left = tuple(row for row in self._rows if row.key not in keys)
        if len(left) != len(self._rows):
            self._set_rows(about_first(left))

    def make_reference(self, index: int) -> None:
        """Put a row first: the axis has its time from now on."""
        if 0 < index < len(self._rows):
            rows = (self._rows[index], *self._rows[:index], *self._rows[index + 1 :])
            self._set_rows(about_first(rows))

    def set_alignment(self, key: str, alignment: Alignment) -> None:
        """Move a row; the first one cannot be moved. Its level must be matched anew."""
        self._replace(key, alignment=alignment, gain_db=None)

    def set_gain(self, key: str, gain_db: float | None) -> None:
        """Say by how much a row's level differs from the first one's."""
        self._replace(key, gain_db=gain_db)

    def nudge(self, by_s: float) -> None:
        """Move the active row by hand, later for positive seconds."""
        row = self.compared
        if row is not None:
            self.set_alignment(row.key, row.alignment.moved(by_s))

    def set_active(self, index: int) -> None:
        """Choose a row."""
        if self._rows and 0 <= index < len(self._rows) and index != self._active:
            self._active = index
            self.active_changed.emit(index)

    def step_active(self, by: int) -> None:
        """Choose the next or previous row, round and round."""
        if self._rows:
            self.set_active((self._active + by) % len(self._rows))

    def set_cursor(self, seconds: float) -> None:
        """Put the cursor at a time of the axis."""
        seconds = self._clip(seconds)
        if seconds != self._cursor_s:
            self._cursor_s = seconds
            self.cursor_changed.emit(seconds)

    def set_selection(self, selection: View | None) -> None:
        """Select a stretch of the axis, ends in any order; less than one frame selects nothing."""
        if selection is not None:
            start, end = sorted(map(self._clip, selection))
            selection = (start, end) if end - start >= self.sample_s > 0 else None
        if selection != self._selection_s:
            self._selection_s = selection
            self.selection_changed.emit(selection)

    def set_playhead(self, axis_s: float | None) -> None:
        """Move the playhead of all rows."""
        self.playhead_changed.emit(axis_s)

    def set_view(self, start_s: float, end_s: float) -> None:
        """Show a stretch, clipped to the axis and to at least MIN_FRAMES frames."""
        self._show(start_s, end_s, remember=True)

    def zoom(self, factor: float, about_s: float | None = None) -> None:
        """Zoom in (factor > 1) or out about a time; without one about the cursor where it is in sight."""
        if about_s is None:
            seen = self._view[0] <= self._cursor_s <= self._view[1]
            about_s = self._cursor_s if seen else sum(self._view) / 2
        self.set_view(*zoomed(self._view, factor, about_s))

    def scroll(self, views: float) -> None:
        """Move the view by a multiple of its own width; positive = later."""
        start, end = self._view
        shift = views * (end - start)
        self.set_view(start + shift, end + shift)

    def fit(self) -> None:
        """Show all rows whole."""
        self.set_view(*self.extent_s)

    def zoom_to_selection(self) -> None:
        """Show the selected stretch; nothing without one."""
        if self._selection_s is not None:
            self.set_view(*self._selection_s)

    def go_to(self, seconds: float) -> None:
        """Put the cursor at a time and bring it into sight, at the same zoom."""
        seconds = self._clip(seconds)
        if not self._view[0] <= seconds <= self._view[1]:
            half = (self._view[1] - self._view[0]) / 2
            self.set_view(seconds - half, seconds + half)
        self.set_cursor(seconds)

    def back(self) -> None:
        """Show what was seen before."""
        self._step(-1)

    def forward(self) -> None:
        """Undo `back`."""
        self._step(+1)

    def _set_rows(self, rows: tuple[Row, ...]) -> None:
        self._rows = rows
        self._active = min(max(self._active, 1), len(rows) - 1) if len(rows) > 1 else 0
        self._history.clear()
        self._view = self.extent_s
        self._history.visit(self._view)
        self._cursor_s, self._selection_s = self._clip(self._cursor_s), None
        self.rows_changed.emit()
        self.active_changed.emit(self._active)
        self.view_changed.emit(*self._view)
        self.cursor_changed.emit(self._cursor_s)
        self.selection_changed.emit(None)
        self.history_changed.emit()

    def _replace(self, key: str, **values: object) -> None:
        at = next((i for i, row in enumerate(self._rows) if row.key == key), 0)
        if at == 0:
            return
        before = self.extent_s
        was_whole = self._view == before
        self._rows = tuple(replace(row, **values) if i == at else row for i, row in enumerate(self._rows))  # pyright: ignore[reportArgumentType]
        self.alignment_changed.emit(key)
        self._show(*(self.extent_s if was_whole else self._view), remember=False)

    def _show(self, start_s: float, end_s: float, *, remember: bool) -> None:
        first, last = self.extent_s
        low, high = clamp_view(start_s - first, end_s - first, last - first, MIN_FRAMES * self.sample_s)
        view = (low + first, high + first)
        if view == self._view:
            return
        self._view = view
        self.view_changed.emit(*view)
        if remember:
            self._history.visit(view)
            self.history_changed.emit()

    def _step(self, by: int) -> None:
        view = self._history.step(by)
        if view is not None:
            self._show(*view, remember=False)
            self.history_changed.emit()

    def _clip(self, seconds: float) -> float:
        first, last = self.extent_s
        return min(max(seconds, first), last)
