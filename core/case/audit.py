"""The append-only, hash-chained log: the one record of everything that was done in a case.

Exhibits, runs and reports have no tables of their own; they are read from the log, so that nothing can be said of them
that the chain does not protect. Cutting rows off the end cannot be seen from the chain alone: that is why every
report prints the hash of the last row it stands on, and why files that no row names count as a problem.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.case import errors
from core.case.problem import Problem
from core.foundation.hashing import canonical_json, sha256_value

FIRST_PREVIOUS = "0" * 64
"""What the first row has in place of the hash of a row before it."""

_COLUMNS = "sequence, time, who, action, payload, previous, hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One row of the log."""

    sequence: int
    """1, 2, 3 … without gap."""
    time: str
    """UTC, ISO 8601, milliseconds, by the clock of the computer that wrote the row."""
    who: str
    action: str
    payload: str
    """Canonical JSON."""
    previous: str
    """Hash of the row before."""
    hash: str
    """SHA-256 of the canonical JSON of all other fields."""

    @property
    def data(self) -> dict[str, Any]:
        """The payload as a value.

        Raises:
            IntegrityError: it is no JSON object, so the row was changed (EV-008).
        """
        try:
            value = json.loads(self.payload)
        except (TypeError, ValueError) as error:
            raise errors.changed_row(self.sequence) from error
        if not isinstance(value, dict):
            raise errors.changed_row(self.sequence)
        return value

    def computed_hash(self) -> str:
        """What `hash` must be. Empty where the row holds something that is no text, which no hash can match."""
        fields = [self.sequence, self.time, self.who, self.action, self.payload, self.previous]
        try:
            return sha256_value(fields)
        except (TypeError, ValueError):
            return ""


def utc_now() -> datetime:
    """The computer's clock; injected wherever a time is stored."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """`2026-11-21T10:17:00.123+00:00`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def append(db: sqlite3.Connection, time: str, who: str, action: str, payload: dict[str, Any]) -> LogEntry:
    """Add a row; the caller holds the write transaction.

    Raises:
        IntegrityError: the last row was changed, so nothing may be chained to it (EV-008).
        ValueError: the payload cannot be written as JSON without NaN.
    """
    last = last_row(db)
    if last and last.hash != last.computed_hash():
        raise errors.changed_row(last.sequence)
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, FIRST_PREVIOUS)
    text = canonical_json(payload).decode()
    row = LogEntry(sequence=sequence, time=time, who=who, action=action, payload=text, previous=previous, hash="")
    digest = row.computed_hash()
    db.execute(
        f"INSERT INTO log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (sequence, time, who, action, text, previous, digest),
    )
    return LogEntry(sequence=sequence, time=time, who=who, action=action, payload=text, previous=previous, hash=digest)


def read(db: sqlite3.Connection, action: str | None = None) -> list[LogEntry]:
    """All rows in order, or those of one action."""
    where, values = ("WHERE action = ?", (action,)) if action else ("", ())
    return [_entry(row) for row in db.execute(f"SELECT {_COLUMNS} FROM log {where} ORDER BY sequence", values)]


def last_row(db: sqlite3.Connection) -> LogEntry | None:
    """The newest row."""
    row = db.execute(f"SELECT {_COLUMNS} FROM log ORDER BY sequence DESC LIMIT 1").fetchone()
    return _entry(row) if row else None


def highest_ever(db: sqlite3.Connection) -> int:
    """The highest sequence number the database remembers to have given out."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'log'").fetchone()
    return row[0] if row else 0


def check(entries: list[LogEntry], highest: int) -> Iterator[Problem]:
    """Yield each row that is not as it was written.

    Args:
        entries: All rows in order.
        highest: The highest sequence number the database remembers to have given out.
    """
    previous, expected = FIRST_PREVIOUS, 1
    for entry in entries:
        if entry.sequence != expected:
            yield _broken(entry.sequence, f"Row {expected} of the log is missing before row {entry.sequence}.")
        elif entry.previous != previous:
            yield _broken(entry.sequence, f"Row {entry.sequence} of the log does not follow from row {expected - 1}.")
        if entry.hash != entry.computed_hash():
            yield _broken(entry.sequence, f"Row {entry.sequence} of the log was changed after it was written.")
        previous, expected = entry.hash, entry.sequence + 1
    if expected <= highest:
        yield _broken(highest, f"Rows {expected} to {highest} were cut off the end of the log.")


def _entry(row: tuple) -> LogEntry:
    return LogEntry(**dict(zip(_COLUMNS.split(", "), row, strict=True)))


def _broken(sequence: int, message: str) -> Problem:
    return Problem(code="EV-008", subject=f"log row {sequence}", message=message)
