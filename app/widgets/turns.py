"""Work on the screen that is done piece by piece, so that input and painting come between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid


class Turns(QObject):
    """Makes calls in the order of asking, each in a turn of the event loop of its own."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._waiting: deque[tuple[QObject, Callable[[], object]]] = deque()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._take)

    @property
    def is_busy(self) -> bool:
        """Whether a call is still to be made."""
        return bool(self._waiting)

    def later(self, owner: QObject, call: Callable[[], object]) -> None:
        """Make this call once all before it were made, if its owner is still there."""
        self._waiting.append((owner, call))
        self._timer.start()

    def _take(self) -> None:
        owner, call = self._waiting.popleft()
        if not self._waiting:
            self._timer.stop()
        if isValid(owner):
            call()
