"""Notes on a case: what was written down, when, and at which place of which recording. Never changed afterwards."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from core.foundation.tables import read_record
from core.foundation.units import format_time
from core.marks import errors

_RECORD = ("chain", "level", "passes", "heard_s", "share", "elsewhere")
"""Columns of a listening record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """The record of critical listening that a note is. What was heard is the note's text."""

    chain: str
    """Playback chain: device, converter, headphones or loudspeakers."""
    level: str
    """Playback level, as the examiner states it."""
    passes: int
    """How many times the recording was listened to."""
    heard_s: float | None = None
    """Seconds of it that had come out of a sound device until then, each counted once; None in older notes."""
    share: float | None = None
    """The same as a share of its length, 0..1."""
    elsewhere: str = ""
    """Where else it was listened to, as the examiner confirms, where this program had no sound device."""

    @property
    def is_by_ear(self) -> bool:
        """False where the note itself says that nothing had been heard, here or elsewhere."""
        return bool(self.elsewhere.strip()) or self.heard_s is None or self.heard_s > 0

    @property
    def coverage_words(self) -> str:
        """What had been played, in words; empty in older notes."""
        if self.elsewhere:
            return f"listened to elsewhere: {self.elsewhere}"
        if self.heard_s is None:
            return ""
        share = "" if self.share is None else f" ({100 * self.share:.0f} %)"
        return f"{self.heard_s:.1f} s{share} played until then" if self.heard_s else "nothing played until then"


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
        return _stated(asdict(self))

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


def as_rows(notes: Sequence[Note], names: Mapping[str, str]) -> str:
    """Notes as CSV. `names` says what the exhibits are called."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("made_at", "author", "kind", "exhibit", "position_s", *_RECORD, "text"))
    for note in notes:
        record = tuple(_stated(asdict(note.listening)).get(name, "") if note.listening else "" for name in _RECORD)
        exhibit, position = names.get(note.exhibit, note.exhibit), "" if note.position_s is None else note.position_s
        writer.writerow((note.made_at, note.author, note.kind, exhibit, position, *record, note.text))
    return out.getvalue()


def as_text(notes: Sequence[Note], names: Mapping[str, str]) -> str:
    """Notes to be read, one paragraph each."""
    return "\n".join(f"{heading(note, names)}\n{note.text}\n" for note in notes)


def heading(note: Note, names: Mapping[str, str]) -> str:
    """When, who, on what, and how it was listened to."""
    where = [
        names.get(note.exhibit, note.exhibit),
        "" if note.position_s is None else f"at {format_time(note.position_s)}",
    ]
    parts = [note.made_at, note.author, note.kind, " ".join(filter(None, where))]
    if note.listening:
        count = note.listening.passes
        how = (note.listening.chain, note.listening.level, f"{count} pass{'es' * (count > 1)}")
        parts.append("; ".join(filter(None, (*how, note.listening.coverage_words))))
    return " · ".join(filter(None, parts))


def _stated(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table without what is not stated, at every depth."""
    return {
        name: _stated(value) if isinstance(value, Mapping) else value
        for name, value in table.items()
        if value is not None and (name, value) != ("elsewhere", "")
    }
