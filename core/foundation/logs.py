"""The program's log. Not the audit trail (core.case.audit), and without case contents above DEBUG."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

from core.foundation.paths import log_dir

FILE_NAME = "auditrace.log"


def configure(*, debug: bool = False) -> Path | None:
    """Send the log to a rotating file; returns its path, or None where no file can be written.

    With `debug`, tracebacks and DEBUG lines go into it too.
    """
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    for noisy in ("matplotlib", "numba", "PIL", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        log_dir().mkdir(parents=True, exist_ok=True)
        path = log_dir() / FILE_NAME
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=2_000_000, backupCount=3, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    return path
