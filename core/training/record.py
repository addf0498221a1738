"""What a run leaves behind as it goes: one JSON object a line, and curves for TensorBoard where they are asked for."""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from core.foundation.errors import CoreError, TrainingError


class Record:
    """Writes each event to the run's log and wherever else lines are wanted."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        echo: TextIO | None = None,
        curves: Path | None = None,
        tell: Callable[[CoreError], None] = lambda _: None,
    ):
        """Open the log for more lines.

        Args:
            path: JSON lines are added to this file; None for none.
            echo: Gets each line too.
            curves: Folder of a TensorBoard log.
            tell: Hears of faults that do not end training.

        Raises:
            TrainingError: the log cannot be written (TR-008), or TensorBoard is not installed (TR-009).
        """
        self._echo, self._tell, self._started = echo, tell, time.monotonic()
        self._file = None if path is None else _opened(path)
        self._curves = None if curves is None else _curves(curves)

    def write(self, event: str, step: int = 0, **values: object) -> None:
        """Add an event; a number that is none becomes null. A full drive is told of and does not end training."""
        seconds = round(time.monotonic() - self._started, 3)
        line = json.dumps({"event": event, "step": step, "seconds": seconds} | _plain(values)) + "\n"
        if self._echo is not None:
            self._echo.write(line)
            self._echo.flush()
        self._log(line)
        if self._curves is not None:
            for name, value in values.items():
                if isinstance(value, int | float):
                    self._curves.add_scalar(f"{event}/{name}", value, step)

    def _log(self, line: str) -> None:
        if self._file is None:
            return
        try:
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            path = Path(self._file.name)
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None
            self._tell(_unwritable(path, error, "Training goes on without it; what was logged before is kept."))

    def fault(self, step: int, error: CoreError) -> None:
        """Tell of a fault that does not end training, and add it."""
        self._tell(error)
        self.write("fault", step, code=error.code, message=error.message)

    def close(self) -> None:
        """Write out what is held back."""
        for held in (self._file, self._curves):
            if held is not None:
                held.close()


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error, "Training did not start.") from error


def _unwritable(path: Path, error: OSError, means: str) -> TrainingError:
    return TrainingError(
        "TR-008",
        f"The training log {path} cannot be written ({error.strerror or error}).",
        means=means,
        do="Free space, or choose another folder with --out.",
    )


def _curves(folder: Path) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise TrainingError(
            "TR-009",
            "Curves for TensorBoard were asked for, but it is not installed.",
            means="Training did not start.",
            do="Install the extra `training` (pip install 'auditrace[training]'), or leave --tensorboard out.",
        ) from error
    return SummaryWriter(str(folder))
