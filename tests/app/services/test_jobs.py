"""Jobs: results, failures, cancelling, replacement, throttling, shutdown; public signals on the screen's thread."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest
from helpers.waiting import PATIENCE_S, until
from PySide6.QtCore import QCoreApplication, QEvent, QThread

from app.services.jobs import JobRunner
from app.viewmodels.job_table import COLUMNS, JobTable
from core.foundation.errors import AudioError
from core.foundation.progress import Progress, heed


@pytest.fixture
def runner(qapp):
    made = JobRunner()
    yield made
    assert made.shutdown(PATIENCE_S) == ()


def until_stopped(progress: Progress) -> None:
    while True:
        progress.check()
        time.sleep(0.002)


def test_result_arrives_on_the_screens_thread(runner: JobRunner) -> None:
    answers = []

    def work(a, b, progress):
        return a + b, threading.current_thread().name

    job = runner.submit("add", work, 2, 3, on_done=lambda value: answers.append((value, QThread.currentThread())))
    screen = job.thread()
    assert runner.settle(PATIENCE_S)
    ((total, worker), thread) = answers[0]
    assert total == 5
    assert worker.startswith("compute")
    assert thread is screen
    assert job.state == "done"


def test_failure_carries_the_exception(runner: JobRunner) -> None:
    errors = []

    def work(progress):
        raise AudioError("IN-004", "No sound.")

    runner.submit("open", work, on_fail=errors.append)
    runner.settle(PATIENCE_S)
    assert [error.code for error in errors] == ["IN-004"]


def test_failure_without_receiver_goes_to_the_runner(runner: JobRunner) -> None:
    seen = []
    runner.failed.connect(lambda job, error: seen.append((job.title, str(error))))
    runner.submit("divide", lambda progress: 1 / 0)
    runner.settle(PATIENCE_S)
    assert seen == [("divide", "division by zero")]


def test_cancel_stops_a_running_job(runner: JobRunner) -> None:
    events = []
    job = runner.submit("endless", lambda progress: until_stopped(progress), on_cancel=lambda: events.append("stop"))
    job.started.connect(job.cancel)
    assert runner.settle(PATIENCE_S)
    assert events == ["stop"]
    assert job.state == "cancelled"


def test_cancelling_a_queued_job_never_runs_it(runner: JobRunner) -> None:
    ran = []
    first = runner.submit("endless", lambda progress: until_stopped(progress))
    second = runner.submit("second", lambda progress: ran.append(1))
    second.cancel()
    first.started.connect(first.cancel)
    assert runner.settle(PATIENCE_S)
    assert second.state == "cancelled"
    assert ran == []


def test_result_of_a_cancelled_job_is_dropped(runner: JobRunner) -> None:
    """A function that never asks whether to stop still gives no stale result."""
    results = []
    go = threading.Event()
    job = runner.submit("deaf", lambda progress: go.wait(PATIENCE_S), on_done=results.append)
    job.started.connect(lambda: (job.cancel(), go.set()))
    assert runner.settle(PATIENCE_S)
    assert results == []
    assert job.state == "cancelled"


def test_cancelling_is_said_at_once_and_nothing_is_said_after_it(runner: JobRunner) -> None:
    go, said = threading.Event(), []

    def deaf(progress: Progress) -> None:
        progress.report(0.5, "loading models")
        go.wait(PATIENCE_S)
        progress.report(1.0, "done")

    job = runner.submit("deaf", deaf)
    table = JobTable(runner)
    table._add(job)
    job.progressed.connect(lambda fraction, message: said.append((fraction, message)))
    job.cancelling.connect(lambda: said.append("told"))
    until(lambda: said)
    job.cancel()
    job.cancel()
    assert (job.message, job.is_active) == ("cancelling", True)
    assert table.index(0, COLUMNS.index("State")).data() == "cancelling"
    go.set()
    assert runner.settle(PATIENCE_S)
    assert said == [(0.5, "loading models"), (0.5, "cancelling"), "told"]
    assert job.state == "cancelled"


def test_new_job_in_a_slot_replaces_the_old_one(runner: JobRunner) -> None:
    results = []
    jobs = [
        runner.submit("tile", lambda n, progress: (time.sleep(0.01), n)[1], n, slot="tile", on_done=results.append)
        for n in range(5)
    ]
    assert runner.settle(PATIENCE_S)
    assert results == [4]
    assert [job.state for job in jobs] == ["cancelled"] * 4 + ["done"]


def test_other_slots_are_left_alone(runner: JobRunner) -> None:
    results = []
    runner.submit("a", lambda progress: "a", slot="a", on_done=results.append)
    runner.submit("b", lambda progress: "b", slot="b", on_done=results.append)
    runner.settle(PATIENCE_S)
    assert results == ["a", "b"]


def test_progress_is_throttled_and_the_end_always_arrives(runner: JobRunner) -> None:
    seen = []

    def work(progress):
        for step in range(2000):
            progress.report(step / 2000, "step")
        progress.report(1.0, "end")

    began = time.monotonic()
    job = runner.submit("count", work)
    job.progressed.connect(lambda fraction, message: seen.append((fraction, message)))
    runner.settle(PATIENCE_S)
    assert seen[-1] == (1.0, "end")
    assert len(seen) <= 20 * (time.monotonic() - began) + 2  # 20 a second, the first and the last
    assert [fraction for fraction, _ in seen] == sorted(fraction for fraction, _ in seen)


def test_compute_jobs_run_one_at_a_time_in_order(runner: JobRunner) -> None:
    running, most, order = [], [], []

    def work(n, progress):
        running.append(n)
        most.append(len(running))
        time.sleep(0.005)
        running.remove(n)
        return n

    for n in range(6):
        runner.submit("numbers", work, n, on_done=order.append)
    runner.settle(PATIENCE_S)
    assert max(most) == 1
    assert order == list(range(6))


def test_quiet_jobs_are_not_announced(runner: JobRunner) -> None:
    titles = []
    runner.added.connect(lambda job: titles.append(job.title))
    runner.submit("tile", lambda progress: None, quiet=True)
    runner.submit("open", lambda progress: None)
    runner.settle(PATIENCE_S)
    assert titles == ["open"]


def test_shutdown_names_the_job_that_hangs(qapp) -> None:
    runner = JobRunner()
    release = threading.Event()
    job = runner.submit("deaf job", lambda progress: release.wait(PATIENCE_S))
    queued = runner.submit("queued", lambda progress: None)
    until(lambda: job.begun_s is not None)
    assert runner.shutdown(timeout_s=0.2) == ("deaf job",)
    assert not job.future.done(), "it was not waited for to the end"
    release.set()
    assert runner.settle(PATIENCE_S)
    assert queued.state == "cancelled"


def test_nothing_is_run_after_shutdown(qapp) -> None:
    runner, called = JobRunner(), []
    runner.added.connect(called.append)
    assert runner.shutdown() == ()
    job = runner.submit("late picture", lambda progress: called.append(1), slot="x", on_cancel=lambda: called.append(2))
    job.cancel()
    assert runner.settle()
    assert job.state == "cancelled"
    assert called == []


def test_a_job_stops_in_work_that_is_not_handed_its_progress(runner: JobRunner) -> None:
    begun = threading.Event()

    def work(progress: Progress) -> None:
        while True:
            begun.set()
            heed()
            time.sleep(0.002)

    job = runner.submit("deep", work)
    until(begun.is_set)
    job.cancel()
    assert runner.settle(PATIENCE_S)
    assert job.state == "cancelled"


class Big:
    """A result that can be watched."""


def test_neither_a_job_nor_its_result_outlasts_what_it_was_for(runner: JobRunner) -> None:
    seen: list[weakref.ref] = []

    def work(progress: Progress) -> Big:
        return Big()

    asked = runner.submit("tile", work, quiet=True, on_done=lambda found: seen.append(weakref.ref(found)))
    seen.append(weakref.ref(asked))
    del asked
    assert runner.settle(PATIENCE_S)
    assert len(seen) == 2

    def is_gone() -> bool:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return not any(held() for held in seen)

    until(is_gone)
