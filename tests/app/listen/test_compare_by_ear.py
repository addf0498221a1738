"""A, B and X by keys alone; the record of a blind test is complete, and nothing tells the score before the end."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from helpers.window import open_all
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from app.pages.listen.abx_dialog import AbxDialog
from app.services.comparison import write_record
from app.services.outputs import ClockOutput
from app.services.session import OpenCase
from core.case import Case
from core.foundation.progress import SILENT

ORDER = "".join("AB"[coin] for coin in np.random.Generator(np.random.PCG64(99)).integers(0, 2, 5))


@pytest.fixture
def dialog(opened: MainWindow, wav) -> AbxDialog:
    """Two exhibits matched, ready to be heard; the seed is 99."""
    open_all(opened, [wav("louder.wav", 4.0, rate=22050)])
    opened.menus.made["play.compare"].trigger()
    made = opened._listening._dialog
    comparison = made._comparison
    comparison._draw = lambda: 99
    comparison.playback._outputs = lambda programme: (ClockOutput.of(programme), None)
    QTest.mouseClick(made.match, Qt.MouseButton.LeftButton)
    opened.context.jobs.settle()
    return made


def press(dialog: AbxDialog, keys: str) -> None:
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or dialog, key)


def test_sources_are_two_exhibits_at_one_level(dialog: AbxDialog) -> None:
    assert "turned down by" in dialog.state.text() or "nothing is changed" in dialog.state.text()
    assert "4.000 s of each" in dialog.state.text()
    a, b = dialog._comparison._match.a, dialog._comparison._match.b
    assert (a.recording.sample_rate, b.recording.sample_rate) == (16000, 22050)


def test_a_whole_test_by_keys(dialog: AbxDialog, opened: MainWindow) -> None:
    dialog.trials.setValue(5)
    dialog.begin.setFocus()
    QTest.keyClick(dialog.begin, Qt.Key.Key_Space)
    shown = [dialog.outcome.text()]
    comparison = dialog._comparison
    for place, letter in enumerate(ORDER):
        for choice in "123":
            dialog.players[dict(zip("123", "ABX", strict=True))[choice]].click()
        playing = comparison.playback.programme
        expected = comparison._match.a if letter == "A" else comparison._match.b
        assert playing is expected, "X is what was drawn"
        wrong = {"A": "B", "B": "A"}[letter]
        dialog.answers[letter if place else wrong].click()
        shown.append(dialog.outcome.text())
    assert shown[:5] == [f"Trial {n} of 5." for n in range(1, 6)]
    assert shown[5].startswith("4 of 5 answers were right.")
    assert "p = 0.188" in shown[5]
    record = opened.context.listening.tests[0]
    assert (record["order"], record["seed"], record["right"]) == (ORDER, 99, 4)
    assert record["plays"] == {"A": 5, "B": 5, "X": 5}
    assert record["A"]["sha256"] == opened.context.session.exhibits[0].recording.id.sha256
    expected = hashlib.sha256(json.dumps(["auditrace.abx/1", 99, 5]).encode()).hexdigest()
    assert record["commitment_sha256"] == expected


def test_single_keys_play_and_answer(dialog: AbxDialog) -> None:
    shortcuts = {part.shortcut().toString() for part in (*dialog.players.values(), *dialog.answers.values())}
    assert shortcuts == {"1", "2", "3", "A", "B"}
    assert dialog.silence.shortcut().toString() == "0"


def test_x_says_nothing_outside_a_test(dialog: AbxDialog) -> None:
    dialog._comparison.play("X")
    assert not dialog._comparison.playback.is_playing
    assert not dialog.players["X"].isEnabled()


def test_giving_up_is_kept_without_a_result(dialog: AbxDialog, opened: MainWindow) -> None:
    dialog.trials.setValue(5)
    dialog.begin.click()
    dialog.answers["A"].click()
    dialog.close()
    record = opened.context.listening.tests[0]
    assert (record["completed"], record["answers"], record["right"]) == (False, "A", None)


def test_in_a_case_beginning_and_end_are_in_its_log(opened: MainWindow, dialog: AbxDialog, tmp_path) -> None:
    Case.create(tmp_path / "case", number="1", examiner="Ada")
    opened.context.session.set_case(OpenCase(folder=tmp_path / "case", number="1", examiner="Ada"))
    dialog.trials.setValue(5)
    dialog.begin.click()
    for _ in range(5):
        dialog.answers["B"].click()
    assert opened.context.jobs.settle()
    rows = [entry for entry in Case.open(tmp_path / "case").log() if entry.action.startswith("listening test")]
    assert [row.action for row in rows] == ["listening test begun", "listening test"]
    begun, ended = (row.data for row in rows)
    assert "seed" not in begun
    assert "order" not in begun
    assert begun["commitment_sha256"] == ended["commitment_sha256"]
    assert ended["right"] == ORDER.count("B")
    assert Case.open(tmp_path / "case").verify() == []


def test_a_test_cut_short_by_closing_the_window_is_in_the_log(opened: MainWindow, dialog: AbxDialog, tmp_path) -> None:
    Case.create(tmp_path / "case", number="1", examiner="Ada")
    opened.context.session.set_case(OpenCase(folder=tmp_path / "case", number="1", examiner="Ada"))
    dialog.begin.click()
    dialog.answers["A"].click()
    opened.close()
    (row,) = Case.open(tmp_path / "case").log("listening test")
    assert (row.data["completed"], row.data["answers"]) == (False, "A")


def test_a_silent_stretch_is_refused_in_words(opened: MainWindow, dialog: AbxDialog) -> None:
    dialog.a.start.setValue(0.0)
    dialog.a.stop.setValue(0.05)
    dialog.match.click()
    assert "at least 0.1 s" in dialog.state.text()


def test_records_are_exported_as_json_and_as_rows(tmp_path) -> None:
    record = {"order": "ABA", "answers": "AA"}
    write_record(record, tmp_path / "t.json", progress=SILENT)
    assert json.loads((tmp_path / "t.json").read_text()) == record
    write_record(record, tmp_path / "t.csv", progress=SILENT)
    assert (tmp_path / "t.csv").read_text() == "trial,x,answer,right\n1,A,A,1\n2,B,A,0\n"
