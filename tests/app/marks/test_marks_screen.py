"""Marks on the screen: by key, in the list, in the lanes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from app.main_window import MainWindow
from app.pages.marks.drawing import KeyedMarksLane, MarkDrawing
from app.pages.marks.panel import MarksPanel
from app.services.engine import ExplainRequest
from app.widgets import dialogs
from app.widgets.mark_dialog import MarkDialog
from app.widgets.note_dialog import NoteDialog
from core.audio import open_recording
from core.marks import MARK_TYPES, Mark


def trigger(window: MainWindow, action_id: str) -> None:
    assert window.menus.made[action_id].isEnabled(), action_id
    window.menus.made[action_id].trigger()


def marks(window: MainWindow) -> tuple[Mark, ...]:
    return window.context.marking.marks(window.context.session.current)


def panel(window: MainWindow) -> MarksPanel:
    found = window._docks["marks"].widget()
    assert isinstance(found, MarksPanel)
    return found


def lane(window: MainWindow) -> KeyedMarksLane:
    return next(found for found in window.page.lanes if isinstance(found, KeyedMarksLane))


def test_a_day_with_marks_by_keyboard(opened: MainWindow, qtbot, monkeypatch) -> None:
    """Point, region, box, type by digit, text, undo, redo, filter, going from one to the next, delete."""
    model, listed = opened.model, panel(opened)
    model.set_cursor(1.0)
    trigger(opened, "mark.point")
    model.set_selection((2.0, 3.0))
    trigger(opened, "mark.region")
    model.set_selection((4.0, 5.0))
    model.set_band((300.0, 3400.0))
    trigger(opened, "mark.region")
    assert [mark.kind for mark in marks(opened)] == ["point", "region", "box"]
    assert lane(opened).isVisible()
    assert opened.menus.made["mark.undo"].text() == "&Undo: add box"

    trigger(opened, "mark.list")
    qtbot.keyClick(listed.table, Qt.Key.Key_5)
    assert marks(opened)[2].type == list(MARK_TYPES)[4] == "click"
    trigger(opened, "mark.undo")
    assert marks(opened)[2].type == "note"
    trigger(opened, "mark.redo")

    accepted = QDialog.DialogCode.Accepted
    monkeypatch.setattr(MarkDialog, "exec", lambda self: self.text.setPlainText("behind") or accepted)
    trigger(opened, "mark.edit")
    assert (marks(opened)[2].text, marks(opened)[2].low_hz, marks(opened)[2].end_s) == ("behind", 300.0, 5.0)

    model.set_selection(None)
    model.set_cursor(0.0)
    trigger(opened, "mark.next")
    trigger(opened, "mark.next")
    assert (model.cursor_s, model.selection_s) == (2.0, (2.0, 3.0))
    listed.words.setText("click beh")
    assert listed.table.model().rowCount() == 1
    trigger(opened, "mark.next")
    assert (model.selection_s, model.band_hz) == ((4.0, 5.0), (300.0, 3400.0))
    model.set_selection((4.0, 5.5))
    trigger(opened, "mark.take_selection")
    assert marks(opened)[2].end_s == 5.5
    listed.words.clear()

    qtbot.keyClick(listed.table, Qt.Key.Key_Delete)
    assert [mark.start_s for mark in marks(opened)] == [1.0, 2.0]
    assert "2 marks. Note, 1.000 s. Note, 2.000 s to 3.000 s" in listed.describe()


def test_a_point_is_marked_where_the_selection_was_begun(opened: MainWindow) -> None:
    """By hand the cursor goes there; with a selection made otherwise, away from the cursor, its start is meant."""
    model = opened.model
    model.select_stretch(3.0, 2.0)
    trigger(opened, "mark.point")
    model.go_to(2.5)
    trigger(opened, "mark.point")
    model.set_cursor(0.0)
    model.set_selection((4.0, 5.0))
    trigger(opened, "mark.point")
    assert [mark.start_s for mark in marks(opened)] == [2.0, 2.5, 4.0]
    assert {(mark.kind, mark.type) for mark in marks(opened)} == {("point", "note")}


def test_undo_acts_on_marks_while_the_filter_has_nothing_to_take_back(opened: MainWindow, qtbot) -> None:
    context, words = opened.context, panel(opened).words
    context.marking.add(context.session.current, 1.0, 2.0)
    trigger(opened, "mark.list")
    opened.activateWindow()
    words.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(words, Qt.Key.Key_Z, control)
    assert marks(opened) == ()
    qtbot.keyClick(words, Qt.Key.Key_Y, control)
    assert len(marks(opened)) == 1
    qtbot.keyClick(words, Qt.Key.Key_Z, control)
    qtbot.keyClick(words, Qt.Key.Key_Z, control | shift)
    assert len(marks(opened)) == 1
    qtbot.keyClicks(words, "note")
    qtbot.keyClick(words, Qt.Key.Key_Z, control)
    assert (words.text(), len(marks(opened))) == ("", 1)
    qtbot.keyClick(words, Qt.Key.Key_Z, control)
    assert marks(opened) == ()


def test_return_and_double_click_in_the_list(opened: MainWindow, qtbot, monkeypatch) -> None:
    context, listed = opened.context, panel(opened)
    context.marking.add(context.session.current, 4.0, 5.0)
    trigger(opened, "mark.list")
    qtbot.keyClick(listed.table, Qt.Key.Key_Return)
    assert opened.model.selection_s == (4.0, 5.0)
    asked = []
    monkeypatch.setattr(MarkDialog, "exec", lambda self: asked.append(self.start.value()))
    listed.table.doubleClicked.emit(listed.table.model().index(0, 5))
    qtbot.keyClick(listed.table, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert asked == [4.0, 4.0]


def test_dragging_an_edge_moves_it_and_can_be_undone(opened: MainWindow) -> None:
    context = opened.context
    context.marking.add(context.session.current, 2.0, 3.0)
    lane(opened)._handle.setRegion((2.0, 9.0))
    assert (marks(opened)[0].start_s, marks(opened)[0].end_s) == (2.0, pytest.approx(6.0))
    context.marking.undo()
    assert marks(opened)[0].end_s == 3.0
    context.marking.add(context.session.current, 1.0, 1.0)
    lane(opened)._handle.setValue(1.5)
    lane(opened)._handle.sigPositionChangeFinished.emit(lane(opened)._handle)
    assert [mark.start_s for mark in marks(opened)] == [1.5, 2.0]


def test_a_click_picks_what_lies_there(opened: MainWindow) -> None:
    context = opened.context
    first = context.marking.add(context.session.current, 1.0, 3.0)
    context.marking.add(context.session.current, 2.0, 4.0)
    lane(opened).render_now()
    lane(opened).view_box.clicked.emit(1.2, 0.97)
    assert context.marking.selected == first
    lane(opened).view_box.clicked.emit(5.5, 0.5)
    assert opened.model.cursor_s == 5.5
    assert "2 in view: Note at 1.000 s; Note at 2.000 s" in opened.page.describe()


def test_every_lane_has_lines_at_edges_and_boxes(opened: MainWindow) -> None:
    context = opened.context
    context.marking.add(context.session.current, 1.0, 2.0, band_hz=(500.0, 1500.0))
    context.marking.add(context.session.current, 4.0, 4.0)
    lines = opened.page.findChild(MarkDrawing)._lines
    assert {opened.page.waveform, opened.page.spectrogram, opened.page.scores, opened.page.overview} <= set(lines)
    box_x, box_y = lines[opened.page.spectrogram]._lines.points
    assert sorted(set(box_x)) == [1.0, 2.0]
    heights = [opened.page.spectrogram.height_of(edge) for edge in (500.0, 1500.0)]
    assert sorted(set(box_y)) == pytest.approx(heights)
    point_x, _ = lines[opened.page.waveform]._thick.points
    assert sorted(set(point_x)) == [4.0]


def test_labels_are_written_and_read_from_the_menu(opened: MainWindow, monkeypatch, tmp_path: Path) -> None:
    context, target = opened.context, tmp_path / "out.TextGrid"
    context.marking.add(context.session.current, 1.0, 2.0, kind="silence")
    monkeypatch.setattr(dialogs, "ask_target", lambda *_: target)
    monkeypatch.setattr(dialogs, "ask_files", lambda *_: [target])
    trigger(opened, "mark.export")
    assert context.jobs.settle()
    context.marking.remove([mark.id for mark in marks(opened)])
    trigger(opened, "mark.import")
    assert context.jobs.settle()
    assert [(mark.start_s, mark.end_s, mark.type) for mark in marks(opened)] == [(1.0, 2.0, "silence")]


def test_a_note_and_labels_stay_off_a_recording_that_came_while_they_were_chosen(
    opened: MainWindow, wav, messages, monkeypatch, tmp_path: Path
) -> None:
    """Another case gives the same ids again."""
    session = opened.context.session
    before, other = session.current, wav("other.wav", 2.0)
    (tmp_path / "labels.txt").write_text("0.5\t1.0\tword\n")

    def replaced(answer):
        session.remove("Q1")
        session.add(open_recording(other), "Q1")
        return answer

    monkeypatch.setattr(NoteDialog, "exec", lambda self: replaced(QDialog.DialogCode.Accepted))
    monkeypatch.setattr(NoteDialog, "entered", lambda self: "a word is missing")
    trigger(opened, "note.write")
    assert opened.context.notebook.notes == ()
    assert messages[-1].text.endswith("a word is missing")
    monkeypatch.setattr(dialogs, "ask_files", lambda *_: replaced([tmp_path / "labels.txt"]))
    trigger(opened, "mark.import")
    opened.context.workbench.explain(before, ExplainRequest(model="m", question="synthetic", start_s=0.0))
    assert opened.context.jobs.settle()
    assert marks(opened) == ()
    assert session.current.attribution is None
