"""Whatever is changed in a case behind its back, checking it says what."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.case import Case, audit
from core.case.store import FILE_NAME
from core.foundation.errors import CaseError, IntegrityError

COLUMNS = ("sequence", "time", "who", "action", "payload", "previous", "hash")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with each kind of row; never changed, only copied."""
    folder = tmp_path_factory.mktemp("whole") / "case"
    case = Case.create(folder, number="7", examiner="Zoë")
    for content in (b"one", b"two"):
        path = folder.parent / f"{content.decode()}.wav"
        path.write_bytes(content)
        case.add(path)
    run = {"analysis": {"recordings": [{"sha256": case.exhibit("Q1").sha256}]}}
    case.record_run("Q1", run)
    case.add_report("7/R1", b"%PDF")
    case.record("note", {"text": "listened – twice"})
    assert case.verify() == []
    return folder


@pytest.fixture
def case(whole: Path, tmp_path: Path) -> Case:
    shutil.copytree(whole, tmp_path / "case")
    return Case.open(tmp_path / "case")


def codes(case: Case) -> set[tuple[str, str]]:
    return {(problem.code, problem.subject) for problem in case.verify()}


def edit(folder: Path, *statements: str, values: tuple = ()) -> None:
    """Change the database as somebody would who takes the triggers away first."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as db, db:
        for name in ("log_update", "log_delete", "log_insert"):
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement, values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET who = 'x' WHERE sequence = 1",
        "DELETE FROM log WHERE sequence = 6",
        "REPLACE INTO log SELECT sequence, time, 'x', action, payload, previous, hash FROM log WHERE sequence = 2",
        "INSERT INTO log SELECT 99, time, who, action, payload, previous, hash FROM log WHERE sequence = 2",
    ],
)
def test_the_database_itself_refuses_to_change_rows(case: Case, statement: str) -> None:
    with closing(sqlite3.connect(case.folder / FILE_NAME)) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.integers(0, 6), column=st.sampled_from(COLUMNS[1:]), data=st.data())
def test_any_edited_byte_of_any_row_breaks_the_chain(whole: Path, row: int, column: str, data: st.DataObject) -> None:
    entries = Case.open(whole).log()
    old = getattr(entries[row], column).encode()
    place = data.draw(st.integers(0, len(old) - 1))
    new = bytearray(old)
    new[place] ^= data.draw(st.integers(1, 255))
    values = {name: getattr(entries[row], name) for name in COLUMNS}
    values[column] = bytes(new).decode("utf-8", "surrogateescape")
    entries[row] = audit.LogEntry(**values)
    subjects = {problem.subject for problem in audit.check(entries, len(entries))}
    assert f"log row {row + 1}" in subjects


@pytest.mark.parametrize("column", COLUMNS[1:])
@pytest.mark.parametrize("raw", ["CAST(x'C3' AS TEXT)", "'x'", "''"])
def test_an_edit_in_the_file_is_named(case: Case, column: str, raw: str) -> None:
    edit(case.folder, f"UPDATE log SET {column} = {raw} WHERE sequence = 3")
    assert ("EV-008", "log row 3") in {(p.code, p.subject) for p in case.verify()}


def test_a_renumbered_row_is_named(case: Case) -> None:
    edit(case.folder, "UPDATE log SET sequence = 60 WHERE sequence = 6")
    assert ("EV-008", "log row 60") in codes(case)


def test_a_row_taken_out_is_named(case: Case) -> None:
    edit(case.folder, "DELETE FROM log WHERE sequence = 4")
    assert ("EV-008", "log row 5") in codes(case)


def test_rows_cut_off_the_end_are_noticed(case: Case) -> None:
    edit(case.folder, "DELETE FROM log WHERE sequence >= 4")
    found = codes(case)
    assert ("EV-008", "log row 7") in found
    assert ("EV-009", "runs/R1.json") in found
    assert ("EV-009", "reports/001-7-R1.pdf") in found


def test_a_row_whose_hash_was_made_anew_breaks_the_next(case: Case) -> None:
    old = case.log()[2]
    new = dataclasses.replace(old, who="x")
    edit(case.folder, "UPDATE log SET who = 'x', hash = ? WHERE sequence = 3", values=(new.computed_hash(),))
    assert {subject for _, subject in codes(case)} == {"log row 4"}


def test_nothing_is_chained_to_a_changed_row(case: Case) -> None:
    last = len(case.log())
    edit(case.folder, f"UPDATE log SET who = 'x' WHERE sequence = {last}")
    with pytest.raises(IntegrityError) as caught:
        case.record("note", {})
    assert caught.value.code == "EV-008"
    assert len(case.log()) == last


@pytest.mark.parametrize("payload", ["", "[]", "{}", "{"])
def test_an_exhibits_row_that_was_changed_stops_work(case: Case, payload: str) -> None:
    edit(case.folder, f"UPDATE log SET payload = '{payload}' WHERE sequence = 2")
    with pytest.raises(IntegrityError) as caught:
        case.exhibits()
    assert caught.value.code == "EV-008"
    assert ("EV-008", "log row 2") in codes(case)


def kept(case: Case, kind: str) -> Path:
    return {
        "evidence": case.working_copy("Q1"),
        "run": case.folder / case.runs()[0].file,
        "report": case.folder / case.reports()[0].file,
    }[kind]


EXPECTED = {
    "evidence": ("EV-003", "EV-001", "exhibit Q1"),
    "run": ("EV-006", "EV-006", "run R1"),
    "report": ("EV-007", "EV-007", "report 7/R1"),
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_one_changed_byte_in_a_file_is_found(case: Case, kind: str) -> None:
    path = kept(case, kind)
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert codes(case) == {(EXPECTED[kind][0], EXPECTED[kind][2])}


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_missing_file_is_found(case: Case, kind: str) -> None:
    kept(case, kind).unlink()
    assert codes(case) == {(EXPECTED[kind][1], EXPECTED[kind][2])}


@pytest.mark.parametrize("folder", ["evidence", "runs", "reports"])
def test_a_file_nobody_added_is_found(case: Case, folder: str) -> None:
    (case.folder / folder / "planted.wav").write_bytes(b"x")
    assert codes(case) == {("EV-009", f"{folder}/planted.wav")}


def test_a_changed_run_is_not_used(case: Case) -> None:
    path = kept(case, "run")
    path.chmod(0o600)
    path.write_text("{}")
    with pytest.raises(IntegrityError) as caught:
        case.load_run("R1")
    assert caught.value.code == "EV-006"


def test_a_changed_working_copy_is_not_reused_for_the_same_bytes(case: Case, tmp_path: Path) -> None:
    copy = case.working_copy("Q1")
    copy.chmod(0o600)
    copy.write_bytes(b"other")
    again = tmp_path / "one.wav"
    again.write_bytes(b"one")
    with pytest.raises(IntegrityError) as caught:
        case.add(again)
    assert caught.value.code == "EV-003"


def test_a_check_that_finds_something_is_logged_unless_the_chain_is_broken(case: Case) -> None:
    (case.folder / "runs" / "planted.json").write_text("{}")
    case.verify()
    assert case.log()[-1].data["problems"][0]["code"] == "EV-009"
    rows = len(case.log())
    edit(case.folder, "UPDATE log SET who = 'x' WHERE sequence = 1")
    case.verify()
    assert len(case.log()) == rows


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_a_flipped_byte_in_the_database_never_ends_in_a_traceback(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, place: float, change: int
) -> None:
    folder = tmp_path_factory.mktemp("flip") / "case"
    shutil.copytree(whole, folder)
    path = folder / FILE_NAME
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= change
    path.write_bytes(content)
    with contextlib.suppress(CaseError):
        Case.open(folder).verify()
