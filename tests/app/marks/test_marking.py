"""Marks and notes at the desk: kept in the case at once, unsaved without one, undone and done again, imported."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from helpers.examine_data import fake_finding
from helpers.localising import plain_setting

from app.context import AppContext
from app.main_window import MainWindow
from app.services.mark_sources import key_of
from app.services.notebook import UNRECORDED
from app.viewmodels.exhibits import state_text
from app.viewmodels.marks import words_of
from app.widgets import dialogs
from core.analysis.finding import LocalisationResult, Region
from core.case import Case, desk
from core.marks import Listening

LISTENING = Listening(chain="Laptop, HD 600", level="comfortable", passes=2)


def open_in(context: AppContext, path: Path) -> AppContext:
    context.workbench.open([path])
    assert context.jobs.settle()
    return context


@pytest.fixture
def in_case(context: AppContext, wav, tmp_path: Path) -> AppContext:
    case = Case.create(tmp_path / "case", number="2026/14", examiner="A. Weber")
    case.add(wav("call.wav", 6.0))
    case.add(wav("other.wav", 4.0))
    return open_in(context, tmp_path / "case")


@pytest.fixture
def loose(context: AppContext, wav) -> AppContext:
    return open_in(context, wav("one.wav", 6.0))


def kept(context: AppContext) -> desk.Desk:
    assert context.writer.finish()
    return desk.read_desk(Case.open(context.session.case_folder))


def test_every_change_is_in_the_case_at_once(in_case: AppContext) -> None:
    marking, (q1, _) = in_case.marking, in_case.session.exhibits
    mark = marking.add(q1, 1.0, 2.0, band_hz=(300.0, 3400.0), kind="click")
    marking.change(mark, "write text", text="behind the word")
    (found,) = kept(in_case).marks
    assert (found.exhibit, found.kind, found.type, found.text) == ("Q1", "box", "click", "behind the word")
    assert found.author == "A. Weber"
    marking.undo()
    assert kept(in_case).marks.marks[0].text == ""
    marking.redo()
    marking.remove([mark.id])
    assert len(kept(in_case).marks) == 0
    marking.undo()
    assert kept(in_case).marks.marks == marking.history.book.marks
    words = [entry.data["words"] for entry in Case.open(in_case.session.case_folder).log(desk.MARKED)]
    assert words == ["add box", "write text", "undo: write text", "redo: write text", "delete box", "undo: delete box"]
    assert marking.unsaved_count == 0


def test_stopping_all_jobs_loses_no_mark(in_case: AppContext) -> None:
    marking, (q1, _) = in_case.marking, in_case.session.exhibits
    for second in range(5):
        marking.add(q1, float(second), float(second))
    in_case.jobs.cancel_all()
    assert in_case.jobs.settle()
    assert [mark.start_s for mark in kept(in_case).marks] == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_a_case_brings_its_marks_and_notes_back(in_case: AppContext) -> None:
    context = in_case
    context.marking.add(context.session.exhibits[1], 1.0, 1.0)
    context.notebook.write("Called the lab.", context.session.exhibits[0], 2.0)
    assert context.writer.finish()
    open_in(context, context.session.case_folder)
    assert [mark.start_s for mark in context.marking.marks(context.session.exhibits[1])] == [1.0]
    assert [note.text for note in context.notebook.notes] == ["Called the lab."]


def test_without_a_case_closing_says_what_would_be_lost(opened: MainWindow, monkeypatch, tmp_path: Path) -> None:
    context, (q1,) = opened.context, opened.context.session.exhibits
    context.marking.add(q1, 1.0, 2.0)
    context.marking.add(q1, 2.0, 2.0)
    context.notebook.write("A hum.", q1, 1.0)
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "confirm", lambda parent, title, text, yes: bool(asked.append(text)))
    assert not opened.close()
    assert "In no case and not exported: 2 marks and 1 note." in asked[0]
    context.marking.export(tmp_path / "marks.json", q1)
    context.notebook.export(tmp_path / "notes.csv")
    assert context.jobs.settle()
    assert opened.close()
    assert "A hum." in (tmp_path / "notes.csv").read_text("utf-8")


def test_a_mark_that_could_not_be_kept_is_said_to_be_unsaved(in_case: AppContext, messages: list) -> None:
    context = in_case
    (context.session.case_folder / "case.sqlite").rename(context.session.case_folder / "gone.sqlite")
    context.marking.add(context.session.exhibits[0], 1.0, 1.0)
    assert context.jobs.settle()
    assert messages[-1].code.startswith("CA-")
    assert context.marking.unsaved_count == 1


def test_labels_of_another_program(loose: AppContext, messages: list, tmp_path: Path) -> None:
    context, (q1,) = loose, loose.session.exhibits
    (tmp_path / "a.txt").write_text("1,5\t2,5\tClick: here\n90\t91\tlate\n", "utf-8")
    (tmp_path / "bad.txt").write_text("1\t2\tok\nx\t2\tbad\n", "utf-8")
    for name in ("a.txt", "bad.txt", "gone.txt"):
        context.marking.import_file(tmp_path / name, q1, lambda _: False)
        assert context.jobs.settle()
    (mark,) = context.marking.marks(q1)
    assert (mark.start_s, mark.end_s, mark.type, mark.text) == (1.5, 2.5, "click", "here")
    assert "1 mark added. Outside the recording (6.000 s) and left out: 1 label (line 2, at 90.0" in messages[0].text
    assert "Line 2: the start 'x' is not a number" in messages[1].text
    assert "cannot be read" in messages[2].text


@pytest.mark.parametrize("suffix", ["txt", "TextGrid", "csv", "json"])
def test_what_is_imported_again_is_not_there_twice(
    loose: AppContext, messages: list, tmp_path: Path, suffix: str
) -> None:
    context, (q1,) = loose, loose.session.exhibits
    path = tmp_path / f"a.{suffix}"
    context.marking.add(q1, 1 / 3, 2 / 3, kind="click")
    context.marking.add(q1, 2.0, 2.0, kind="speech")
    context.marking.add(q1, 3.0, 4.0, band_hz=(1000 / 3, 2000.0), kind="noise")
    there = context.marking.marks(q1)
    context.marking.export(path, q1)
    assert context.jobs.settle()
    context.marking.change(there[1], "edit", text="new")
    context.marking.import_file(path, q1, lambda _: False)
    assert context.jobs.settle()
    assert messages[-1].text == f"a.{suffix}: 1 mark added. 2 were there already."
    assert [(m.start_s, m.type, m.text) for m in context.marking.marks(q1) if m.start_s == 2.0 and not m.text] == [
        (2.0, "speech", "")
    ]
    assert len(context.marking.marks(q1)) == 4


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_marks_of_another_recording_are_asked_about_and_say_so_for_good(
    in_case: AppContext, tmp_path: Path, suffix: str
) -> None:
    context, (q1, q2) = in_case, in_case.session.exhibits
    path, asked = tmp_path / f"a.{suffix}", []
    context.marking.add(q1, 1.0, 2.0)
    context.marking.export(path, q1)
    assert context.jobs.settle()
    for agrees in (False, True):
        assert context.marking.marks(q2) == ()
        context.marking.import_file(path, q2, lambda text, agrees=agrees: asked.append(text) or agrees)
        assert context.jobs.settle()
    named = f"{q1.name} (SHA-256 {q1.recording.id.sha256[:8]}…)"
    assert asked[0] == asked[1]
    assert f"a.{suffix} was written for {named}. The recording on which 1 mark would be added is {q2.name}" in asked[0]
    (mark,) = kept(context).marks.of("Q2")
    assert (mark.start_s, mark.origin, mark.written_for) == (1.0, "imported", named)
    context.marking.export(path, q2)
    assert context.jobs.settle()
    context.marking.remove([mark.id])
    context.marking.import_file(path, q2, lambda text: bool(asked.append(text)))
    assert context.jobs.settle()
    (mark,) = context.marking.marks(q2)
    assert mark.written_for == named
    assert len(asked) == 2
    assert words_of(mark).endswith(f"imported, written for {named}")


def test_nothing_is_added_where_the_recording_was_closed_while_one_was_asked(in_case: AppContext, tmp_path) -> None:
    context, (q1, q2) = in_case, in_case.session.exhibits
    context.marking.add(q1, 1.0, 2.0)
    context.marking.export(tmp_path / "a.json", q1)
    assert context.jobs.settle()
    context.marking.import_file(tmp_path / "a.json", q2, lambda _: context.session.remove(q2.id) or True)
    assert context.jobs.settle()
    assert len(context.marking.history.book) == 1


def test_stated_regions_become_marks_once(loose: AppContext) -> None:
    context, (q1,) = loose, loose.session.exhibits
    region = Region(question="synthetic", start_s=1.0, end_s=3.5, score=2.31, resolution_s=0.25)
    located = {
        "synthetic": LocalisationResult(
            question="synthetic", regions=(region,), setting=plain_setting(relative=True), median=-0.5
        )
    }
    context.session.update(q1.id, finding=dataclasses.replace(fake_finding(q1.recording), localisation=located))
    q1 = context.session.exhibits[0]
    assert context.marking.add_from_finding(q1) == 1
    assert context.marking.add_from_finding(q1) == 0
    (mark,) = context.marking.marks(q1)
    assert (mark.type, mark.origin, mark.exhibit) == ("synthetic", "finding", key_of(q1))
    assert "mean score +2.31 (uncalibrated) in windows of " in mark.text
    assert "s, above the median of the recording's speech, which is \N{MINUS SIGN}0.50, ends ±0.25 s" in mark.text


def test_unsealing_is_refused_without_listening_and_is_in_the_log(in_case: AppContext, messages: list) -> None:
    context = in_case
    context.notebook.seal()
    q1 = context.session.exhibits[0]
    assert not context.notebook.unseal(q1)
    assert messages[-1].code == "CA-014"
    context.notebook.write("Nothing yet.", q1, 0.0, dataclasses.replace(LISTENING, heard_s=0.0))
    assert not context.notebook.unseal(q1)
    assert messages[-1].code == "CA-016"
    context.playback.heard.emit(q1.recording, ((0.0, 1.0),))
    context.listening.keep()
    context.notebook.write("Nothing striking.", q1, 0.0, LISTENING)
    assert context.notebook.unseal(q1)
    assert context.jobs.settle()
    assert not context.session.seal.hides("Q1")
    assert context.session.seal.hides("Q2")
    assert [e.action for e in Case.open(context.session.case_folder).log()][-5:] == [
        desk.SEALED,
        desk.LISTENED,
        desk.HEARD,
        desk.LISTENED,
        desk.UNSEALED,
    ]
    open_in(context, context.session.case_folder)
    assert (context.session.seal.hides("Q1"), context.session.seal.hides("Q2")) == (False, True)


def test_what_is_sealed_is_in_no_snapshot_until_it_is_unsealed(loose: AppContext) -> None:
    session, notebook = loose.session, loose.notebook
    finding = fake_finding(session.exhibits[0].recording)
    session.update("Q1", finding=finding, state="examined")
    told: list[str] = []
    loose.errors.presented.connect(lambda message: told.append(message.text))
    notebook.seal()
    assert (session.exhibits[0].finding, session.exhibits[0].is_withheld) == (None, True)
    assert [UNRECORDED in text for text in told] == [True]
    assert session.seal.seen == {"Q1"}
    assert state_text(session.exhibits[0], seen=True).endswith("results sealed; seen before")
    newer = dataclasses.replace(finding, made_at="2026-11-21T12:00:00+00:00")
    session.update("Q1", finding=newer, attribution=None, state="examined")
    assert session.exhibits[0].finding is None
    notebook.write("Nothing striking.", session.exhibits[0], 0.0, LISTENING)
    assert notebook.unseal(session.exhibits[0])
    assert (session.exhibits[0].finding, session.exhibits[0].is_withheld) == (newer, False)
