"""Marks, notes and the seal as rows of the log, and the order in which things were done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.case import Case, desk
from core.foundation.errors import CaseError, IntegrityError
from core.marks import Command, Listening, Mark
from core.marks.notes import write_note

LISTENING = Listening(chain="Laptop, Sennheiser HD 600", level="comfortable, unchanged", passes=3)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made = Case.create(tmp_path / "case", number="2026/14", examiner="A. Weber")
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(name.encode())
        made.add(tmp_path / name)
    return made


def ran(case: Case, exhibit_id: str) -> None:
    sha256 = case.exhibit(exhibit_id).sha256
    case.record_run(exhibit_id, {"analysis": {"recordings": [{"sha256": sha256}]}})


def listened(case: Case, exhibit_id: str) -> None:
    desk.keep_heard(case, case.exhibit(exhibit_id).sha256, [(0.0, 1.0)])
    desk.keep_note(case, write_note("Nothing striking.", exhibit=exhibit_id, listening=LISTENING))


def test_marks_and_notes_come_back_from_the_log(case: Case) -> None:
    one = Mark(id="1", exhibit="Q1", start_s=1.0, end_s=2.0, low_hz=100.0, high_hz=200.0, text="hé")
    two = Mark(id="2", exhibit="Q2", start_s=0.0, end_s=0.0, type="click")
    add = Command(words="add 2 marks", after=(one, two))
    desk.keep_change(case, add)
    desk.keep_change(case, Command(words="delete point", before=(two,)))
    note = write_note("Called the lab.", exhibit="Q1", position_s=1.5, author="A. Weber")
    desk.keep_note(case, note)
    found = desk.read_desk(Case.open(case.folder))
    assert found.marks.marks == (one,)
    assert found.notes == (note,)
    assert [(e.who, e.data["words"]) for e in case.log(desk.MARKED)] == [
        ("A. Weber", "add 2 marks"),
        ("A. Weber", "delete point"),
    ]
    assert case.verify() == []


def test_unsealing_needs_a_listening_note_on_that_exhibit(case: Case) -> None:
    desk.seal(case)
    ran(case, "Q1")
    desk.keep_note(case, write_note("No record of listening.", exhibit="Q1"))
    listened(case, "Q2")
    for act in (lambda: desk.unseal(case, "Q1"), lambda: desk.end_seal(case)):
        with pytest.raises(CaseError, match="no listening note on Q1"):
            act()
    with pytest.raises(CaseError, match="sealed until listening notes are saved: Q1, Q2"):
        desk.require_shown(case)
    listened(case, "Q1")
    desk.unseal(case, "Q1")
    state = desk.read_desk(case).seal
    assert not state.hides("Q1")
    assert state.hides("Q2")
    desk.end_seal(case)
    desk.require_shown(case)


def test_a_listening_note_unseals_only_where_something_was_played_before_or_elsewhere(case: Case) -> None:
    desk.seal(case)
    ran(case, "Q1")
    unheard = write_note("x", exhibit="Q1", listening=replace(LISTENING, heard_s=0.0, share=0.0))
    desk.keep_heard(case, case.exhibit("Q1").sha256, [])
    desk.keep_heard(case, case.exhibit("Q1").sha256, [(1.0, 1.0004)])  # nothing, to the millisecond
    desk.keep_note(case, unheard)
    desk.keep_heard(case, case.exhibit("Q2").sha256, [(0.0, 9.0)])
    desk.keep_heard(case, case.exhibit("Q1").sha256, [(0.0, 9.0)])  # only after the note
    for act in (lambda: desk.unseal(case, "Q1"), lambda: desk.end_seal(case)):
        with pytest.raises(CaseError, match="Nothing of Q1 had been played") as raised:
            act()
        assert raised.value.code == "CA-016"
    heard = write_note("x", exhibit="Q1", listening=replace(LISTENING, heard_s=9.0, share=0.5))
    desk.keep_note(case, heard)
    assert desk.unseal(case, "Q1").data["listening_note"] == heard.id

    (case.folder.parent / "c.wav").write_bytes(b"c.wav")
    case.add(case.folder.parent / "c.wav")
    elsewhere = replace(LISTENING, heard_s=0.0, share=0.0, elsewhere="Laboratory 2, HD 600")
    desk.keep_note(case, write_note("x", exhibit="Q3", listening=elsewhere))
    desk.unseal(case, "Q3")
    assert desk.read_desk(Case.open(case.folder)).notes[-1].listening == elsewhere
    assert case.verify() == []


def test_the_order_can_be_read_from_the_log(case: Case) -> None:
    ran(case, "Q2")
    desk.seal(case)
    ran(case, "Q1")
    before = {order.exhibit: order for order in desk.listening_order(case.log())}
    assert before["Q1"].shown_at == ""
    assert before["Q2"].shown_at != ""
    listened(case, "Q1")
    listened(case, "Q2")
    desk.unseal(case, "Q1")
    after = {order.exhibit: order for order in desk.listening_order(case.log())}
    assert after["Q1"].sentence == "A listening note was saved before detector results could be seen."
    assert after["Q2"].sentence == "Detector results could be seen before a listening note was saved."


def test_sealing_afterwards_does_not_undo_that_results_were_seen(case: Case) -> None:
    ran(case, "Q1")
    desk.seal(case)
    ran(case, "Q2")
    assert desk.read_desk(case).seal == desk.Seal(on=True, seen=frozenset({"Q1"}))
    ran(case, "Q2")
    assert desk.read_desk(case).seal == desk.Seal(on=True, seen=frozenset({"Q1"}))
    listened(case, "Q1")
    desk.unseal(case, "Q1")
    first, _ = desk.listening_order(case.log())
    assert first.listened_first is False


def test_what_was_played_adds_up_over_rows_and_copies(case: Case) -> None:
    desk.keep_heard(case, "ab", [(0.0, 1.5), (3.0, 4.0)])
    desk.keep_heard(case, "cd", [(2.0, 2.5)])
    desk.keep_heard(case, "ab", [(1.0, 3.0)])
    heard = desk.read_desk(Case.open(case.folder)).heard
    assert {sha256: found.spans for sha256, found in heard.items()} == {"ab": ((0.0, 4.0),), "cd": ((2.0, 2.5),)}


@pytest.mark.parametrize("payload", [{}, {"sha256": "ab", "spans_s": [[1.0]]}, {"sha256": "ab", "spans_s": "xy"}])
def test_a_row_of_playback_that_cannot_be_is_named(case: Case, payload: dict) -> None:
    row = case.record(desk.HEARD, payload)
    with pytest.raises(IntegrityError, match=str(row.sequence)):
        desk.read_desk(case)
