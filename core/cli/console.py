"""What the command line says: progress on a terminal or as JSON lines, errors on stderr, results on stdout."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TextIO

from core.foundation.errors import CoreError

_BAR = 30
_EVERY_S = 0.1


class _Throttled:
    """Draws at most ten times a second; the end always."""

    def __init__(self, stream: TextIO):
        self._stream, self._last = stream, 0.0

    def report(self, fraction: float, message: str = "") -> None:
        """Write how far the work is, unless that was just done."""
        if time.monotonic() - self._last < _EVERY_S and fraction < 1.0:
            return
        self._last = time.monotonic()
        self._stream.write(self._written(fraction, message))
        self._stream.flush()

    def check(self) -> None:
        """Ctrl+C arrives as KeyboardInterrupt; nothing to ask."""

    def clear(self) -> None:
        """Nothing to remove."""

    def _written(self, fraction: float, message: str) -> str:
        raise NotImplementedError


class Bar(_Throttled):
    """A progress bar on a terminal."""

    def clear(self) -> None:
        """Remove the bar."""
        self._stream.write("\r" + " " * (_BAR + 52) + "\r")
        self._stream.flush()

    def _written(self, fraction: float, message: str) -> str:
        filled = round(_BAR * fraction)
        return f"\r[{'#' * filled}{'.' * (_BAR - filled)}] {100 * fraction:3.0f} % {message[:40]:<40}"


class JsonLines(_Throttled):
    """One JSON object a line, for other programs."""

    def _written(self, fraction: float, message: str) -> str:
        return json.dumps({"fraction": round(fraction, 4), "message": message}) + "\n"


class NoProgress:
    """Says nothing."""

    def report(self, fraction: float, message: str = "") -> None:
        """Do nothing."""

    def check(self) -> None:
        """Do nothing."""

    def clear(self) -> None:
        """Do nothing."""


class Console:
    """Where a command writes to."""

    def __init__(self, progress: str = "auto", out: TextIO | None = None, err: TextIO | None = None):
        self._out, self._err = out or sys.stdout, err or sys.stderr
        terminal = progress == "auto" and self._err.isatty()
        self.progress = JsonLines(self._err) if progress == "json" else Bar(self._err) if terminal else NoProgress()

    def say(self, text: str = "") -> None:
        """A line of the result."""
        self.progress.clear()
        self._out.write(text + "\n")

    def error(self, error: CoreError, path: str = "") -> None:
        """`CODE: what happened. What to do.`; the input is named before the message where that does not name it."""
        self.progress.clear()
        named = not path or Path(path).name in error.message
        self._err.write(f"{error.code}: {'' if named else path + ': '}{error.message}\n")
