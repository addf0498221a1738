"""Waiting for what must come: no longer than it takes, and as long as the slowest machine needs."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

PATIENCE_S = 60.0
"""Only a test that fails waits so long."""


def until(is_so: Callable[[], object]) -> None:
    """Handle events until something is so; what a test expects of threads and timers is never a matter of speed."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "it has not come about"
        QCoreApplication.processEvents()
        time.sleep(0.001)
