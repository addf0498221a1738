"""What the Compare page shows: two to four rows on one time axis and their alignments. No widgets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.viewmodels.compare_rows import Row, about_first
from app.viewmodels.timeline import View
from app.viewmodels.viewing import Viewing
from core.compare.alignment import Alignment, by_start

MOST_ROWS = 4


class CompareModel(Viewing):
    """State of the Compare page. The axis is the first row's own time."""

    rows_changed = Signal()
    """Other recordings, or in another order."""
    alignment_changed = Signal(str)
    """Key of the row that moved, or whose level was matched."""
    active_changed = Signal(int)

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic):
        super().__init__(parent, clock=clock)
        self._rows: tuple[Row, ...] = ()
        self._active = 0

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
    def extent_s(self) -> View:
        """The axis from the first sound of any row to the last; 0, 0 without rows."""
        starts = [row.to_axis(0.0) for row in self._rows]
        ends = [row.to_axis(row.recording.duration_s) for row in self._rows]
        return min(starts, default=0.0), max(ends, default=0.0)

    @property
    def sample_s(self) -> float:
        """Duration of the shortest frame; 0 without rows."""
        return min((1 / row.recording.sample_rate for row in self._rows), default=0.0)

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

    def _set_rows(self, rows: tuple[Row, ...]) -> None:
        self._rows = rows
        self._active = min(max(self._active, 1), len(rows) - 1) if len(rows) > 1 else 0
        self._begin(self._cursor_s)
        self.rows_changed.emit()
        self.active_changed.emit(self._active)
        self._announce()

    def _replace(self, key: str, **values: object) -> None:
        at = next((i for i, row in enumerate(self._rows) if row.key == key), 0)
        if at == 0:
            return
        was_whole = self._view == self.extent_s
        self._rows = tuple(replace(row, **values) if i == at else row for i, row in enumerate(self._rows))  # pyright: ignore[reportArgumentType]
        self.alignment_changed.emit(key)
        self._show(*(self.extent_s if was_whole else self._view), remember=False)
