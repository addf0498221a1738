"""The Qt models keep Qt's rules and follow what they show."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from helpers.waiting import PATIENCE_S, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.services.jobs import JobRunner
from app.services.session import Session
from app.viewmodels.exhibits import ExhibitsModel, Role, length
from app.viewmodels.job_table import COLUMNS, JobTable


@pytest.fixture
def recording():
    return memory_recording(np.zeros((1, 16000), np.float32), 16000, "one.wav")


def test_exhibits_keep_qts_rules(qapp, recording) -> None:
    session = Session()
    rows = ExhibitsModel(session)
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    session.add(recording)
    session.add_unopened("Q2", "lost.wav", "It is not there.")
    session.add(recording)
    session.remove("Q3")
    session.update("Q1", state="failed", note="No model.")
    session.remove("Q2")
    assert rows.rowCount() == 1
    assert tester.model() is rows


@pytest.mark.parametrize(
    ("frames", "words"), [(0, "0 samples"), (1, "1 sample"), (2, "2 samples"), (800, "0.1 s"), (16000, "1.0 s")]
)
def test_a_length_that_would_read_as_nothing_is_said_in_samples(frames: int, words: str) -> None:
    assert length(memory_recording(np.zeros((1, frames), np.float32), 16000)) == words


def test_an_exhibit_in_words(qapp, recording) -> None:
    session = Session()
    rows = ExhibitsModel(session)
    session.add(recording)
    session.update("Q1", state="failed", note="No model.")
    index = rows.index(0)
    assert index.data() == "Q1  one.wav"
    assert index.data(Role.DETAIL) == f"1.0 s · 16 kHz · mono · {recording.id.sha256[:8]}"
    assert index.data(Role.STATE_TEXT) == "could not be examined"
    assert "could not be examined" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert recording.id.sha256 in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "No model." in index.data(Qt.ItemDataRole.ToolTipRole)


def test_jobs_keep_qts_rules_and_old_ones_go(qapp) -> None:
    runner = JobRunner()
    table = JobTable(runner)
    tester = QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for n in range(60):
        runner.submit(f"job {n}", lambda progress: None)
        assert runner.settle()
    assert 20 <= table.rowCount() <= 22
    assert table.active == []
    assert table.index(0, 0).data() == "job 59"
    assert tester.model() is table
    assert runner.shutdown(PATIENCE_S) == ()


def test_a_job_in_words(qapp) -> None:
    runner = JobRunner()
    table, go = JobTable(runner), threading.Event()

    def work(progress):
        progress.report(0.5, "half")
        go.wait(PATIENCE_S)

    job = runner.submit("Examine", work, subject="Q1")
    until(lambda: job.fraction >= 0.5)
    row = {name: table.index(0, column).data() for column, name in enumerate(COLUMNS)}
    assert (row["Job"], row["Exhibit"], row["State"], row["Progress"]) == ("Examine", "Q1", "running", "50 %")
    go.set()
    assert runner.settle()
    assert table.index(0, COLUMNS.index("State")).data() == "done"
    elapsed = job.elapsed_s
    assert job.elapsed_s == elapsed > 0
    assert runner.shutdown(PATIENCE_S) == ()
