"""Has missing tiles made off the screen's thread, a few at a time, those in view first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from app.plots.submitting import Cancellable, Submit
from app.plots.tiles import Tile, TileCache, TileKey, TileSource, make_tiles

_STILL_MS = 150
"""What may be wanted next is made only once the view has stood still for so long: making it slows a moving one."""


class TileLoader(QObject):
    """Keeps one job going while wanted tiles are missing. Wishes replace one another; late answers are dropped."""

    arrived = Signal()
    """New tiles are in the cache."""
    failed = Signal(object)
    """The exception; nothing is tried again until something else is wanted."""
    busy_changed = Signal(bool)

    def __init__(self, submit: Submit, cache: TileCache, *, title: str, slot: str, parent: QObject | None = None):
        super().__init__(parent)
        self._submit, self._cache = submit, cache
        self._title, self._slot = title, slot
        self._job: Cancellable | None = None
        self._wanted: list[TileKey] = []
        self._pending: TileKey | None = None
        self._ticket = 0
        self._broken: TileSource | None = None
        self._later: list[TileKey] = []
        self._still = QTimer(self, singleShot=True, interval=_STILL_MS)
        self._still.timeout.connect(lambda: self._ask([*self._wanted, *self._later]))

    @property
    def is_busy(self) -> bool:
        """Whether tiles are being made."""
        return self._pending is not None

    def want(self, keys: Sequence[TileKey], later: Sequence[TileKey] = ()) -> None:
        """Want these tiles, the most urgent first, and no longer any others; those of `later` when all is still."""
        self._later = [key for key in later if key not in self._cache]
        if self._later:
            self._still.start()
        else:
            self._still.stop()
        self._ask(keys)

    def _ask(self, keys: Sequence[TileKey]) -> None:
        self._wanted = [key for key in keys if key not in self._cache and key.source != self._broken]
        if self._pending is not None and self._pending in self._wanted:
            return
        if self._wanted:
            self._start()

    def drop(self) -> None:
        """Want nothing; what is still on its way is dropped."""
        self._wanted, self._later, self._broken = [], [], None
        self._still.stop()
        self._ticket += 1
        if self._job is not None and self.is_busy:
            self._job.cancel()
        self._set_pending(None)

    def _start(self) -> None:
        self._ticket += 1
        ticket = self._ticket
        self._set_pending(self._wanted[0])
        self._job = self._submit(
            self._title,
            make_tiles,
            tuple(self._wanted),
            slot=self._slot,
            on_done=lambda tiles: self._done(ticket, tiles),
            on_fail=lambda error: self._fail(ticket, error),
            on_cancel=lambda: self._stop(ticket),
        )

    def _done(self, ticket: int, tiles: list[Tile]) -> None:
        if ticket != self._ticket:
            return
        for tile in tiles:
            self._cache.add(tile)
        self._set_pending(None)
        self.arrived.emit()
        if self._pending is None:
            self._ask(self._wanted)

    def _fail(self, ticket: int, error: Exception) -> None:
        if ticket != self._ticket:
            return
        self._broken = self._wanted[0].source if self._wanted else None
        self._set_pending(None)
        self.failed.emit(error)

    def _stop(self, ticket: int) -> None:
        if ticket == self._ticket:
            self._set_pending(None)

    def _set_pending(self, key: TileKey | None) -> None:
        was, self._pending = self.is_busy, key
        if was != self.is_busy:
            self.busy_changed.emit(self.is_busy)
