"""How places on the axis of a recording are counted and written: as times, as samples, or as a time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from core.foundation.units import format_time

TimeForm = Literal["time", "seconds", "samples", "clock"]
TimeUnit = Literal["s", "min:s", "h:min:s", "samples", "time of day"]
_DAY_S = 86_400
_THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeScale:
    """From seconds after the start of a recording to what is written there, and back."""

    form: TimeForm = "time"
    """`time` is seconds, from a minute on min:s, from an hour on h:min:s."""
    per_s: float = 1.0
    """Units in a second: the sample rate where samples are counted."""
    start: float = 0.0
    """Of the recording, in units: seconds after midnight where it is a time of day."""
    first_day: date | None = None
    """The day on which the recording began, where that is known."""

    def value(self, seconds: float) -> float:
        """What is counted at a time."""
        return seconds * self.per_s + self.start

    def seconds(self, value: float) -> float:
        """The time at which so much is counted."""
        return (value - self.start) / self.per_s

    def unit(self, end_s: float) -> TimeUnit:
        """The one form in which all places up to end_s are written."""
        if self.form == "samples":
            return "samples"
        if self.form == "clock":
            return "time of day"
        if self.form == "seconds" or end_s < 60:
            return "s"
        return "min:s" if end_s < 3600 else "h:min:s"

    def text(self, seconds: float, unit: TimeUnit, decimals: int) -> str:
        """A place in that form, bare, as the label of a tick; samples are whole ones."""
        return count_text(self.value(seconds), unit, decimals)

    def place(self, seconds: float, decimals: int) -> str:
        """A place with its unit, to stand in a line of words."""
        if self.form == "clock":
            return self.text(seconds, "time of day", decimals)
        return self.length(seconds, decimals)

    def days(self, start_s: float, end_s: float) -> str:
        """Date of a stretch, `2025-03-04`, or `2025-03-04 to 2025-03-05` over midnight; empty where none is known."""
        if self.form != "clock" or self.first_day is None:
            return ""
        try:
            days = [self.first_day + timedelta(days=self.value(at) // _DAY_S) for at in (start_s, end_s)]
        except OverflowError:  # a file may claim any date
            return ""
        return " to ".join(dict.fromkeys(day.isoformat() for day in days))

    def length(self, seconds: float, decimals: int) -> str:
        """A length of time with its unit."""
        if self.form == "samples":
            return f"{count_text(seconds * self.per_s, 'samples', 0)} samples"
        if self.form == "seconds":
            return f"{seconds:.{decimals}f} s"
        return format_time(seconds, decimals)


def count_text(value: float, unit: TimeUnit, decimals: int) -> str:
    """`12.34`, `3:07.5`, `1:03:07`, `48 000` or, of a day, `09:03:07`, by unit; days are not told apart."""
    if unit == "samples":
        return f"{round(value):,}".replace(",", _THIN_SPACE).replace("-", "−")
    ticks = round(value * 10**decimals)
    if unit == "time of day":
        ticks %= _DAY_S * 10**decimals
    whole, fraction = divmod(abs(ticks), 10**decimals)
    tail = f".{fraction:0{decimals}d}" if decimals else ""
    sign = "−" if ticks < 0 else ""
    minutes, rest = divmod(whole, 60)
    if unit == "s":
        return f"{sign}{whole}{tail}"
    if unit == "min:s":
        return f"{sign}{minutes}:{rest:02d}{tail}"
    hours = f"{minutes // 60:02d}" if unit == "time of day" else f"{minutes // 60}"
    return f"{sign}{hours}:{minutes % 60:02d}:{rest:02d}{tail}"
