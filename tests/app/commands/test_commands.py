"""Every command runs, on nothing and on something; keys are unique and known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers.window import open_all, open_dialogs
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog

from app.commands import ACTIONS
from app.commands.times import parse_place, parse_time
from app.main_window import MainWindow
from app.widgets import dialogs
from app.widgets.case_dialog import CaseChoice, CaseDialog
from app.widgets.explain_dialog import ExplainDialog
from app.widgets.mark_dialog import MarkDialog
from app.widgets.note_dialog import ListeningDialog, NoteDialog
from app.widgets.run_dialog import RunDialog
from core.analysis.plan import AnalysisPlan
from core.foundation.time_scale import TimeScale

ENABLED_LATER = {"play.band", "file.add_to_case", "examine.cancel", "view.overlay", "view.forward"}
ENABLED_LATER |= {"examine.unseal", "note.export", "view.lane_channels", "view.times.clock"}
ENABLED_LATER |= {
    action.id for action in ACTIONS if action.menu.startswith("Compare") and action.id != "compare.toggle"
}
IDS = [action.id for action in ACTIONS if action.id != "file.quit"]


@pytest.fixture
def answers(monkeypatch, tmp_path: Path, wav) -> Path:
    """Every question is answered with something sensible."""
    monkeypatch.setattr(dialogs, "ask_files", lambda *_: [wav("asked.wav")])
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: tmp_path)
    monkeypatch.setattr(dialogs, "ask_target", lambda parent, title, proposed, patterns: tmp_path / Path(proposed).name)
    monkeypatch.setattr(dialogs, "ask_text", lambda *_: "0:02.5")
    monkeypatch.setattr(dialogs, "confirm", lambda *_: True)
    monkeypatch.setattr(dialogs, "ask_choice", lambda *_: "known")
    monkeypatch.setattr(
        CaseDialog, "choice", lambda self: CaseChoice(folder=tmp_path / "new", number="1", examiner="A")
    )
    for dialog in (RunDialog, ExplainDialog, CaseDialog, MarkDialog, NoteDialog, ListeningDialog):
        monkeypatch.setattr(dialog, "exec", lambda self: QDialog.DialogCode.Accepted)
    return tmp_path


def settle(window: MainWindow) -> None:
    window.context.playback.stop()
    assert window.context.jobs.settle()
    for dialog in open_dialogs(window):
        dialog.close()


def unexpected(window: MainWindow) -> list[str]:
    return [message.details for message in window._messages.messages if message.code == "SY-001"]


def test_all_run_on_an_empty_window(window: MainWindow, answers) -> None:
    for action_id in IDS:
        window.context.session.clear()
        window.menus.made[action_id].trigger()
        settle(window)
        assert unexpected(window) == [], action_id


def test_all_run_on_an_examined_recording(opened: MainWindow, answers, engine) -> None:
    for action_id in IDS:
        if not opened.context.session.exhibits:
            open_all(opened, [answers / "one.wav"])
        if opened.model.finding is None:
            opened.context.workbench.examine(opened.context.session.exhibits[:1], AnalysisPlan())
            opened.context.jobs.settle()
        opened.model.set_selection((1.0, 2.0))
        opened.model.set_view(0.5, 3.0)
        assert opened.menus.made[action_id].isEnabled() or action_id in ENABLED_LATER, action_id
        opened.menus.made[action_id].trigger()
        settle(opened)
        assert unexpected(opened) == [], action_id


def test_run_uses_the_dialogs_choice(opened: MainWindow, answers) -> None:
    opened.menus.made["examine.run"].trigger()
    settle(opened)
    assert opened.model.finding.plan.models == ("auditrace/test",)


def test_explain_starts_about_the_cursor(opened: MainWindow, answers) -> None:
    opened.model.set_cursor(3.0)
    opened.menus.made["examine.explain"].trigger()
    settle(opened)
    assert opened.model.attribution.start_s == pytest.approx(1.0)


def test_times_are_written_as_wished_and_a_place_can_be_given_so(opened: MainWindow, answers) -> None:
    model, made = opened.model, opened.menus.made
    assert not made["view.times.clock"].isEnabled()  # the file claims no time of day
    made["view.times.samples"].trigger()
    assert opened.context.settings.current.time_form == "samples"
    assert made["view.times.samples"].isChecked()
    assert not made["view.times.time"].isChecked()
    model.set_cursor(1.0)
    assert opened.page.ruler.time_axis.unit == opened.page.overview.time_axis.unit == "samples"
    stream = replace(model.recording.stream, tags=(("creation_time", "2026-03-04T09:00:00Z"),))
    model.set_recording(replace(model.recording, stream=stream))
    opened.menus.refresh()
    made["view.times.clock"].trigger()
    assert opened.page.ruler.time_axis.unit == "time of day"
    assert model.time_scale.start == 9 * 3600


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("24000 samples", 1.5), ("24 000 smp", 1.5), ("10:00:02", 2.0), ("0:02", 2.0), ("2", 2.0), ("samples", None)],
)
def test_a_place_is_a_time_samples_or_a_time_of_day(text: str, seconds: float | None) -> None:
    recording = SimpleNamespace(sample_rate=16_000)
    assert parse_place(text, recording, TimeScale(form="clock", start=36_000.0)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12.5", 12.5), ("1:02,5", 62.5), ("1:02:03.4", 3723.4), (" 7 s", 7.0), ("", None), ("abc", None), ("-3", None)],
)
def test_times_are_read_as_people_write_them(text: str, seconds: float | None) -> None:
    assert parse_time(text) == (None if seconds is None else pytest.approx(seconds))


def test_a_time_that_cannot_be_read_is_asked_for_again(opened: MainWindow, monkeypatch) -> None:
    entered = iter(["soon", "9:00", "0:03"])
    monkeypatch.setattr(dialogs, "ask_text", lambda *_: next(entered))
    opened.menus.made["view.go_to"].trigger()
    assert opened.model.cursor_s == 3.0


OWN_KEYS = (
    (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, "cursor_s"),
    (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier, "cursor_s"),
    (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, "selection_s"),
    (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, "reading"),
    (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, "view_s"),
    (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, "cursor_s"),
    (Qt.Key.Key_Plus, Qt.KeyboardModifier.NoModifier, "view_s"),
)


def test_the_recordings_own_keys_do_what_the_list_says(opened: MainWindow, qtbot) -> None:
    for key, modifier, changed in OWN_KEYS:
        opened.model.set_selection(None)
        opened.model.set_view(1.0, 3.0)
        opened.model.set_cursor(2.0)
        before = getattr(opened.model, changed)
        opened.page.setFocus()
        qtbot.keyClick(opened.page, key, modifier)
        opened.context.jobs.settle()
        assert getattr(opened.model, changed) != before, (key, modifier)


def test_picture_is_written(opened: MainWindow, answers: Path) -> None:
    opened.menus.made["file.save_figure"].trigger()
    settle(opened)
    assert (answers / "Q1-view.png").read_bytes()[:4] == b"\x89PNG"


def test_selection_edges_at_the_cursor(opened: MainWindow) -> None:
    opened.model.set_cursor(1.0)
    opened.menus.made["view.selection_start"].trigger()
    opened.model.set_cursor(2.0)
    opened.menus.made["view.selection_end"].trigger()
    assert opened.model.selection_s == (1.0, 2.0)


def test_loop_is_kept(opened: MainWindow) -> None:
    opened.menus.made["play.loop"].trigger()
    assert opened.context.playback.loop
    assert opened.menus.made["play.loop"].isChecked()


def test_ids_and_keys_are_unique_and_known_to_qt() -> None:
    assert max(Counter(action.id for action in ACTIONS).values()) == 1
    keys = [QKeySequence(key).toString() for action in ACTIONS for key in action.keys]
    assert "" not in keys
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_the_keys_of_the_workflow() -> None:
    wanted = "Ctrl+O,Ctrl+R,Space,Esc,Ctrl+0,Ctrl+1,Ctrl+3,Ctrl+E,O,Ctrl+G,F6,Shift+F6,Ctrl+Shift+E,Ctrl+S,F1"
    assert set(wanted.split(",")) <= {key for action in ACTIONS for key in action.keys}


def test_menu_letters_are_unique_in_each_menu() -> None:
    for menu in {action.menu for action in ACTIONS}:
        titles = [action.title for action in ACTIONS if action.menu == menu]
        letters = [title[title.index("&") + 1].lower() for title in titles if "&" in title]
        assert [letter for letter, count in Counter(letters).items() if count > 1] == [], menu
