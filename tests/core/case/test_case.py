"""A case keeps what was given to it, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
import stat
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from helpers.stopping import StopAfter

from core.case import Case, evidence, store
from core.case.store import FILE_NAME, MIGRATIONS
from core.foundation.errors import CaseError, IntegrityError
from core.foundation.progress import SILENT, Cancelled

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Clock:
    """A minute later at each look, starting on the hour."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create(tmp_path / "Fälle 2026" / "case 1", number="2026-114", examiner="Jörg Müßig", clock=Clock())


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "Anruf von Ämilie.WAV"
    path.write_bytes(CONTENT)
    return path


def run_of(sha256: str, score: float = 1.25) -> dict:
    return {
        "schema": "auditrace.run/1",
        "plan_sha256": "p",
        "analysis": {"recordings": [{"sha256": sha256, "s": score}]},
    }


def code_of(call, *args, **options) -> str:
    with pytest.raises(CaseError) as caught:
        call(*args, **options)
    assert caught.value.do
    return caught.value.code


def files_in(case: Case) -> set[str]:
    return {p.relative_to(case.folder).as_posix() for p in case.folder.rglob("*") if p.is_file()} - {FILE_NAME}


def test_a_new_case_has_its_folders_and_its_first_row(case: Case) -> None:
    assert {path.name for path in case.folder.iterdir()} == {FILE_NAME, "evidence", "derived", "runs", "reports"}
    (first,) = case.log()
    assert (first.sequence, first.who, first.action) == (1, "Jörg Müßig", "case created")
    assert first.time == "2026-11-21T09:01:00.000+00:00"
    assert first.data == {"number": "2026-114", "examiner": "Jörg Müßig"}


def test_a_case_is_the_same_after_opening_it_again(case: Case, original: Path) -> None:
    added = case.add(original)
    again = Case.open(case.folder)
    assert (again.number, again.examiner) == ("2026-114", "Jörg Müßig")
    assert again.exhibits() == [added]
    assert again.log() == case.log()


def test_the_working_copy_has_the_bytes_received_and_is_read_only(case: Case, original: Path) -> None:
    added = case.add(original)
    copy = case.working_copy("q1")
    assert copy.read_bytes() == CONTENT
    assert copy.name == f"{SHA256}.wav"
    assert stat.S_IMODE(copy.stat().st_mode) & 0o222 == 0
    assert (added.name, added.size_bytes, added.sha256) == (original.name, len(CONTENT), SHA256)
    assert original.read_bytes() == CONTENT


def test_ids_are_proposed_by_role_and_fill_no_gap(case: Case, original: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.wav"
    other.write_bytes(b"other")
    assert case.add(original).id == "Q1"
    assert case.add(other, exhibit_id="Q7").id == "Q7"
    assert case.add(other, role="known").id == "K1"
    assert case.add(other).id == "Q8"


@pytest.mark.parametrize("wanted", ["Q1", "q1", "", " ", "../Q2", "Q 2", "x" * 33])
def test_an_id_that_is_taken_or_unusable_is_refused(case: Case, original: Path, wanted: str) -> None:
    case.add(original)
    assert code_of(case.add, original, exhibit_id=wanted) == "CA-008"
    assert len(case.exhibits()) == 1


def test_the_same_bytes_again_are_added_with_a_notice(case: Case, original: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin.wav"
    twin.write_bytes(CONTENT)
    assert case.add(original).notices == ()
    (notice,) = case.add(twin).notices
    assert notice.code == "EV-011"
    assert "Q1" in notice.message
    assert len(list((case.folder / "evidence").iterdir())) == 1


@pytest.mark.parametrize("stop_at", range(5))
def test_a_cancelled_copy_leaves_nothing(case: Case, tmp_path: Path, monkeypatch, stop_at: int) -> None:
    monkeypatch.setattr(evidence, "BLOCK_BYTES", 1000)
    original = tmp_path / "long.wav"
    original.write_bytes(CONTENT[:3500])
    before = files_in(case)
    with pytest.raises(Cancelled):
        case.add(original, progress=StopAfter(stop_at))
    assert files_in(case) == before
    assert case.exhibits() == []
    assert case.verify() == []


def failing_replace(monkeypatch, number: int) -> None:
    def fail(self: Path, target: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", fail)


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "CA-005"), (errno.EROFS, "CA-004"), (errno.EIO, "CA-013")])
def test_a_drive_that_fails_adds_nothing(case: Case, original: Path, monkeypatch, number: int, code: str) -> None:
    before = files_in(case)
    with monkeypatch.context() as patch:
        failing_replace(patch, number)
        assert code_of(case.add, original) == code
    assert files_in(case) == before
    assert case.exhibits() == []
    case.add(original)
    assert case.verify() == []


def test_a_row_that_cannot_be_written_takes_its_file_back(case: Case, original: Path, monkeypatch) -> None:
    case.add(original)
    before = files_in(case)

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr("core.case.audit.append", fail)
        other = original.with_name("other.wav")
        other.write_bytes(b"other")
        assert code_of(case.add, other) == "CA-010"
        assert code_of(case.record_run, "Q1", run_of(SHA256)) == "CA-010"
    assert files_in(case) == before
    assert case.verify() == []


def test_a_file_that_changes_while_it_is_copied_is_not_added(case: Case, original: Path, monkeypatch) -> None:
    states = iter([(1, 1), (2, 2)])
    monkeypatch.setattr(evidence, "_state", lambda source: next(states))
    assert code_of(case.add, original) == "EV-005"
    assert case.exhibits() == []


def test_a_copy_that_reads_back_differently_is_not_added(case: Case, original: Path, monkeypatch) -> None:
    monkeypatch.setattr(evidence, "sha256_file", lambda path, progress=SILENT: "0" * 64)
    assert code_of(case.add, original) == "EV-004"
    assert files_in(case) == set()


@pytest.mark.parametrize("name", ["none.wav", "folder"])
def test_what_is_no_readable_file_is_refused(case: Case, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    assert code_of(case.add, tmp_path / name) == "CA-009"


def test_a_copy_left_by_a_killed_program_is_removed_later(case: Case, original: Path) -> None:
    left = case.folder / "evidence" / "dead.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    assert case.verify() == []
    case.add(original)
    assert not left.exists()


def test_runs_are_kept_as_they_were_given(case: Case, original: Path) -> None:
    case.add(original)
    case.add(original)
    assert case.record_run("Q1", run_of(SHA256, 0.1)) == "R1"
    assert case.record_run("q2", run_of(SHA256, 0.2)) == "R2"
    assert case.load_run("R2") == run_of(SHA256, 0.2)
    assert [run.id for run in case.runs("Q2")] == ["R2"]
    stored = case.folder / case.runs()[0].file
    assert hashlib.sha256(stored.read_bytes()).hexdigest() == case.runs()[0].sha256
    assert json.loads(stored.read_text()) == run_of(SHA256, 0.1)


def test_a_run_on_other_bytes_is_refused(case: Case, original: Path) -> None:
    case.add(original)
    assert code_of(case.record_run, "Q1", run_of("0" * 64)) == "EV-010"
    assert code_of(case.record_run, "Q1", run_of(SHA256, float("nan"))) == "CA-011"
    assert code_of(case.record_run, "Q1", {"schema": ""}) == "CA-011"
    assert code_of(case.record_run, "Q9", run_of(SHA256)) == "CA-007"
    assert code_of(case.load_run, "R1") == "CA-012"
    assert case.runs() == []


def test_reports_are_kept_with_their_hash(case: Case) -> None:
    kept = case.add_report("2026/114 R1", b"%PDF", {"template": "full"})
    assert case.reports() == [kept]
    assert (case.folder / kept.file).read_bytes() == b"%PDF"
    assert kept.sha256 == hashlib.sha256(b"%PDF").hexdigest()
    assert case.log()[-1].data["template"] == "full"


def test_creating_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    assert code_of(Case.create, tmp_path, number="1", examiner="A") == "CA-002"
    assert code_of(Case.create, tmp_path / "note.txt", number="1", examiner="A") == "CA-002"
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_creating_needs_number_and_examiner(tmp_path: Path) -> None:
    assert code_of(Case.create, tmp_path / "c", number=" ", examiner="A") == "CA-008"
    assert not (tmp_path / "c").exists()


def test_a_creation_that_fails_leaves_no_folder(tmp_path: Path, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("core.case.audit.append", fail)
    assert code_of(Case.create, tmp_path / "a" / "b", number="1", examiner="A") == "CA-005"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, b"", b"text", b"SQLite format 3\x00" + bytes(100)])
def test_what_is_no_case_is_not_opened(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)
    assert code_of(Case.open, tmp_path) == "CA-001"


def test_another_programs_database_is_no_case(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.execute("CREATE TABLE log (x)")
    assert code_of(Case.open, tmp_path) == "CA-001"


def test_a_case_of_a_newer_program_is_not_touched(case: Case) -> None:
    with closing(sqlite3.connect(case.folder / FILE_NAME)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    assert code_of(Case.open, case.folder) == "CA-003"


def test_an_older_case_is_migrated_with_a_copy_and_a_row(case: Case, original: Path, monkeypatch) -> None:
    case.add(original)
    monkeypatch.setattr(store, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE later (x);"))
    again = Case.open(case.folder)
    assert again.log()[-1].data == {"from": len(MIGRATIONS), "to": len(MIGRATIONS) + 1}
    assert (case.folder / f"case.v{len(MIGRATIONS)}.sqlite").is_file()
    assert [exhibit.id for exhibit in again.exhibits()] == ["Q1"]
    assert again.verify() == []


def test_a_migration_that_fails_changes_nothing(case: Case, monkeypatch) -> None:
    monkeypatch.setattr(store, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE later (x); SELECT nonsense;"))
    assert code_of(Case.open, case.folder) == "CA-010"
    monkeypatch.undo()
    assert len(Case.open(case.folder).log()) == 1


def test_a_case_another_program_writes_to_says_so(case: Case, original: Path, monkeypatch) -> None:
    monkeypatch.setattr(store, "BUSY_TIMEOUT_S", 0.05)
    with closing(sqlite3.connect(case.folder / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert code_of(case.add, original) == "CA-006"
        assert case.exhibits() == []
    assert files_in(case) <= {"case.sqlite-wal", "case.sqlite-shm"}
    case.add(original)


def test_a_read_only_case_is_read_and_checked_but_not_changed(
    case: Case, original: Path, tmp_path, monkeypatch
) -> None:
    case.add(original)
    rows = len(case.log())
    monkeypatch.setattr(store.os, "access", lambda path, mode: False)
    again = Case.open(case.folder)
    assert again.read_only
    assert again.verify() == []
    assert len(again.log()) == rows
    assert code_of(again.add, original) == "CA-004"
    assert code_of(again.record, "note", {}) == "CA-004"
    assert again.export(tmp_path / "bundle.zip").is_file()


def test_checking_becomes_a_row_with_the_hashes(case: Case, original: Path) -> None:
    case.add(original)
    assert case.verify() == []
    last = case.log()[-1]
    assert last.action == "case checked"
    assert last.data["files"] == [{"subject": "exhibit Q1", "sha256": SHA256}]
    assert last.data["problems"] == []


def test_a_bundle_is_a_case_again(case: Case, original: Path, tmp_path: Path) -> None:
    case.add(original)
    case.record_run("Q1", run_of(SHA256))
    bundle = case.export(tmp_path / "bundle.zip")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "reports").mkdir(exist_ok=True)
    elsewhere = Case.open(tmp_path / "elsewhere")
    assert elsewhere.verify() == []
    assert elsewhere.load_run("R1") == run_of(SHA256)
    sums = (tmp_path / "elsewhere" / "SHA256SUMS").read_text().splitlines()
    for line in sums:
        digest, name = line.split("  ")
        if name != FILE_NAME:
            assert hashlib.sha256((tmp_path / "elsewhere" / name).read_bytes()).hexdigest() == digest
    assert case.log()[-1].data["sha256"] == hashlib.sha256(bundle.read_bytes()).hexdigest()


def test_a_bundle_that_cannot_be_written_leaves_no_file(case: Case, tmp_path: Path, monkeypatch) -> None:
    failing_replace(monkeypatch, errno.ENOSPC)
    assert code_of(case.export, tmp_path / "bundle.zip") == "CA-005"
    assert {path.name for path in tmp_path.iterdir()} == {"Fälle 2026"}


def test_a_missing_working_copy_stops_work_on_it(case: Case, original: Path) -> None:
    case.add(original)
    case.working_copy("Q1").unlink()
    with pytest.raises(IntegrityError) as caught:
        case.working_copy("Q1")
    assert caught.value.code == "EV-001"
