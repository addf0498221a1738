"""A file that changes or vanishes while it is open is told once, and marked in the list of exhibits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers.waiting import until

from app.context import AppContext
from app.services.file_watch import FileWatch
from app.viewmodels.exhibits import ExhibitsModel, Role


@pytest.mark.parametrize(
    ("harm", "code", "words"),
    [
        (lambda path: path.unlink(), "IN-012", "its file is gone · not examined"),
        (lambda path: path.write_bytes(b"other"), "IN-007", "its file has changed since · not examined"),
    ],
)
def test_a_lost_or_changed_file_is_marked(context: AppContext, wav, messages, harm, code, words) -> None:
    path: Path = wav()
    rows = ExhibitsModel(context.session)
    context.workbench.open([path])
    assert context.jobs.settle()
    assert rows.index(0, 0).data(Role.STATE_TEXT) == "not examined"
    harm(path)
    until(lambda: messages)
    assert [message.code for message in messages] == [code]
    assert rows.index(0, 0).data(Role.STATE_TEXT) == words
    assert rows.index(0, 0).data(Role.STATE) == "failed"


def test_what_is_found_late_is_not_said_of_another_recording_with_the_id(context: AppContext, wav, messages) -> None:
    context.workbench.open([wav("one.wav"), wav("two.wav")])
    assert context.jobs.settle()
    one, two = context.session.exhibits
    watch = FileWatch(context.session, context.jobs, context.errors)
    watch._tell(replace(two, id=one.id), RuntimeError())
    assert (context.session.exhibits[0].file_trouble, messages) == ("", [])
    watch._tell(one, RuntimeError())
    assert context.session.exhibits[0].file_trouble == "SY-001"
