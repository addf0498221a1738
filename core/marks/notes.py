"""Notes on a case: what was written down, when, and at which place of which recording. Never changed afterwards."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from core.foundation.tables import read_record
from core.marks import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """The record of critical listening that a note is. What was heard is the note's text."""

    chain: str
    """Playback chain: device, converter, headphones or loudspeakers."""
    level: str
    """Playback level, as the examiner states it."""
    passes: int
    """How many times the recording was listened to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something written down. Time and author are stored with it; nothing of it can be changed."""

    id: str
    exhibit: str
    """Exhibit id, or SHA-256 of the file without a case; empty where the note is on the whole case."""
    position_s: float | None = None
    """Where the cursor stood, seconds."""
    text: str
    author: str = ""
    made_at: str = ""
    """UTC, ISO 8601."""
    listening: Listening | None = None

    def __post_init__(self) -> None:
        """Refuse a note that says nothing (MA-001)."""
        if not self.text.strip():
            raise errors.not_valid("A note needs a text.")
        record = self.listening
        if record is not None and not (record.chain.strip() and record.level.strip() and record.passes > 0):
            raise errors.not_valid("A listening note needs playback chain, level and the number of passes.")

    @property
    def kind(self) -> str:
        """`listening note` or `note`."""
        return "listening note" if self.listening else "note"

    def to_json(self) -> dict[str, Any]:
        """All fields that are there."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, table: object) -> Note:
        """The inverse of `to_json`; raises FieldError or MarkError."""
        return read_record(table, cls)


def write_note(
    text: str,
    *,
    exhibit: str = "",
    position_s: float | None = None,
    author: str = "",
    listening: Listening | None = None,
    moment: datetime | None = None,
) -> Note:
    """A new note with an id and the time.

    Raises:
        MarkError: it says nothing, or the listening record is not complete (MA-001).
    """
    made_at = (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
    return Note(
        id=uuid.uuid4().hex,
        exhibit=exhibit,
        position_s=position_s,
        text=text.strip(),
        author=author,
        made_at=made_at,
        listening=listening,
    )
