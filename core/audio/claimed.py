"""When a recording began, as its file claims. Tags are written by devices and programs, and anyone can change them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from core.audio.recording import StreamFacts
from core.foundation.time_scale import count_text

_DATE = re.compile(r"(\d{4})[-_:. /](\d\d)[-_:. /](\d\d)")
_TIME = re.compile(r"(\d\d)[-_:. ](\d\d)[-_:. ](\d\d)")
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedStart:
    """The time of day at the first sample, and where that is from. Nothing that was verified."""

    day_s: float
    """Seconds after midnight, 0 to 86400."""
    date: date | None
    is_utc: bool
    """Whether the tag says so; else nothing is said of a time zone."""
    source: str
    """Which field of the file."""

    @property
    def words(self) -> str:
        """All of it in words."""
        day = f"{self.date.isoformat()} " if self.date else ""
        zone = "UTC" if self.is_utc else "no time zone said"
        return f"{day}{count_text(self.day_s, 'time of day', 3)}, {zone} ({self.source}; not verified)"


def claimed_start(stream: StreamFacts) -> ClaimedStart | None:
    """When the first sample was recorded, as the tags claim; None where they claim nothing that can be read.

    Broadcast Wave says how many samples after midnight its first one is, or at least when it was made; other
    containers say when they were made, which for some devices is the end of the recording.

    Source: EBU Tech 3285 (2011), OriginationDate, OriginationTime, TimeReference; ISO/IEC 14496-12, creation_time.
    """
    tags = {name.lower(): value.strip() for name, value in stream.tags}
    made, day = tags.get("creation_time", ""), _date(tags.get("date", ""))
    reference = tags.get("time_reference", "")
    if reference.isdecimal() and int(reference):
        day_s = int(reference) / stream.sample_rate
        if day_s < _DAY_S:
            source = "time reference of the Broadcast Wave header, in samples after midnight"
            return ClaimedStart(day_s=day_s, date=day, is_utc=False, source=source)
    if clock := _TIME.fullmatch(made):
        return _of_clock(clock, day)
    return _of_container(made)


def _of_clock(clock: re.Match[str], day: date | None) -> ClaimedStart | None:
    try:
        hour, minute, second = map(int, clock.groups())
        at = time(hour, minute, second)
    except ValueError:
        return None
    source = "origination time of the Broadcast Wave header"
    return ClaimedStart(day_s=_day_s(at), date=day, is_utc=False, source=source)


def _of_container(made: str) -> ClaimedStart | None:
    if "T" not in made:
        return None
    try:
        at = datetime.fromisoformat(made)
    except ValueError:
        return None
    is_utc = at.tzinfo is not None
    at = at.astimezone(UTC) if is_utc else at
    source = "creation time of the container, which some devices set at the end"
    return ClaimedStart(day_s=_day_s(at.time()), date=at.date(), is_utc=is_utc, source=source)


def _date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _day_s(at: time) -> float:
    return at.hour * 3600.0 + at.minute * 60.0 + at.second + at.microsecond / 1e6
