"""Errors become messages in the examiner's words; nothing is a bare traceback."""

from __future__ import annotations

import sys

import pytest

from app.services.errors import ErrorPresenter, Message
from app.services.reception import note_of
from core.foundation.errors import AudioError, IntegrityError


@pytest.fixture
def presented(qapp):
    presenter, seen = ErrorPresenter(), []
    presenter.presented.connect(seen.append)
    return presenter, seen


def test_a_core_error_is_shown_in_its_own_words(presented) -> None:
    presenter, seen = presented
    presenter.present(AudioError("IN-004", "No sound.", do="Choose another file.", facts={"path": "x"}), "clip.wav")
    message: Message = seen[0]
    assert message.text == "clip.wav: No sound. Choose another file."
    assert (message.code, message.level) == ("IN-004", "caution")
    assert "path: x" in message.details


def test_the_file_is_not_named_twice(presented) -> None:
    presenter, seen = presented
    presenter.present(AudioError("IN-004", "clip.wav holds no sound."), "clip.wav")
    assert seen[0].text == "clip.wav holds no sound."


def test_a_broken_hash_is_the_gravest(presented) -> None:
    presenter, seen = presented
    presenter.present(IntegrityError("EV-003", "The file changed."))
    assert seen[0].level == "bad"


def test_anything_else_is_unexpected_and_can_be_copied(presented) -> None:
    presenter, seen = presented
    try:
        raise KeyError("lost")
    except KeyError as error:
        presenter.present(error)
    message: Message = seen[0]
    assert message.code == "SY-001"
    assert "Traceback" not in message.text
    assert "Traceback" in message.details
    assert "KeyError: 'lost'" in message.details
    assert "torch" in message.details


def test_several_failures_are_one_message_the_gravest_first(presented) -> None:
    presenter, seen = presented
    failures = [(AudioError("IN-005", f"{n}.wav has zero bytes."), f"{n}.wav") for n in range(6)]
    presenter.present_all([*failures, (IntegrityError("EV-003", "Q1 changed."), "Q1")], "files could not be opened")
    (message,) = seen
    assert message.text.startswith("7 files could not be opened. Q1 changed. 0.wav has zero bytes.")
    assert message.text.endswith("And 2 more, which the details list.")
    assert (message.level, message.code) == ("bad", "EV-003, IN-005")
    assert all(f"{n}.wav has zero bytes" in message.details for n in range(6))
    presenter.present_all(failures[:1], "files could not be opened")
    assert seen[1].text == "0.wav has zero bytes."
    presenter.present_all([], "files could not be opened")
    assert len(seen) == 2


def test_an_internal_error_is_told_in_words_where_there_is_little_room(qapp) -> None:
    said = note_of(AttributeError("x"))
    assert said.startswith("Something unexpected happened inside the program (AttributeError).")
    assert "SY-001" in said


def test_the_excepthook_presents(presented, monkeypatch) -> None:
    presenter, seen = presented
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    presenter.install()
    error = RuntimeError("in a slot")
    sys.excepthook(RuntimeError, error, None)
    assert seen[0].code == "SY-001"
