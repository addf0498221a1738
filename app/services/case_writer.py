"""Rows for the log of the open case, written one after the other and never given up half-way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.services.jobs import Job, JobRunner

if TYPE_CHECKING:
    from core.case import Case
    from core.foundation.progress import Progress

Act = Callable[["Case"], object]
_FINISH_S = 5.0


class CaseWriter(QObject):
    """Does things that a case's log keeps, in their order. Stopping all jobs does not stop these."""

    def __init__(self, jobs: JobRunner):
        super().__init__()
        self._jobs = jobs
        self._pending: list[Job] = []

    def write(
        self,
        folder: Path,
        title: str,
        act: Act,
        *,
        on_done: Callable[[], object] = lambda: None,
        on_fail: Callable[[Exception], object] | None = None,
    ) -> None:
        """Have something written.

        Args:
            folder: The case.
            title: What is done.
            act: Does it, on another thread.
            on_done: Called once it is in the log.
            on_fail: Called with the exception; without it the message is shown.
        """
        written: list[bool] = []

        def again() -> None:
            if written:
                on_done()
            else:
                self.write(folder, title, act, on_done=on_done, on_fail=on_fail)

        job = self._jobs.submit(
            title,
            _write,
            folder,
            act,
            written,
            pool="save",
            quiet=True,
            on_done=lambda _: on_done(),
            on_fail=on_fail,
            on_cancel=again,
        )
        self._pending = [pending for pending in self._pending if pending.is_active] + [job]

    def finish(self, timeout_s: float = _FINISH_S) -> bool:
        """Wait until all is in the log; False where that took too long."""
        futures = [job.future for job in self._pending if job.is_active and job.future is not None]
        return not wait(futures, timeout_s).not_done


def _write(folder: Path, act: Act, written: list[bool], *, progress: Progress) -> None:
    from core.case import Case

    del progress  # once begun it is finished
    act(Case.open(folder))
    written.append(True)
