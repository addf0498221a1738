"""What a case holds: exhibits, the runs made on them, and the reports written from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeVar, get_args

from core.audio.recording import Notice
from core.case import errors
from core.case.audit import LogEntry

ADDED, RAN, REPORTED = "exhibit added", "run recorded", "report written"
"""Actions whose rows name files of the case."""

Role = Literal["questioned", "known"]
_LETTER: dict[str, str] = {"questioned": "Q", "known": "K"}
T = TypeVar("T")
_VALID_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A file as it was taken in. Says that the working copy is the file received, nothing of the file's history."""

    id: str
    """`Q1`, `K1` or as the laboratory names it."""
    role: Role
    name: str
    """Name of the file as received."""
    received_path: str
    """Where it was taken from."""
    size_bytes: int
    sha256: str
    """Of the bytes received, computed while they were copied and again from the copy."""
    evidence: str
    """Working copy, relative to the case folder."""
    added_at: str
    """UTC, ISO 8601."""
    notices: tuple[Notice, ...] = ()
    """What the examiner should know, e.g. that another exhibit has the same bytes. Only on the exhibit just added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The record of one examination of one exhibit."""

    id: str
    exhibit_id: str
    file: str
    """JSON, relative to the case folder."""
    sha256: str
    recorded_at: str
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that was written from the case."""

    id: str
    file: str
    """PDF, relative to the case folder."""
    sha256: str
    written_at: str
    """UTC, ISO 8601."""


def check_role(role: str) -> None:
    """Refuse what is no role (CA-008)."""
    if role not in get_args(Role):
        raise errors.refused(
            f"{role!r} is not a role an exhibit can have.", f"Use one of: {', '.join(get_args(Role))}."
        )


def choose_id(wanted: str | None, role: Role, known: Sequence[Exhibit]) -> str:
    """The id of a new exhibit: the one wanted, else the next free Q or K number.

    Raises:
        CaseError: the id is taken or cannot be one (CA-008).
    """
    taken = {exhibit.id.casefold() for exhibit in known}
    if wanted is None:
        return propose_id(role, taken)
    if not _VALID_ID.fullmatch(wanted):
        raise errors.refused(
            f"{wanted!r} cannot be an exhibit's id.",
            "Use up to 32 letters, digits, dots, dashes, underscores and slashes, starting with a letter or digit.",
        )
    if wanted.casefold() in taken:
        raise errors.refused(f"There is already an exhibit {wanted}.", "Choose another id or leave it out.")
    return wanted


def propose_id(role: Role, taken: Iterable[str]) -> str:
    """`Q3` after Q1 and Q2, `K1` for the first known recording."""
    letter = _LETTER[role]
    numbers = [int(known[1:]) for known in taken if re.fullmatch(letter + r"[0-9]{1,9}", known, re.IGNORECASE)]
    return f"{letter}{max(numbers, default=0) + 1}"


def same_bytes(sha256: str, known: Sequence[Exhibit]) -> tuple[Notice, ...]:
    """A notice if other exhibits have these bytes already."""
    twins = ", ".join(exhibit.id for exhibit in known if exhibit.sha256 == sha256)
    if not twins:
        return ()
    message = f"This file has the same bytes (SHA-256) as {twins}. Results on both are results on one recording."
    return (Notice(code="EV-011", message=message),)


def as_text(name: str) -> str:
    """A path as text that can be stored; bytes that are no UTF-8 are written as escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def payload_of(exhibit: Exhibit) -> dict[str, Any]:
    """What the log says of an exhibit; the time is the row's."""
    return {key: value for key, value in asdict(exhibit).items() if key not in ("notices", "added_at")}


def exhibits_of(entries: Iterable[LogEntry]) -> list[Exhibit]:
    """The exhibits that rows of the log name."""
    return [_build(Exhibit, entry, "added_at") for entry in entries if entry.action == ADDED]


def runs_of(entries: Iterable[LogEntry]) -> list[Run]:
    """The runs that rows of the log name."""
    return [_build(Run, entry, "recorded_at") for entry in entries if entry.action == RAN]


def reports_of(entries: Iterable[LogEntry]) -> list[Report]:
    """The reports that rows of the log name."""
    return [_build(Report, entry, "written_at") for entry in entries if entry.action == REPORTED]


def _build(kind: type[T], entry: LogEntry, time_field: str) -> T:
    """A value of the kind from a row; what a later version adds to the row is left out."""
    data = {**entry.data, time_field: entry.time}
    wanted = [field.name for field in fields(kind) if field.name != "notices"]  # pyright: ignore[reportArgumentType]
    if not set(wanted) <= data.keys():
        raise errors.changed_row(entry.sequence)
    return kind(**{name: data[name] for name in wanted})
