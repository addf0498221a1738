"""Blind listening tests as a case's log has them, from the row before the first answer to the one of the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.case import errors
from core.case.audit import LogEntry
from core.listening.abx import Statistics, commitment, draw_order, evaluate

BEGUN, ENDED = "listening test begun", "listening test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One of the two stretches."""

    exhibit: str
    """Its id on the screen; `sha256` says whether it is one of the case."""
    file: str
    """Name as received."""
    sha256: str
    start_s: float
    stop_s: float
    level_dbfs: float
    """Active speech level as recorded."""
    gain_db: float
    """By how much it was changed when it was played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTest:
    """A test that was begun."""

    who: str
    begun_at: str
    """UTC."""
    ended_at: str = ""
    """UTC; empty where the log has no end."""
    a: Compared
    b: Compared
    trials: int
    answered: int = 0
    statistics: Statistics | None = None
    """None where it was given up, or has no end."""
    heard_s: Mapping[str, float]
    """Seconds of A, B and X that came out of a sound device."""
    devices: tuple[str, ...] = ()
    fixed_in_row: int | None = None
    """Row of the log that fixed the order before the first answer; None where none did."""


def blind_tests_of(entries: Sequence[LogEntry]) -> tuple[KeptTest, ...]:
    """Every test that was begun, in the order of their ends; those without an end come last.

    Raises:
        IntegrityError: a row is not as it was written (EV-008).
    """
    begun: dict[str, LogEntry] = {}
    ended: list[KeptTest] = []
    for entry in entries:
        if entry.action not in (BEGUN, ENDED):
            continue
        try:
            fixed_by = str(entry.data["commitment_sha256"])
            if entry.action == BEGUN:
                begun[fixed_by] = entry
            else:
                ended.append(_ended(entry, begun.pop(fixed_by, None)))
        except (KeyError, TypeError, ValueError) as error:
            raise errors.changed_row(entry.sequence) from error
    return (*ended, *map(_without_end, begun.values()))


def _ended(entry: LogEntry, begun: LogEntry | None) -> KeptTest:
    data = entry.data
    order, answers, trials = str(data["order"]), str(data["answers"]), int(data["trials"])
    right = sum(x == answer for x, answer in zip(order, answers, strict=False))
    as_drawn = order == "".join(draw_order(trials, data["seed"]))
    as_fixed = data["commitment_sha256"] == commitment(trials, data["seed"])
    return KeptTest(
        **_common(entry),
        ended_at=str(data["ended_at"]),
        answered=len(answers),
        statistics=evaluate(right, trials) if data["completed"] else None,
        devices=tuple(map(str, data["devices"])),
        heard_s={name: float(heard_s) for name, heard_s in data["heard_s"].items()},
        fixed_in_row=begun.sequence if begun and as_drawn and as_fixed else None,
    )


def _without_end(entry: LogEntry) -> KeptTest:
    try:
        return KeptTest(**_common(entry), heard_s={}, fixed_in_row=entry.sequence)
    except (KeyError, TypeError, ValueError) as error:
        raise errors.changed_row(entry.sequence) from error


def _common(entry: LogEntry) -> dict[str, Any]:
    """What the rows of beginning and end both say."""
    data = entry.data
    a, b = _compared(data["A"]), _compared(data["B"])
    return {"who": entry.who, "begun_at": str(data["begun_at"]), "a": a, "b": b, "trials": int(data["trials"])}


def _compared(side: Mapping[str, Any]) -> Compared:
    return Compared(
        exhibit=str(side["exhibit_id"]),
        file=str(side["file"]),
        sha256=str(side["sha256"]),
        start_s=float(side["start_s"]),
        stop_s=float(side["stop_s"]),
        level_dbfs=float(side["level_dbfs"]),
        gain_db=float(side["gain_db"]),
    )
