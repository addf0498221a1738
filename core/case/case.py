"""A case: one folder with evidence, runs, reports and the log of everything that was done."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from core.case import audit, bundle, checking, errors, evidence, exhibit
from core.case.audit import LogEntry, timestamp, utc_now
from core.case.exhibit import ADDED, RAN, REPORTED, Exhibit, Report, Role, Run
from core.case.problem import Problem
from core.case.store import Store, make_folders, undo_folders
from core.foundation.hashing import canonical_json, sha256_file
from core.foundation.progress import SILENT, Progress

CREATED, CHECKED, EXPORTED, MIGRATED = "case created", "case checked", "bundle exported", "case migrated"

Clock = Callable[[], datetime]


class Case:
    """An open case. Holds no files open; may be used from any thread."""

    def __init__(self, folder: Path, *, who: str = "", clock: Clock = utc_now):
        self.folder = folder
        self._store = Store(folder)
        self._clock = clock
        created = self._created()
        self.number: str = created["number"]
        """The laboratory's number of the case."""
        self.examiner: str = created["examiner"]
        """Who opened the case."""
        self.who = who or self.examiner
        """In whose name the log is written."""

    @classmethod
    def create(cls, folder: Path, *, number: str, examiner: str, clock: Clock = utc_now) -> Case:
        """Make a new case in a folder that is empty or does not exist.

        Raises:
            CaseError: not empty (CA-002); cannot be written (CA-004, CA-005, CA-013); no number or name (CA-008).
        """
        folder = Path(folder)
        number, examiner = number.strip(), examiner.strip()
        if not number or not examiner:
            raise errors.refused("A case needs a number and the examiner's name.", "Give both.")
        made = make_folders(folder)
        try:
            store = Store(folder)
            store.create()
            with store.write() as db:
                audit.append(db, timestamp(clock()), examiner, CREATED, {"number": number, "examiner": examiner})
        except BaseException as error:
            undo_folders(folder, made)
            if isinstance(error, OSError):
                raise errors.from_os(error, folder) from error
            raise
        return cls(folder, clock=clock)

    @classmethod
    def open(cls, folder: Path, *, who: str = "", clock: Clock = utc_now) -> Case:
        """Open a case that is there; an older one is brought to the present form first.

        Raises:
            CaseError: not a case (CA-001), newer (CA-003), damaged (CA-010).
        """
        folder = Path(folder)
        store = Store(folder)
        store.check()
        found = 0 if store.read_only else store.migrate()
        case = cls(folder, who=who, clock=clock)
        if found and found != store.check():
            case.record(MIGRATED, {"from": found, "to": store.check()})
        return case

    @property
    def read_only(self) -> bool:
        """Whether the folder cannot be written; such a case can be read, checked and exported."""
        return self._store.read_only

    def add(
        self, path: Path, exhibit_id: str | None = None, role: Role = "questioned", progress: Progress = SILENT
    ) -> Exhibit:
        """Take a file in: copied, hashed while copying, the copy read back and compared, then named in the log.

        Args:
            path: The file as received; only read.
            exhibit_id: E.g. `Q1`; the next free number if left out.
            role: `questioned` or `known`.
            progress: Told of the copying.

        Raises:
            CaseError: unreadable (CA-009), id taken (CA-008), read-only, full or locked (CA-004, CA-005, CA-006).
            IntegrityError: the copy is not the file (EV-003, EV-004, EV-005). Nothing is added then.
        """
        path = Path(path)
        exhibit.check_role(role)
        self._require_writable()
        exhibit.choose_id(exhibit_id, role, self.exhibits())
        evidence.sweep(self.folder / "evidence")
        with evidence.take_in(path, self.folder / "evidence", progress) as intake:
            with self._writing() as db:
                known = exhibit.exhibits_of(audit.read(db, ADDED))
                added = Exhibit(
                    id=exhibit.choose_id(exhibit_id, role, known),
                    role=role,
                    name=exhibit.as_text(path.name),
                    received_path=exhibit.as_text(str(path.absolute())),
                    size_bytes=intake.size_bytes,
                    sha256=intake.sha256,
                    evidence=f"evidence/{intake.final.name}",
                    added_at=timestamp(self._clock()),
                    notices=exhibit.same_bytes(intake.sha256, known),
                )
                intake.place()
                audit.append(db, added.added_at, self.who, ADDED, exhibit.payload_of(added))
            intake.keep()
        return added

    def exhibits(self) -> list[Exhibit]:
        """All exhibits in the order in which they were added."""
        return exhibit.exhibits_of(self.log(ADDED))

    def exhibit(self, exhibit_id: str) -> Exhibit:
        """The exhibit of that id, in capitals or not.

        Raises:
            CaseError: there is none (CA-007).
        """
        known = self.exhibits()
        for found in known:
            if found.id.casefold() == exhibit_id.casefold():
                return found
        raise errors.unknown_exhibit(exhibit_id, [other.id for other in known])

    def working_copy(self, exhibit_id: str) -> Path:
        """The file to examine. Whoever opens it computes its hash; `record_run` compares that with the intake's.

        Raises:
            IntegrityError: it is not there (EV-001).
        """
        wanted = self.exhibit(exhibit_id)
        path = self.folder / wanted.evidence
        if not path.is_file():
            raise errors.evidence_missing(wanted.id, path.name)
        return path

    def verified_copy(self, exhibit_id: str, progress: Progress = SILENT) -> Path:
        """The file to examine, after its bytes were compared with those taken in.

        Raises:
            IntegrityError: it is not there (EV-001), or its bytes changed since intake (EV-003).
        """
        path, stored = self.working_copy(exhibit_id), self.exhibit(exhibit_id).sha256
        found = sha256_file(path, progress)
        if found != stored:
            raise errors.evidence_changed(exhibit_id, stored, found)
        return path

    def record_run(self, exhibit_id: str, run: Mapping[str, Any]) -> str:
        """Keep the record of one examination (`auditrace.run/1`) and return its id, e.g. `R1`.

        Raises:
            IntegrityError: it was made on other bytes than the exhibit's (EV-010).
            CaseError: cannot be written (CA-004, CA-005, CA-006); is no such record or holds NaN (CA-011).
        """
        examined = self.exhibit(exhibit_id)
        content = _run_content(examined, run)
        with self._writing() as db:
            run_id = f"R{len(audit.read(db, RAN)) + 1}"
            facts = {"id": run_id, "exhibit_id": examined.id, "plan_sha256": run.get("plan_sha256", "")}
            self._keep(db, f"runs/{run_id}.json", content, RAN, facts)
        return run_id

    def runs(self, exhibit_id: str | None = None) -> list[Run]:
        """All runs in order, or those of one exhibit."""
        wanted = self.exhibit(exhibit_id).id if exhibit_id else None
        return [run for run in exhibit.runs_of(self.log(RAN)) if wanted in (None, run.exhibit_id)]

    def load_run(self, run_id: str) -> dict[str, Any]:
        """The record of a run.

        Raises:
            IntegrityError: it is missing or was changed (EV-006).
            CaseError: there is none of that id (CA-011).
        """
        for run in self.runs():
            if run.id == run_id:
                return json.loads(checking.read_kept(self.folder / run.file, f"run {run.id}", run.sha256))
        raise errors.no_run(run_id)

    def add_report(self, report_id: str, content: bytes, facts: Mapping[str, Any] | None = None) -> Report:
        """Keep a copy of a report that was written, and name it in the log.

        Raises:
            CaseError: cannot be written (CA-004, CA-005, CA-006).
        """
        name = "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in report_id)
        with self._writing() as db:
            file = f"reports/{len(audit.read(db, REPORTED)) + 1:03d}-{name}.pdf"
            entry = self._keep(db, file, content, REPORTED, {"id": report_id, **(facts or {})})
        return exhibit.reports_of([entry])[0]

    def reports(self) -> list[Report]:
        """All reports that were written, in order."""
        return exhibit.reports_of(self.log(REPORTED))

    def record(self, action: str, payload: Mapping[str, Any]) -> LogEntry:
        """Add a row to the log: something a person did or a method produced."""
        with self._writing() as db:
            return audit.append(db, timestamp(self._clock()), self.who, action, dict(payload))

    def log(self, action: str | None = None) -> list[LogEntry]:
        """All rows of the log in order, or those of one action."""
        with self._store.read() as db:
            return audit.read(db, action)

    def verify(self, progress: Progress = SILENT, *, record: bool = True) -> list[Problem]:
        """Check the log's chain and the hash of every working copy, run and report; nothing found: an empty list.

        Args:
            progress: Told of the hashing.
            record: Whether the check becomes a row of the log (never on a broken chain or a read-only case).
        """
        outcome = checking.check_case(self.folder, self._store, progress)
        if record and outcome.chain_whole and not self.read_only:
            self.record(CHECKED, outcome.payload())
        return list(outcome.problems)

    def export(self, path: Path, progress: Progress = SILENT) -> Path:
        """Write the whole case as one zip file with a list of the SHA-256 of all its files.

        Raises:
            CaseError: the file cannot be written (CA-004, CA-005, CA-013).
        """
        digest = bundle.write(self.folder, self._store, Path(path), progress)
        if not self.read_only:
            self.record(EXPORTED, {"file_name": exhibit.as_text(Path(path).name), "sha256": digest})
        return Path(path)

    def _created(self) -> dict[str, Any]:
        entries = self.log(CREATED)
        if not entries or not {"number", "examiner"} <= entries[0].data.keys():
            raise errors.changed_row(1)
        return entries[0].data

    def _keep(
        self, db: sqlite3.Connection, file: str, content: bytes, action: str, facts: Mapping[str, Any]
    ) -> LogEntry:
        """Write a file of the case and the row that names it; without the row there is no file."""
        path = self.folder / file
        payload = {**facts, "file": file, "sha256": hashlib.sha256(content).hexdigest()}
        evidence.write_new(path, content)
        try:
            return audit.append(db, timestamp(self._clock()), self.who, action, payload)
        except BaseException:
            evidence.remove(path)
            raise

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A write transaction in which failed writes of files become messages."""
        try:
            with self._store.write() as db:
                yield db
        except OSError as error:
            raise errors.from_os(error, self.folder) from error

    def _require_writable(self) -> None:
        if self.read_only:
            raise errors.read_only(self.folder)


def _run_content(examined: Exhibit, run: Mapping[str, Any]) -> bytes:
    """The bytes of a run's file, after a look whether it is a run of this exhibit."""
    try:
        content = canonical_json(dict(run))
        found = run["analysis"]["recordings"][0]["sha256"]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise errors.no_run_record(examined.id, error) from error
    if found != examined.sha256:
        raise errors.other_recording(examined.id, examined.sha256, found)
    return content
