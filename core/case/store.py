"""The case's database: opening, schema versions, transactions. Each use opens and closes its own connection,
so that a case may be used from any thread and nothing stays open between uses."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.case import errors

FILE_NAME = "case.sqlite"
APPLICATION_ID = 0x41554454
"""Marks the file as ours ("AUDT")."""
BUSY_TIMEOUT_S = 5.0
FOLDERS = ("evidence", "derived", "runs", "reports")

_VERSION_1 = """
CREATE TABLE log (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    time     TEXT NOT NULL,
    who      TEXT NOT NULL,
    action   TEXT NOT NULL,
    payload  TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL
) STRICT;
CREATE INDEX log_action ON log (action, sequence);
CREATE TRIGGER log_update BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_delete BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_insert BEFORE INSERT ON log
WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM log)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""

MIGRATIONS: tuple[str, ...] = (_VERSION_1,)
"""Scripts that lead from version k to k + 1. Only ever appended to; a new case runs them all."""


class Store:
    """Access to one case.sqlite."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.path = folder / FILE_NAME

    @property
    def read_only(self) -> bool:
        """Whether the operating system forbids writing here."""
        return not (os.access(self.folder, os.W_OK) and os.access(self.path, os.W_OK))

    def create(self) -> None:
        """Make the file and bring it to the newest version."""
        self.path.touch(exist_ok=False)
        with self._session() as db:
            db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA application_id = {APPLICATION_ID};")
        self.migrate()

    def check(self) -> int:
        """The schema version of the file.

        Raises:
            CaseError: not a case (CA-001) or written by a newer program (CA-003).
        """
        if not self.path.is_file():
            raise errors.not_a_case(self.folder)
        with self.read() as db:
            application = db.execute("PRAGMA application_id").fetchone()[0]
            found = db.execute("PRAGMA user_version").fetchone()[0]
        if application != APPLICATION_ID:
            raise errors.not_a_case(self.folder)
        if found > len(MIGRATIONS):
            raise errors.newer(self.folder, found, len(MIGRATIONS))
        return found

    def migrate(self) -> int:
        """Bring an older file to the newest version, all or nothing and with a copy of the old one beside it.

        Returns:
            The version it had; 0 for a new file.
        """
        found = self.check()
        if 0 < found < len(MIGRATIONS):
            self.back_up(self.path.with_name(f"case.v{found}.sqlite"))
        if found < len(MIGRATIONS):
            script = "".join(MIGRATIONS[found:])
            with self._session() as db:
                try:
                    db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {len(MIGRATIONS)}; COMMIT;")
                finally:
                    if db.in_transaction:
                        db.rollback()
        return found

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading."""
        with self._session() as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: committed at the end, rolled back on any exception.

        Raises:
            CaseError: read-only (CA-004), full (CA-005), locked by another program (CA-006).
        """
        if self.read_only:
            raise errors.read_only(self.folder)
        with self._session() as db:
            db.execute("BEGIN IMMEDIATE")
            with db:
                yield db

    def back_up(self, target: Path) -> None:
        """Write a consistent copy of the database, whoever else is writing."""
        with self._session() as db, closing(sqlite3.connect(target)) as copy:
            db.backup(copy)

    def damage(self) -> str:
        """What SQLite finds wrong with the file; empty if nothing."""
        with self._session() as db:
            found = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        return "" if found == "ok" else found

    @contextmanager
    def _session(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._connect()) as db:
                # bytes that are no UTF-8 must reach the check of the chain instead of stopping it
                db.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
                yield db
        except (sqlite3.Error, UnicodeDecodeError) as error:  # a message that quotes a damaged file need be no UTF-8
            raise errors.from_sqlite(error, self.folder) from error

    def _connect(self) -> sqlite3.Connection:
        mode = "rw"
        if self.read_only:
            # without a write-ahead log nobody can be writing, and SQLite needs no side files of its own
            mode = "ro" if self.path.with_name(FILE_NAME + "-wal").exists() else "ro&immutable=1"
        uri = f"{self.path.resolve().as_uri()}?mode={mode}"
        return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)


def make_folders(folder: Path) -> Path | None:
    """Make a case's folders; returns the topmost folder that was not there before, None if all were.

    Raises:
        CaseError: not empty (CA-002), or cannot be made (CA-004, CA-005, CA-013).
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise errors.not_empty(folder)
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for name in FOLDERS:
            (folder / name).mkdir(parents=True)
    except OSError as error:
        raise errors.from_os(error, folder) from error
    return missing[-1] if missing else None


def undo_folders(folder: Path, made: Path | None) -> None:
    """Remove what `make_folders` and a failed creation left."""
    shutil.rmtree(made or folder, ignore_errors=True)
    if made is None:
        folder.mkdir(exist_ok=True)
