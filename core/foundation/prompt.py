"""Work that cannot ask whether it should stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from core.foundation.progress import Progress

T = TypeVar("T")
_PATIENCE_S = 0.05


def promptly(work: Callable[[], T], progress: Progress) -> T:
    """What work gives; a stop is heeded within a moment though the work cannot ask, and what it gives is then dropped.

    Raises:
        Cancelled: through `progress`.
    """
    done: list[T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except Exception as error:  # noqa: BLE001 - raised again on the caller's thread
            failed.append(error)

    thread = threading.Thread(target=run, name="promptly", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_PATIENCE_S)
        progress.check()
    if failed:
        raise failed[0]
    return done[0]
