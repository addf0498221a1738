"""Calls are made in order, one in a turn of the event loop."""

from __future__ import annotations

from itertools import pairwise

from helpers.waiting import until
from PySide6.QtCore import QObject, QTimer
from shiboken6 import delete

from app.widgets.turns import Turns


def test_other_events_come_between_two_calls(qapp) -> None:
    turns, owner, made = Turns(), QObject(), []
    between = QTimer(interval=0)
    between.timeout.connect(lambda: made.append("other"))
    between.start()
    for name in ("first", "second", "third"):
        turns.later(owner, lambda name=name: made.append(name))
    assert made == []
    until(lambda: "third" in made)
    places = [made.index(name) for name in ("first", "second", "third")]
    assert places == sorted(places)
    assert all("other" in made[before:after] for before, after in pairwise(places))


def test_a_call_for_what_is_gone_is_left_out_and_the_next_is_made(qapp) -> None:
    turns, gone, there, made = Turns(), QObject(), QObject(), []
    turns.later(gone, lambda: made.append("gone"))
    turns.later(there, lambda: made.append("there"))
    delete(gone)
    until(lambda: made != [])
    assert made == ["there"]


def test_a_call_may_ask_for_another(qapp) -> None:
    turns, owner, made = Turns(), QObject(), []
    turns.later(owner, lambda: turns.later(owner, lambda: made.append("second")))
    until(lambda: made == ["second"])
