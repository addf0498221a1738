"""What can go wrong with a case folder, as messages an examiner can act on."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from core.foundation.errors import CaseError, IntegrityError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def from_os(error: OSError, path: Path) -> CaseError:
    """The message for a failed write under `path`."""
    facts: dict[str, object] = {"path": str(path), "error": str(error)}
    if error.errno in _FULL:
        return disk_full(path, facts)
    if error.errno in _FORBIDDEN:
        return read_only(path, facts)
    return CaseError(
        "CA-013",
        f"{path.name} could not be written: {error.strerror or error}.",
        means="Nothing was changed in the case.",
        do="Check the drive and try again.",
        facts=facts,
    )


def from_sqlite(error: Exception, folder: Path) -> CaseError:
    """The message for a failed use of the case's database."""
    facts: dict[str, object] = {"path": str(folder), "error": str(error)}
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return locked(folder, facts)
    if primary == sqlite3.SQLITE_FULL:
        return disk_full(folder, facts)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return read_only(folder, facts)
    if primary == sqlite3.SQLITE_NOTADB:
        return not_a_case(folder)
    return CaseError(
        "CA-010",
        f"The database of the case {folder.name} is damaged ({error}).",
        means="Its log cannot be relied on as it is; the files in evidence/ may still be whole.",
        do="Restore case.sqlite from a backup or an exported bundle.",
        facts=facts,
    )


def not_a_case(folder: Path) -> CaseError:
    """CA-001."""
    return CaseError(
        "CA-001",
        f"{folder} is not a case folder.",
        do="Choose a folder that holds case.sqlite, or make a new case.",
        facts={"path": str(folder)},
    )


def not_empty(folder: Path) -> CaseError:
    """CA-002."""
    return CaseError(
        "CA-002",
        f"{folder} is not an empty folder.",
        means="Nothing was changed in it.",
        do="Choose a new or an empty folder, or open the case that is there.",
        facts={"path": str(folder)},
    )


def newer(folder: Path, found: int, known: int) -> CaseError:
    """CA-003."""
    return CaseError(
        "CA-003",
        f"The case {folder.name} was written by a newer version of this program (schema {found}, known up to {known}).",
        means="Nothing was read or changed.",
        do="Open it with that version or a later one.",
        facts={"path": str(folder), "found": found, "known": known},
    )


def read_only(path: Path, facts: dict[str, object] | None = None) -> CaseError:
    """CA-004."""
    return CaseError(
        "CA-004",
        f"{path} cannot be written.",
        means="The case can be read and checked; nothing can be added.",
        do="Copy the case to a drive you may write to, or change the permissions.",
        facts=facts or {"path": str(path)},
    )


def disk_full(path: Path, facts: dict[str, object]) -> CaseError:
    """CA-005."""
    return CaseError(
        "CA-005",
        f"The drive of {path} is full.",
        means="What was being added is not in the case; all that was there before is unchanged.",
        do="Make room on the drive and try again.",
        facts=facts,
    )


def locked(folder: Path, facts: dict[str, object]) -> CaseError:
    """CA-006."""
    return CaseError(
        "CA-006",
        f"Another program is writing to the case {folder.name}.",
        means="Nothing was changed.",
        do="Wait until it has finished or close it, then try again.",
        facts=facts,
    )


def unknown_exhibit(exhibit_id: str, known: list[str]) -> CaseError:
    """CA-007."""
    listed = ", ".join(known) if known else "none yet"
    return CaseError(
        "CA-007",
        f"There is no exhibit {exhibit_id} in this case.",
        do=f"Name one of its exhibits: {listed}.",
        facts={"exhibit": exhibit_id},
    )


def unreadable(path: Path, reason: str) -> CaseError:
    """CA-009."""
    return CaseError(
        "CA-009",
        f"{path} cannot be taken into the case: {reason}.",
        means="It is not in the case; the other files are not affected.",
        do="Check the path and the permissions.",
        facts={"path": str(path)},
    )


def refused(what: str, do: str) -> CaseError:
    """CA-008: a name or value that a case cannot take."""
    return CaseError("CA-008", what, means="Nothing was changed.", do=do)


def changed_row(sequence: int) -> IntegrityError:
    """EV-008 where work needs the row."""
    return IntegrityError(
        "EV-008",
        f"Row {sequence} of the case's log was changed after it was written.",
        means="What the case says about its exhibits and runs can no longer be relied on.",
        do="Check the case (auditrace case verify) and restore it from a bundle or a backup.",
        facts={"row": sequence},
    )


def evidence_missing(subject: str, name: str) -> IntegrityError:
    """EV-001."""
    return IntegrityError(
        "EV-001",
        f"The working copy of exhibit {subject} ({name}) is not in the case folder.",
        means="Nothing more can be examined on this exhibit.",
        do="Restore the file from a bundle or add the original again.",
        facts={"exhibit": subject, "file": name},
    )


def evidence_changed(subject: str, stored: str, found: str) -> IntegrityError:
    """EV-003."""
    return IntegrityError(
        "EV-003",
        f"The working copy of exhibit {subject} changed since intake: stored SHA-256 {stored[:8]}…, now {found[:8]}….",
        means=f"Work on {subject} is locked; results on the changed file would not be results on the exhibit.",
        do="Restore the working copy from a bundle or from the original.",
        facts={"exhibit": subject, "stored_sha256": stored, "found_sha256": found},
    )


def other_recording(subject: str, stored: str, found: str) -> IntegrityError:
    """EV-010."""
    return IntegrityError(
        "EV-010",
        f"The run was made on another file than exhibit {subject}: SHA-256 {found[:8]}… instead of {stored[:8]}….",
        means="The run was not recorded.",
        do="Examine the exhibit's working copy.",
        facts={"exhibit": subject, "stored_sha256": stored, "found_sha256": found},
    )


def kept_file_changed(subject: str, name: str, found: str) -> IntegrityError:
    """EV-006 (runs) where work needs the file."""
    state = "changed since it was written" if found else "is missing"
    return IntegrityError(
        "EV-006",
        f"The record of {subject} ({name}) {state}.",
        means="Its numbers cannot be relied on.",
        do="Restore the file from a bundle or run the examination again.",
        facts={"subject": subject, "file": name, "found_sha256": found},
    )


def no_run_record(exhibit_id: str, error: Exception) -> CaseError:
    """CA-011 for something that is no record of a run."""
    return CaseError(
        "CA-011",
        f"The result of the examination of {exhibit_id} cannot be kept: it is no record of a run ({error}).",
        means="It is not in the case.",
        do="Run the examination again; if this stays, report it with the program's log.",
        facts={"exhibit": exhibit_id, "error": repr(error)},
    )


def no_run(run_id: str) -> CaseError:
    """CA-012."""
    return CaseError("CA-012", f"There is no run {run_id} in this case.", do="Show the case to see its runs.")


def not_listened(exhibit_id: str) -> CaseError:
    """CA-014: results stay hidden."""
    return CaseError(
        "CA-014",
        f"There is no listening note on {exhibit_id} yet.",
        means="Its results stay sealed.",
        do="Listen, and save a listening note; then unseal.",
        facts={"exhibit": exhibit_id},
    )


def not_played(exhibit_id: str) -> CaseError:
    """CA-016: results stay hidden."""
    return CaseError(
        "CA-016",
        f"Nothing of {exhibit_id} had been played when its listening note was saved.",
        means="Its results stay sealed.",
        do="Play the recording, then save a listening note. Where there is no sound device, say in the note where it "
        "was listened to.",
        facts={"exhibit": exhibit_id},
    )


def sealed(exhibits: list[str]) -> CaseError:
    """CA-015: something would show results that are hidden."""
    return CaseError(
        "CA-015",
        f"Results are sealed until listening notes are saved: {', '.join(exhibits)}.",
        means="Nothing was written.",
        do="Save a listening note on each exhibit and unseal its results.",
        facts={"exhibits": exhibits},
    )
