"""Checking a case: the chain of the log, every file it names, and files that it does not name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.case import audit, errors
from core.case.audit import LogEntry
from core.case.evidence import PART_SUFFIX
from core.case.exhibit import ADDED, RAN, REPORTED
from core.case.problem import Problem
from core.case.store import Store
from core.foundation.errors import IntegrityError
from core.foundation.hashing import sha256_file
from core.foundation.progress import Progress, span


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that the log names."""

    subject: str
    file: str
    sha256: str
    code: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check looked at and what it found."""

    files: tuple[Kept, ...]
    problems: tuple[Problem, ...]
    head: LogEntry | None

    @property
    def chain_whole(self) -> bool:
        """Whether the log itself is as it was written."""
        return not any(problem.code in ("EV-008", "CA-010") for problem in self.problems)

    def payload(self) -> dict[str, Any]:
        """What the log keeps of the check."""
        return {
            "files": [{"subject": kept.subject, "sha256": kept.sha256} for kept in self.files],
            "log_rows": self.head.sequence if self.head else 0,
            "problems": [{"code": p.code, "subject": p.subject, "message": p.message} for p in self.problems],
        }


def check_case(folder: Path, store: Store, progress: Progress) -> Outcome:
    """Look at everything once."""
    with store.read() as db:
        entries, highest = audit.read(db), audit.highest_ever(db)
    problems = [*_database(store), *audit.check(entries, highest)]
    files = [kept for entry in entries for kept in _named_by(entry)]
    for number, kept in enumerate(files):
        part = span(progress, number / len(files), (number + 1) / len(files))
        problems += _file_problems(folder, kept, part)
    problems += _unnamed(folder, {kept.file for kept in files})
    return Outcome(tuple(files), tuple(problems), entries[-1] if entries else None)


def read_kept(path: Path, subject: str, sha256: str) -> bytes:
    """The bytes of a file that the log names.

    Raises:
        IntegrityError: missing, unreadable or changed (EV-006).
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise errors.kept_file_changed(subject, path.name, "") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise errors.kept_file_changed(subject, path.name, found)
    return content


def _named_by(entry: LogEntry) -> Iterator[Kept]:
    """The file a row names. A row that cannot be read is left out: the chain reports it."""
    try:
        data = entry.data
        if entry.action == ADDED:
            yield Kept(f"exhibit {data['id']}", str(data["evidence"]), str(data["sha256"]), "EV-003")
        elif entry.action == RAN:
            yield Kept(f"run {data['id']}", str(data["file"]), str(data["sha256"]), "EV-006")
        elif entry.action == REPORTED:
            yield Kept(f"report {data['id']}", str(data["file"]), str(data["sha256"]), "EV-007")
    except (IntegrityError, KeyError):
        return


def _database(store: Store) -> Iterator[Problem]:
    if damage := store.damage():
        yield Problem(code="CA-010", subject="case.sqlite", message=f"The case's database is damaged: {damage}.")


def _file_problems(folder: Path, kept: Kept, progress: Progress) -> Iterator[Problem]:
    missing = "EV-001" if kept.code == "EV-003" else kept.code
    try:
        found = sha256_file(folder / kept.file, progress)
    except FileNotFoundError:
        yield Problem(
            code=missing, subject=kept.subject, message=f"The file of {kept.subject} is missing: {kept.file}."
        )
    except OSError as error:
        message = f"The file of {kept.subject} cannot be read: {kept.file} ({error.strerror})."
        yield Problem(code=missing, subject=kept.subject, message=message)
    else:
        if found != kept.sha256:
            message = f"The file of {kept.subject} changed: stored SHA-256 {kept.sha256}, now {found} ({kept.file})."
            yield Problem(code=kept.code, subject=kept.subject, message=message)


def _unnamed(folder: Path, named: set[str]) -> Iterator[Problem]:
    for name in ("evidence", "runs", "reports"):
        for path in sorted((folder / name).rglob("*")):
            relative = path.relative_to(folder).as_posix()
            if path.is_file() and relative not in named and path.suffix != PART_SUFFIX:
                message = f"The log does not name the file {relative}."
                yield Problem(code="EV-009", subject=relative, message=message)
