"""One mark: a point, a stretch, or a box of time and frequency, with its type and the words of who made it."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from core.foundation.tables import read_record
from core.marks import errors

Kind = Literal["point", "region", "box"]
Origin = Literal["examiner", "imported", "finding"]
"""Who placed it: a person here, a file of labels, or the stated regions of an examination."""
MARK_TYPES: dict[str, str] = {
    "edit": "Edit?",
    "noise": "Noise change",
    "synthetic": "Synthetic-like",
    "codec": "Codec change",
    "click": "Click",
    "silence": "Silence",
    "speech": "Speech onset",
    "note": "Note",
}
"""Types by key, in the order of their digit keys. They say what was heard or seen, never what it proves."""
MOST_TEXT = 10_000
"""Characters of a mark's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in a recording that somebody wants to find again. Asserts nothing about the recording."""

    id: str
    """Never given twice."""
    exhibit: str
    """Id of an exhibit of the case; without a case the SHA-256 of the file."""
    start_s: float
    """Seconds from the beginning, 0 or more."""
    end_s: float
    """Seconds; equal to `start_s` for a point."""
    low_hz: float | None = None
    """Lowest frequency of a box, 0 or more; None where all frequencies are meant."""
    high_hz: float | None = None
    type: str = "note"
    """A key of `MARK_TYPES`."""
    text: str = ""
    author: str = ""
    made_at: str = ""
    """UTC, ISO 8601; of the last change."""
    origin: Origin = "examiner"
    written_for: str = ""
    """The recording that the file it was imported from was written for, where that was another one."""

    def __post_init__(self) -> None:
        """Refuse what is no mark (MA-001)."""
        if why := _wrong(self):
            raise errors.not_valid(why)

    @property
    def kind(self) -> Kind:
        """Point, region of time, or box of time and frequency."""
        if self.low_hz is not None:
            return "box"
        return "region" if self.end_s > self.start_s else "point"

    @property
    def length_s(self) -> float:
        """Seconds; 0 for a point."""
        return self.end_s - self.start_s

    @property
    def title(self) -> str:
        """The type in words."""
        return MARK_TYPES[self.type]

    def to_json(self) -> dict[str, Any]:
        """All fields that are there."""
        has_own = {"written_for": self.written_for or None}
        return {name: value for name, value in (asdict(self) | has_own).items() if value is not None}

    @classmethod
    def from_json(cls, table: object) -> Mark:
        """The inverse of `to_json`.

        Raises:
            FieldError: a field is unknown, missing or of another type.
            MarkError: the values are no mark (MA-001).
        """
        return read_record(table, cls)


def made_now(values: Mapping[str, Any], *, moment: datetime | None = None) -> Mark:
    """A new mark with an id and the time; `values` are its other fields."""
    return Mark(id=uuid.uuid4().hex, made_at=_stamp(moment), **values)


def moved(mark: Mark, *, moment: datetime | None = None, **values: Any) -> Mark:
    """The mark with other values and the time of the change.

    Raises:
        MarkError: they are no mark (MA-001).
    """
    return replace(mark, made_at=_stamp(moment), **values)


def _stamp(moment: datetime | None) -> str:
    return (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")


def _wrong(mark: Mark) -> str:
    """Why these values are no mark; empty where they are one."""
    times = (mark.start_s, mark.end_s)
    if not all(map(math.isfinite, times)) or mark.start_s < 0:
        return "A mark's times must be seconds from the beginning, 0 or more."
    if mark.end_s < mark.start_s:
        return "A mark cannot end before it starts."
    if (mark.low_hz is None) != (mark.high_hz is None):
        return "A box needs both its lowest and its highest frequency."
    if mark.low_hz is not None and mark.high_hz is not None and not 0 <= mark.low_hz < mark.high_hz < math.inf:
        return "A box's lowest frequency must be 0 or more and below its highest."
    if mark.type not in MARK_TYPES:
        return f"There is no type of mark called {mark.type!r}; there are: {', '.join(MARK_TYPES)}."
    if any("\ud800" <= sign <= "\udfff" for sign in mark.text + mark.written_for):
        return "A mark's text holds half a character, which cannot be written."
    if max(len(mark.text), len(mark.written_for)) > MOST_TEXT:
        return f"A mark's text may have up to {MOST_TEXT} characters."
    return ""
