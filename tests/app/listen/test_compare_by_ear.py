"""A, B and X by keys alone; the record of a blind test is complete, and nothing tells the score before the end."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from helpers.window import open_all
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.main_window import MainWindow
from app.pages.listen.abx_dialog import AbxDialog
from app.services.outputs import NO_DEVICE, ClockOutput
from app.services.session import OpenCase
from app.widgets import dialogs
from core.case import Case
from core.case.blind_tests import blind_tests_of

ORDER = "".join("AB"[coin] for coin in np.random.Generator(np.random.PCG64(99)).integers(0, 2, 5))


class Loudspeaker(ClockOutput):
    """A clock that passes for a device."""

    is_audible, name = True, "Loudspeaker"


@pytest.fixture
def dialog(opened: MainWindow, wav) -> AbxDialog:
    """Two exhibits matched, ready to be heard; the seed is 99."""
    open_all(opened, [wav("louder.wav", 4.0, rate=22050)])
    opened.menus.made["play.compare"].trigger()
    made = opened._listening._dialog
    comparison = made._comparison
    comparison._draw = lambda: 99
    comparison.playback._outputs = lambda programme: (Loudspeaker.of(programme), None)
    comparison.playback.find_problem = lambda: None
    QTest.mouseClick(made.match, Qt.MouseButton.LeftButton)
    opened.context.jobs.settle()
    return made


def hear(dialog: AbxDialog, letters: str) -> None:
    """Choose each of them and have a second of it come out of the device."""
    for letter in letters:
        dialog.players[letter].click()
        playback = dialog._comparison.playback
        playback.heard.emit(playback.programme.recording, ((0.0, 1.0),))


def answer_all(dialog: AbxDialog, letters: str) -> None:
    hear(dialog, "AB")
    for letter in letters:
        hear(dialog, "X")
        dialog.answers[letter].click()


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
        hear(dialog, "ABX")
        playing = comparison.playback.programme
        expected = comparison._match.a if letter == "A" else comparison._match.b
        assert playing is expected, "X is what was drawn"
        wrong = {"A": "B", "B": "A"}[letter]
        dialog.answers[letter if place else wrong].click()
        shown.append(dialog.outcome.text())
    assert shown[0] == "Trial 1 of 5. To be heard before the answer: A, B, X."
    assert shown[1:5] == [f"Trial {n} of 5. To be heard before the answer: X." for n in range(2, 6)]
    assert shown[5].startswith("The listener told A and B apart in 4 of 5 trials;")
    assert "p = 0.188" in shown[5]
    record = opened.context.listening.tests[0]
    assert (record["order"], record["seed"], record["right"]) == (ORDER, 99, 4)
    assert record["plays"] == {"A": 5, "B": 5, "X": 5}
    assert record["x_heard_s"] == pytest.approx([1.0] * 5, abs=0.3)
    assert (record["audible"], record["devices"]) == (True, ["Loudspeaker"])
    assert shown[5].endswith("Heard through Loudspeaker.")
    assert record["A"]["sha256"] == opened.context.session.exhibits[0].recording.id.sha256
    expected = hashlib.sha256(json.dumps(["auditrace.abx/1", 99, 5]).encode()).hexdigest()
    assert record["commitment_sha256"] == expected


@pytest.mark.parametrize("per_cent", [100, 200])
def test_the_dialog_grows_with_its_texts(dialog: AbxDialog, opened: MainWindow, per_cent: int) -> None:
    dialog.hide()
    opened.use_text_scale(per_cent)
    dialog.show()
    dialog.trials.setValue(5)
    dialog.begin.click()
    answer_all(dialog, "ABABA")
    for _ in range(5):
        QApplication.processEvents()
    short = [part.text() for part in dialog.findChildren(QLabel) if part.height() < part.heightForWidth(part.width())]
    narrow = [part.text() for part in dialog.findChildren(QPushButton) if part.width() < part.minimumSizeHint().width()]
    opened.use_text_scale(100)
    assert not short
    assert not narrow


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
    answer_all(dialog, "A")
    dialog.close()
    record = opened.context.listening.tests[0]
    assert (record["completed"], record["answers"], record["right"]) == (False, "A", None)


@pytest.mark.parametrize("way", ["escape", "button", "close"])
def test_it_closes_in_every_way_and_opens_again(dialog: AbxDialog, opened: MainWindow, way: str) -> None:
    dialog.begin.click()
    dialog.players["X"].click()
    ways = {
        "escape": lambda: QTest.keyClick(dialog, Qt.Key.Key_Escape),
        "button": dialog.close_button.click,
        "close": dialog.close,
    }
    ways[way]()
    assert not dialog.isVisible()
    assert not dialog._comparison.playback.is_playing
    assert [record["completed"] for record in opened.context.listening.tests] == [False]
    opened.menus.made["play.compare"].trigger()
    assert dialog.isVisible()


def test_no_answer_is_taken_before_all_was_heard(dialog: AbxDialog, opened: MainWindow) -> None:
    dialog.trials.setValue(5)
    dialog.begin.click()
    comparison = dialog._comparison
    for heard, missing in (("", "ABX"), ("X", "AB"), ("A", "B")):
        hear(dialog, heard)
        assert "".join(comparison.unheard) == missing
        comparison.answer("A")
        dialog.answers["A"].click()
        assert comparison.test.trial == 1
        assert not dialog.answers["A"].isEnabled()
    hear(dialog, "B")
    dialog.answers["A"].click()
    assert comparison.test.trial == 2
    assert comparison.unheard == ("X",), "X anew in each trial"
    comparison.playback._outputs = lambda programme: (ClockOutput.of(programme), NO_DEVICE)
    dialog.players["X"].click()
    comparison.playback._output._began_s -= 0.7  # so much later
    comparison.playback._tick()
    assert comparison.unheard == ("X",), "what nobody can hear does not count"
    assert "SY-102" in dialog.state.text()


def test_without_a_device_no_test_begins_and_the_dialog_says_why(dialog: AbxDialog, opened: MainWindow) -> None:
    dialog._comparison.playback.find_problem = lambda: NO_DEVICE
    dialog.begin.click()
    assert dialog._comparison.test is None
    assert dialog.state.text() == f"The blind test was not begun. {NO_DEVICE.message} (SY-102)"
    assert opened.context.listening.tests == ()
    dialog._comparison.playback.find_problem = lambda: None
    dialog.begin.click()
    assert dialog._comparison.test is not None
    assert "SY-102" not in dialog.state.text()


def test_b_is_as_long_a_stretch_as_what_is_selected(dialog: AbxDialog, opened: MainWindow) -> None:
    dialog.close()
    opened.model.set_selection((0.5, 1.25))
    opened.menus.made["play.compare"].trigger()
    a, b = dialog.a.source(), dialog.b.source()
    assert (a.start_s, a.stop_s) == (0.5, 1.25)
    assert (b.start_s, b.stop_s) == (0.5, 1.25)
    assert a.exhibit_id != b.exhibit_id


def test_in_a_case_beginning_and_end_are_in_its_log(opened: MainWindow, dialog: AbxDialog, tmp_path) -> None:
    Case.create(tmp_path / "case", number="1", examiner="Ada")
    opened.context.session.set_case(OpenCase(folder=tmp_path / "case", number="1", examiner="Ada"))
    dialog.trials.setValue(5)
    dialog.begin.click()
    answer_all(dialog, "BBBBB")
    assert opened.context.jobs.settle()
    rows = [entry for entry in Case.open(tmp_path / "case").log() if entry.action.startswith("listening test")]
    assert [row.action for row in rows] == ["listening test begun", "listening test"]
    begun, ended = (row.data for row in rows)
    assert "seed" not in begun
    assert "order" not in begun
    assert begun["commitment_sha256"] == ended["commitment_sha256"]
    assert ended["right"] == ORDER.count("B")
    (kept,) = blind_tests_of(rows)
    assert kept.statistics is not None
    assert (kept.statistics.right, kept.trials, kept.fixed_in_row) == (ORDER.count("B"), 5, rows[0].sequence)
    assert (kept.a.sha256, kept.devices) == (ended["A"]["sha256"], ("Loudspeaker",))
    assert Case.open(tmp_path / "case").verify() == []


def test_a_test_cut_short_by_closing_the_window_is_in_the_log(opened: MainWindow, dialog: AbxDialog, tmp_path) -> None:
    Case.create(tmp_path / "case", number="1", examiner="Ada")
    opened.context.session.set_case(OpenCase(folder=tmp_path / "case", number="1", examiner="Ada"))
    dialog.begin.click()
    answer_all(dialog, "A")
    opened.close()
    (row,) = Case.open(tmp_path / "case").log("listening test")
    assert (row.data["completed"], row.data["answers"]) == (False, "A")


def test_a_test_cut_short_by_closing_a_recording_is_in_the_log_of_its_case(
    opened: MainWindow, dialog: AbxDialog, tmp_path
) -> None:
    session = opened.context.session
    Case.create(tmp_path / "case", number="1", examiner="Ada")
    session.set_case(OpenCase(folder=tmp_path / "case", number="1", examiner="Ada"))
    dialog.begin.click()
    answer_all(dialog, "A")
    session.clear()
    assert opened.context.writer.finish()
    (row,) = Case.open(tmp_path / "case").log("listening test")
    assert (row.data["completed"], row.data["answers"]) == (False, "A")
    assert not dialog.isVisible()
    assert not dialog._comparison.is_ready, "what is closed is not heard under another case"


def test_a_third_recording_that_is_closed_is_offered_no_more(opened: MainWindow, dialog: AbxDialog, wav) -> None:
    dialog.close()
    open_all(opened, [wav("third.wav", 2.0)])
    opened.menus.made["play.compare"].trigger()
    opened.context.workbench.remove("Q3")
    assert dialog.isVisible()
    assert [row.exhibit.findData("Q3") for row in (dialog.a, dialog.b)] == [-1, -1]


def test_a_silent_stretch_is_refused_in_words(opened: MainWindow, dialog: AbxDialog) -> None:
    dialog.a.start.setValue(0.0)
    dialog.a.stop.setValue(0.05)
    dialog.match.click()
    assert "at least 0.1 s" in dialog.state.text()


def test_records_are_exported_as_json_and_as_rows(
    opened: MainWindow, dialog: AbxDialog, messages, monkeypatch, tmp_path
) -> None:
    record = {"order": "ABA", "answers": "AA"}
    for name in ("t.json", "t.csv"):
        monkeypatch.setattr(dialogs, "ask_target", lambda *_, name=name: tmp_path / name)
        dialog._export(record)
        assert opened.context.jobs.settle()
        assert opened.context.errors.last_written.endswith(name)
    assert not messages
    assert json.loads((tmp_path / "t.json").read_text()) == record
    assert (tmp_path / "t.csv").read_text() == "trial,x,answer,right\n1,A,A,1\n2,B,A,0\n"
