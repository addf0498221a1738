"""Marks as values: adding, changing, removing, undo and redo."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.marks import Command, History, Listening, Mark, MarkBook, Note, moved
from core.marks.errors import MarkError
from core.marks.history import replay
from core.marks.notes import write_note


def a_mark(name: str, start_s: float = 1.0, end_s: float = 2.0, **values) -> Mark:
    return Mark(id=name, exhibit="Q1", start_s=start_s, end_s=end_s, **values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"start_s": -0.1}, "0 or more"),
        ({"start_s": float("nan")}, "0 or more"),
        ({"end_s": 0.5}, "cannot end before"),
        ({"low_hz": 100.0}, "both"),
        ({"low_hz": 200.0, "high_hz": 100.0}, "below its highest"),
        ({"low_hz": 200.0, "high_hz": float("inf")}, "below its highest"),
        ({"type": "fake"}, "edit, noise"),
        ({"text": "\ud800"}, "half a character"),
    ],
)
def test_what_is_no_mark_is_refused_in_words(values: dict, words: str) -> None:
    with pytest.raises(MarkError, match=words) as caught:
        Mark(**({"id": "1", "exhibit": "Q1", "start_s": 1.0, "end_s": 2.0} | values))
    assert caught.value.code == "MA-001"


def test_kinds() -> None:
    assert a_mark("1", 1.0, 1.0).kind == "point"
    assert a_mark("1").kind == "region"
    assert a_mark("1", low_hz=0.0, high_hz=1.0).kind == "box"


def test_a_book_is_never_changed_only_replaced() -> None:
    empty = MarkBook()
    two = empty.add(a_mark("b", 3.0, 4.0), a_mark("a"))
    assert [mark.id for mark in two] == ["a", "b"]
    later = two.change(moved(two.marks[0], start_s=5.0, end_s=5.0))
    assert [(mark.id, mark.start_s) for mark in later] == [("b", 3.0), ("a", 5.0)]
    assert (len(empty), len(two), len(later.remove("a", "b"))) == (0, 2, 0)
    with pytest.raises(ValueError, match="there already"):
        two.add(a_mark("a"))
    with pytest.raises(KeyError):
        two.remove("c")


steps = st.lists(
    st.tuples(st.sampled_from(["add", "change", "remove", "undo", "redo"]), st.floats(0, 100)), max_size=30
)


@settings(max_examples=25)
@given(steps)
def test_any_way_through_the_history_is_replayed_by_its_records(moves: list[tuple[str, float]]) -> None:
    """Undoing everything gives the beginning, redoing it the end; the log's rows lead to the same marks."""
    history, records = History(), []
    for number, (what, time_s) in enumerate(moves):
        first = history.book.marks[:1]
        if what == "undo":
            records += [history.done[-1].inverse().to_json("undo")] if history.done else []
            history = history.undo()
            continue
        if what == "redo":
            records += [history.undone[-1].to_json("redo")] if history.undone else []
            history = history.redo()
            continue
        after = (a_mark(f"m{number}", time_s, time_s),) if what == "add" else ()
        if what == "change":
            after = tuple(moved(mark, start_s=time_s, end_s=time_s + 1) for mark in first)
        command = Command(words=what, before=() if what == "add" else first, after=after)
        history = history.do(command)
        records.append(command.to_json())
    assert replay(json.loads(json.dumps(records))) == history.book
    ended, back = history, history
    while back.done:
        back = back.undo()
    assert back.book == MarkBook()
    for _ in ended.done:
        back = back.redo()
    assert back.book == ended.book


def test_notes_that_say_nothing_are_refused() -> None:
    with pytest.raises(MarkError, match="needs a text"):
        write_note("  ")
    with pytest.raises(MarkError, match="playback chain"):
        write_note("Heard a click.", listening=Listening(chain=" ", level="65 dB", passes=1))
    note = write_note(" Heard a click. ", exhibit="Q1", position_s=2.5, author="A. Weber")
    assert Note.from_json(json.loads(json.dumps(note.to_json()))) == note
    assert note.text == "Heard a click."
