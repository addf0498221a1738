"""How values are written in a report: rounding and units, nothing else. What is missing is said in words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from core.foundation.units import format_time

NONE = "not measured"


def decimals(value: float | None, places: int, unit: str = "") -> str:
    """`12.3 dB`; not measured where there is no finite value."""
    if value is None or not math.isfinite(value):
        return NONE
    return _minus(f"{_rounded(value, places):.{places}f} {unit}".rstrip())


def score(value: float | None) -> str:
    """`+1.25`: a log-odds score; always with its sign."""
    return NONE if value is None or not math.isfinite(value) else _minus(f"{_rounded(value, 2):+.2f}")


def seconds(value: float | None) -> str:
    """A position or length in a recording."""
    return NONE if value is None else format_time(value, 2)


def stretch(start_s: float, end_s: float) -> str:
    """`1.00 s to 2.00 s`."""
    return f"{seconds(start_s)} to {seconds(end_s)}"


def moment(iso: str) -> str:
    """`2026-11-21 09:01:00 UTC` of an ISO 8601 time; as it is where it is none."""
    found = utc(iso)
    return found.strftime("%Y-%m-%d %H:%M:%S UTC") if found else iso or "not recorded"


def utc(iso: str) -> datetime | None:
    """The moment of an ISO 8601 time, taken as UTC where it names no zone; None where it is no time."""
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def short_hash(sha256: str) -> str:
    """First and last eight digits."""
    return f"{sha256[:8]}…{sha256[-8:]}" if len(sha256) == 64 else "not recorded"


def listed(names: Sequence[str]) -> str:
    """`Q1`, `Q1 and Q2`, `Q1, Q2 and K1`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def ids(names: Sequence[str]) -> str:
    """`Q1 to Q4, Q7 and K1`: exhibits listed, three or more in a row as a range."""
    parts: list[str] = []
    for stem, run in groupby(enumerate(names), key=lambda item: _row(item[0], item[1])):
        members = [name for _, name in run]
        parts += [f"{members[0]} to {members[-1]}"] if stem and len(members) > 2 else members
    return listed(parts)


def _row(place: int, name: str) -> tuple[str, int] | None:
    """The same for names that follow one another: `Q1`, `Q2`, `Q3`; None for names without a number."""
    found = re.fullmatch(r"(.*?)([1-9][0-9]{0,8})", name)
    return (found[1], int(found[2]) - place) if found else None


def per_cent(value: object) -> str:
    """A number in per cent as it was stated by others, to one decimal; empty for none."""
    return f"{value:.1f}" if isinstance(value, int | float) else plain(value)


def plain(value: object) -> str:
    """A number as it was stated by others, to at most two decimals; empty for none."""
    return "" if value is None else str(round(value, 2) if isinstance(value, float) else value)


def _rounded(value: float, places: int) -> float:
    """Never a zero with a minus."""
    return round(value, places) + 0.0


def _minus(text: str) -> str:
    """With the sign that is as wide as the plus."""
    return text.replace("-", "\u2212")
