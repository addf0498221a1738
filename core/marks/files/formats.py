"""The formats by name, choosing one by a file's name, and reading text as text."""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath

from core.foundation.registry import Registry
from core.marks import errors
from core.marks.labels import Label
from core.marks.mark import Mark

MOST_BYTES = 20_000_000
MOST_LABELS = 100_000
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The recording that labels are written for."""

    name: str
    duration_s: float
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFormat:
    """A kind of file of labels."""

    title: str
    suffix: str
    """With its dot; the one that is proposed."""
    suffixes: tuple[str, ...]
    """All that are recognised."""
    read: Callable[[str], list[Label]]
    """Labels of a file's text; raises MarkError with the first bad line."""
    write: Callable[[Sequence[Mark], Source], str]
    """The file's text."""
    source: Callable[[str], tuple[str, str]] = lambda _: ("", "")
    """Name and SHA-256 of the recording that a file's text was written for; empty where it says none."""
    loses: str = ""
    """What a mark has and this file cannot hold, in words."""


LABEL_FORMATS: Registry[LabelFormat] = Registry("file of labels", "core.marks.files")
"""Formats by name."""


def format_of(name: str) -> LabelFormat:
    """The format that a file's name stands for.

    Raises:
        MarkError: none has that suffix (MA-004).
    """
    formats = [LABEL_FORMATS[known] for known in LABEL_FORMATS.names()]
    suffix = PurePath(name).suffix.lower()
    for known in formats:
        if suffix in known.suffixes:
            return known
    raise errors.unknown_format(PurePath(name).name, ", ".join(f"{f.title} ({f.suffix})" for f in formats))


def read_labels(name: str, data: bytes) -> list[Label]:
    """The labels of a file.

    Raises:
        MarkError: no such format (MA-004), no text (MA-002), or a line is no label (MA-003).
    """
    labels = format_of(name).read(decoded(data))
    if len(labels) > MOST_LABELS:
        raise errors.unreadable(f"The file has {len(labels)} labels; {MOST_LABELS} are the most.", "Divide the file.")
    return labels


def source_of(name: str, data: bytes) -> tuple[str, str]:
    """Name and SHA-256 of the recording that a file of labels was written for; empty where it says none.

    Raises:
        MarkError: as for `read_labels`.
    """
    return format_of(name).source(decoded(data))


def write_labels(name: str, marks: Sequence[Mark], source: Source) -> bytes:
    """A file of labels, UTF-8; raises MarkError where no format has that suffix (MA-004)."""
    return format_of(name).write(marks, source).encode()


def left_out(name: str, marks: Sequence[Mark], data: bytes) -> str:
    """What these marks have and their file does not give back, in words, counted by reading it; empty for nothing."""
    known = format_of(name)
    if not known.loses or not marks:
        return ""
    labels = read_labels(name, data)
    bands = sum(m.low_hz is not None for m in marks) - sum(label.low_hz is not None for label in labels)
    types = (Counter(m.type for m in marks) - Counter(label.type for label in labels)).total()
    texts = (Counter(m.text for m in marks) - Counter(label.text for label in labels)).total()
    counts = (("frequency band", bands), ("type", types), ("exact text", texts))
    counted = [f"the {what} of {count} mark{'s' * (count != 1)}" for what, count in counts if count]
    said = ", ".join([*counted, "author, time of making and origin"])
    return f"Not held by {known.title}: {said}. CSV and JSON hold all."


def decoded(data: bytes) -> str:
    """The file's text: UTF-8, or what its byte order mark says; line ends are `\\n`.

    Raises:
        MarkError: too long, or no such text (MA-002).
    """
    if len(data) > MOST_BYTES:
        raise errors.unreadable(f"The file is longer than {MOST_BYTES // 1_000_000} MB.", "Divide the file.")
    mark, encoding = next(((m, e) for m, e in _BYTE_ORDER_MARKS if data.startswith(m)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start + len(mark)].count(b"\n") + 1
        raise errors.unreadable(f"Line {line} is no {encoding.upper()} text.") from error
    if "\0" in text:
        raise errors.unreadable(f"Line {text[: text.index(chr(0))].count(chr(10)) + 1} holds bytes that are no text.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def number(text: str, line: int, what: str) -> float:
    """A number with a point or, as some countries write it, a comma.

    Raises:
        MarkError: it is none, or not finite (MA-003).
    """
    text = text.strip()
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise errors.bad_line(line, f"the {what} {text[:40]!r} is not a number")
    return value


def span(start_s: float, end_s: float, line: int) -> tuple[float, float]:
    """Start and end in order; raises MarkError where they are not (MA-003)."""
    if end_s < start_s:
        raise errors.bad_line(line, f"the label ends ({end_s:g} s) before it starts ({start_s:g} s)")
    return start_s, end_s


def band(low_hz: float, high_hz: float, line: int) -> tuple[float, float]:
    """Lowest and highest frequency in order; raises MarkError where they are not (MA-003)."""
    if not 0 <= low_hz < high_hz:
        raise errors.bad_line(line, f"the band from {low_hz:g} to {high_hz:g} Hz is empty or below 0")
    return low_hz, high_hz


def stamp(text: str) -> str:
    """A moment in ISO 8601 with its zone, as UTC.

    Raises:
        ValueError: it is none, without a zone, or outside the years 1 to 9999 in UTC.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the time {text[:40]!r} has no zone")
    try:
        return moment.astimezone(UTC).isoformat(timespec="milliseconds")
    except OverflowError as error:
        raise ValueError(f"the time {text[:40]!r} has no date in UTC") from error


def table_text(rows: Sequence[Sequence[object]]) -> str:
    """Rows as CSV with commas."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
