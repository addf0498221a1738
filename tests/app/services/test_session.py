"""Ids are stable, order is that of asking, snapshots are replaced and announced."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.examine_data import memory_recording

from app.services.session import OpenCase, Session


def recording(name: str = "a.wav", level: float = 0.1):
    return memory_recording(np.full((1, 1000), level, np.float32), 8000, name)


@pytest.fixture
def session(qapp) -> Session:
    return Session()


def test_ids_count_up_and_are_never_given_twice(session: Session) -> None:
    assert [session.add(recording()).id for _ in range(3)] == ["Q1", "Q2", "Q3"]
    session.remove("Q3")
    assert session.add(recording()).id == "Q4"


def test_the_first_is_current_and_the_choice_of_the_user_stays(session: Session) -> None:
    session.add(recording("a"))
    session.add(recording("b", 0.2))
    assert session.current is session.get("Q1")
    session.select("Q2")
    session.add(recording("c", 0.3))
    assert session.current is session.get("Q2")


def test_what_cannot_be_opened_is_listed_but_is_no_recording(session: Session) -> None:
    session.add_unopened("Q1", "lost.wav", "It is not there.")
    session.add(recording("a"), "Q2", case_name="a")
    assert [listed.id for listed in session.listed] == ["Q1", "Q2"]
    assert [exhibit.id for exhibit in session.exhibits] == ["Q2"]
    assert session.current is None
    assert session.current_listed is session.get_listed("Q1")
    session.remove("Q1")
    assert session.current is session.get("Q2")


def test_numbers_beside_a_case_leave_the_cases_own_free(session: Session) -> None:
    session.set_case(OpenCase(folder=Path("case"), number="1", examiner="A"))
    session.add(recording("a"), "Q1", case_name="a")
    assert session.add(recording("b", 0.2)).id == "X1"


def test_update_replaces_the_snapshot(session: Session) -> None:
    before, changed = session.add(recording()), []
    session.changed.connect(changed.append)
    session.update(before.id, state="examining")
    after = session.get(before.id)
    assert before.state == "ready"
    assert after is not None
    assert after.state == "examining"
    assert changed == ["Q1"]


def test_update_of_a_removed_one_does_nothing(session: Session) -> None:
    session.add(recording())
    session.remove("Q1")
    session.update("Q1", state="failed")
    assert session.exhibits == ()


@pytest.mark.parametrize(("removed", "then"), [("Q1", "Q2"), ("Q2", "Q3"), ("Q3", "Q2")])
def test_removing_the_current_one_selects_its_neighbour(session: Session, removed: str, then: str) -> None:
    for _ in range(3):
        session.add(recording())
    session.select(removed)
    session.remove(removed)
    assert session.current is not None
    assert session.current.id == then


def test_removing_the_last_leaves_none(session: Session) -> None:
    session.add(recording())
    session.remove("Q1")
    assert session.current is None


def test_copies_are_found_by_hash(session: Session) -> None:
    first = session.add(recording("a", 0.1))
    session.add(recording("b", 0.2))
    third = session.add(recording("c", 0.1))
    assert [exhibit.id for exhibit in session.copies_of(third)] == [first.id]
