"""Work away from the screen's thread: submitted with frozen values, answered on the screen's thread."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from core.foundation.progress import Cancelled, heeding

Pool = Literal["compute", "io", "save"]
State = Literal["queued", "running", "done", "failed", "cancelled"]

# one compute thread: torch uses its own cores, and order and numbers stay reproducible
_POOL_THREADS: dict[Pool, int] = {"compute": 1, "io": 2, "save": 1}
_PROGRESS_INTERVAL_S = 0.05
_TURN_S = 0.0005
"""How long a job keeps Python from the screen. Painting asks for it dozens of times; Python's own 5 ms each add up."""
CANCELLING = "cancelling"
_log = logging.getLogger(__name__)


class Job(QObject):
    """One piece of work. Lives on the screen's thread, and so do all its public signals."""

    started = Signal()
    progressed = Signal(float, str)
    """Fraction in 0..1 and a message; at most 20 a second, but 1.0 always arrives."""
    cancelling = Signal()
    """It was asked to stop while it ran: nothing will come of it, though its thread may be busy for a while."""
    done = Signal(object)
    failed = Signal(object)
    """The exception."""
    cancelled = Signal()
    settled = Signal()
    """After done, failed or cancelled."""
    _posted = Signal(str, object)
    """The only signal that a pool thread emits; see `_relay`."""

    def __init__(self, title: str, subject: str, pool: Pool, quiet: bool):
        super().__init__()
        self.title, self.subject, self.pool, self.quiet = title, subject, pool, quiet
        self.state: State = "queued"
        self.fraction, self.message = 0.0, ""
        self.begun_s: float | None = None
        """Monotonic time at which it began to run."""
        self._ended_s: float | None = None
        self.future: Future[None] | None = None
        self._stop = threading.Event()
        self._posted.connect(self._relay, Qt.ConnectionType.QueuedConnection)

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("queued", "running")

    @property
    def elapsed_s(self) -> float:
        """Seconds it has run, until now or its end; 0 while it waits."""
        return 0.0 if self.begun_s is None else (self._ended_s or time.monotonic()) - self.begun_s

    def cancel(self) -> None:
        """Ask it to stop; its result, should there still be one, is dropped."""
        if self._stop.is_set():
            return
        self._stop.set()
        if self.future is not None and self.future.cancel():
            self._posted.emit("cancelled", None)
        elif self.is_active:
            self.message = CANCELLING
            self.progressed.emit(self.fraction, self.message)
            self.cancelling.emit()

    def is_stopping(self) -> bool:
        """Whether it was asked to stop; safe on any thread."""
        return self._stop.is_set()

    def post(self, kind: str, value: object = None) -> None:
        """Send an event to the screen's thread; for the pool thread."""
        self._posted.emit(kind, value)

    @Slot(str, object)
    def _relay(self, kind: str, value: Any) -> None:
        if not self.is_active:
            return
        if kind == "progress":
            self._take_progress(*value)
        elif kind == "started":
            self.state, self.begun_s = "running", time.monotonic()
            self.started.emit()
        else:
            self._settle("cancelled" if self._stop.is_set() else kind, value)

    def _take_progress(self, fraction: float, message: str) -> None:
        if not self._stop.is_set():
            self.fraction, self.message = fraction, message
            self.progressed.emit(fraction, message)

    def _settle(self, state: Any, value: object) -> None:
        self.state, self._ended_s = state, time.monotonic()
        if state == "done":
            self.done.emit(value)
        elif state == "failed":
            self.failed.emit(value)
        else:
            self.cancelled.emit()
        self.settled.emit()


class _JobProgress:
    """The engine's Progress, throttled, speaking to a Job."""

    def __init__(self, job: Job):
        self._job = job
        self._next_s = 0.0

    def report(self, fraction: float, message: str = "") -> None:
        now = time.monotonic()
        if fraction >= 1.0 or now >= self._next_s:
            self._next_s = now + _PROGRESS_INTERVAL_S
            self._job.post("progress", (min(max(fraction, 0.0), 1.0), message))

    def check(self) -> None:
        if self._job.is_stopping():
            raise Cancelled


def _work(job: Job, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    job.post("started")
    progress = _JobProgress(job)
    try:
        with heeding(progress):
            result = function(*arguments, progress=progress)
    except Cancelled:
        job.post("cancelled")
    except Exception as error:  # noqa: BLE001 - whatever went wrong is shown, not lost in a thread
        _log.debug("job %r failed", job.title, exc_info=True)
        job.post("failed", error)
    else:
        job.post("done", result)


class JobRunner(QObject):
    """Runs jobs in three pools: `compute` (1 thread), `io` (2), `save` (1)."""

    added = Signal(object)
    """A Job that was not submitted as quiet."""
    failed = Signal(object, object)
    """A Job that failed without an `on_fail` of its own, and the exception."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        sys.setswitchinterval(_TURN_S)
        self._pools = {
            name: ThreadPoolExecutor(threads, thread_name_prefix=name) for name, threads in _POOL_THREADS.items()
        }
        self._active: list[Job] = []
        self._slots: dict[str, Job] = {}
        self._is_shut = False

    @property
    def active(self) -> tuple[Job, ...]:
        """Jobs that wait or run, in the order of submission."""
        return tuple(job for job in self._active if job.is_active)

    def submit(
        self,
        title: str,
        function: Callable[..., object],
        *arguments: object,
        pool: Pool = "compute",
        slot: str | None = None,
        subject: str = "",
        quiet: bool = False,
        on_done: Callable[[Any], object] | None = None,
        on_fail: Callable[[Exception], object] | None = None,
        on_cancel: Callable[[], object] | None = None,
    ) -> Job:
        """Run `function(*arguments, progress=...)` on a pool thread; after `shutdown` nothing is run and no one called.

        Args:
            title: What is being done, for the job list.
            function: Takes frozen values and the keyword `progress`; touches nothing of the screen.
            arguments: Its positional arguments.
            pool: `compute` for numbers, `io` for opening and reading, `save` for writing.
            slot: A new job in the same slot cancels the one before it.
            subject: What it is done to, e.g. an exhibit's id.
            quiet: Keeps it out of the job list.
            on_done: Called with the result, on the screen's thread.
            on_fail: Called with the exception; without it `JobRunner.failed` is emitted.
            on_cancel: Called when it has stopped.
        """
        job = Job(title, subject, pool, quiet)
        if self._is_shut:  # what was posted before the window closed still comes: a lane that wants its picture
            job.state = "cancelled"
            return job
        job.done.connect(on_done or (lambda _: None))
        job.failed.connect(on_fail or (lambda error: self.failed.emit(job, error)))
        job.cancelled.connect(on_cancel or (lambda: None))
        job.settled.connect(lambda: self._forget(job))
        self._active.append(job)
        if slot is not None:
            self._take_slot(slot, job)
        if not quiet:
            self.added.emit(job)
        job.future = self._pools[pool].submit(_work, job, function, arguments)
        return job

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job in self.active:
            job.cancel()

    def cancel_listed(self) -> None:
        """Ask the jobs of the job list to stop; what goes on quietly is not the user's work."""
        for job in self.active:
            if not job.quiet:
                job.cancel()

    def settle(self, timeout_s: float = 120.0) -> bool:
        """Handle events until no job is left; False when that took too long. For programs without a window."""
        end = time.monotonic() + timeout_s
        while self._active and time.monotonic() < end:
            QCoreApplication.processEvents()
            time.sleep(0.002)
        return not self._active

    def shutdown(self, timeout_s: float = 5.0) -> tuple[str, ...]:
        """Cancel everything and wait; returns the titles of jobs that still run."""
        self._is_shut = True
        self.cancel_all()
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        running = {job.future: job.title for job in self._active if job.future and not job.future.cancelled()}
        return tuple(running[future] for future in wait(running, timeout_s).not_done)

    def _take_slot(self, slot: str, job: Job) -> None:
        before = self._slots.get(slot)
        if before is not None and before.is_active:
            before.cancel()
        self._slots[slot] = job

    def _forget(self, job: Job) -> None:
        self._active.remove(job)
        self._slots = {name: held for name, held in self._slots.items() if held is not job}
        # what it calls holds the job from within Qt, and the job holds its result: neither would ever be freed
        job.future = None
        job.deleteLater()
