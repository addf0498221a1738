"""Work on the screen that is done piece by piece, so that input and painting come between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

_APART_MS = 1
"""At 0, Qt may fire a timer that is started in a turn once more in the same one."""


class Turns(QObject):
    """Makes calls in the order of asking, each in a turn of the event loop of its own."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._waiting: deque[tuple[QObject, Callable[[], object]]] = deque()
        self._timer = QTimer(self, singleShot=True, interval=_APART_MS)
        self._timer.timeout.connect(self._take)

    @property
    def is_busy(self) -> bool:
        """Whether a call is still to be made."""
        return bool(self._waiting)

    def later(self, owner: QObject, call: Callable[[], object]) -> None:
        """Make this call once all before it were made, if its owner is still there."""
        self._waiting.append((owner, call))
        self._wait()

    def _take(self) -> None:
        owner, call = self._waiting.popleft()
        self._wait()
        if isValid(owner):
            call()

    def _wait(self) -> None:
        if self._waiting and not self._timer.isActive():
            self._timer.start()
