"""Labels as files of other programs hold them, and how they become marks of a recording."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.foundation.names import visible
from core.marks.mark import MARK_TYPES, MOST_TEXT, Mark, made_now

UNBOUNDED = math.inf
"""Highest frequency of a box that a file leaves open."""
_MOST_NAME = 200
_SAME_S, _SAME_HZ = 2e-6, 1e-3
"""Differences that files of labels make by rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label of a file, as it stands there."""

    start_s: float
    end_s: float
    low_hz: float | None = None
    high_hz: float | None = None
    type: str = "note"
    text: str = ""
    author: str = ""
    """Who made the mark, where the file says so."""
    made_at: str = ""
    """When, UTC, ISO 8601, where the file says so."""
    written_for: str = ""
    """The other recording that the mark was imported from, where the file says so."""
    line: int = 0
    """Where it stands in the file, from 1; 0 where that means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Marks made from a file's labels, and what must be said of those that did not fit."""

    marks: tuple[Mark, ...]
    notices: tuple[str, ...] = ()
    written_for: str = ""
    """Name and hash of the recording that the file was written for, where that is another one: to be asked about."""

    def for_another(self, recording: str) -> Import:
        """The same marks, each with the name of the recording that the file was written for."""
        marks = tuple(replace(mark, written_for=recording) for mark in self.marks)
        return replace(self, marks=marks, written_for=recording)

    def without(self, known: Iterable[Mark]) -> Import:
        """Without marks that are there already: same exhibit, type, times and text, and band where the file has one.

        Times count as the same within a microsecond or two, the step of files of labels; texts without line ends, which
        these files cannot hold.
        """
        there: dict[tuple[str, str, str], list[Mark]] = {}
        for mark in known:
            there.setdefault(_name(mark), []).append(mark)
        fresh = tuple(m for m in self.marks if not any(_is_same(m, other) for other in there.get(_name(m), ())))
        left_out = len(self.marks) - len(fresh)
        notice = f"{left_out} {'was' if left_out == 1 else 'were'} there already."
        return replace(self, marks=fresh, notices=(*self.notices, notice)) if left_out else self


def named_recording(name: str, sha256: str) -> str:
    """`Call 14 March.wav (SHA-256 0f3a91c2…)`, as a file of labels says it."""
    return f"{visible(name)[:_MOST_NAME] or 'another recording'} (SHA-256 {visible(sha256[:8])}…)"


def typed_text(kind: str, text: str) -> str:
    """Type and text as one text, for files that have no types: `Click: behind the word`."""
    if kind == "note" and text and split_text(text) == ("note", text):
        return text
    return f"{MARK_TYPES[kind]}: {text}" if text else MARK_TYPES[kind]


def split_text(text: str) -> tuple[str, str]:
    """The inverse of `typed_text`; a text that names no type is a note."""
    for key, title in MARK_TYPES.items():
        if text == title:
            return key, ""
        if text.startswith(f"{title}: "):
            return key, text[len(title) + 2 :]
    return "note", text


def one_line(text: str) -> str:
    """The text without line ends, tabs and other characters that no line of a file can hold."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def fit(labels: Sequence[Label], *, duration_s: float, top_hz: float, exhibit: str, author: str) -> Import:
    """The labels as marks of a recording: what lies beyond it is cut or left out, and told.

    Args:
        labels: As read.
        duration_s: Length of the recording.
        top_hz: Half its sample rate.
        exhibit: Its id or hash.
        author: Who imports them; the author of those that name none.
    """
    outside = [label for label in labels if label.start_s > duration_s or label.end_s < 0]
    beyond = [label for label in labels if label not in outside and (label.end_s > duration_s or label.start_s < 0)]
    above = [label for label in labels if label not in outside and (label.low_hz or 0.0) >= top_hz]
    kept = [_inside(label, duration_s, top_hz) for label in labels if label not in outside]
    marks = tuple(_mark(label, exhibit, author) for label in kept)
    return Import(marks=marks, notices=tuple(_notices(outside, beyond, above, duration_s, top_hz)))


def _inside(label: Label, duration_s: float, top_hz: float) -> Label:
    start_s, end_s = (min(max(edge, 0.0), duration_s) for edge in (label.start_s, label.end_s))
    low, high = label.low_hz, label.high_hz
    if low is not None and high is not None:
        low, high = (low, min(high, top_hz)) if low < top_hz else (None, None)
    return replace(label, start_s=start_s, end_s=end_s, low_hz=low, high_hz=high, text=label.text[:MOST_TEXT])


def _mark(label: Label, exhibit: str, author: str) -> Mark:
    names = ("start_s", "end_s", "low_hz", "high_hz", "type", "text", "written_for")
    values = {name: getattr(label, name) for name in names}
    made = made_now(values | {"exhibit": exhibit, "author": label.author or author, "origin": "imported"})
    return replace(made, made_at=label.made_at or made.made_at)


def _name(mark: Mark) -> tuple[str, str, str]:
    return mark.exhibit, mark.type, one_line(mark.text)


def _is_same(imported: Mark, known: Mark) -> bool:
    pairs = [(imported.start_s, known.start_s, _SAME_S), (imported.end_s, known.end_s, _SAME_S)]
    if imported.low_hz is not None:
        pairs += [(imported.low_hz, known.low_hz, _SAME_HZ), (imported.high_hz, known.high_hz, _SAME_HZ)]
    return all(a is not None and b is not None and abs(a - b) <= most for a, b, most in pairs)


def _notices(
    outside: Sequence[Label], beyond: Sequence[Label], above: Sequence[Label], duration_s: float, top_hz: float
) -> list[str]:
    said = []
    if outside:
        said.append(f"Outside the recording ({duration_s:.3f} s) and left out: {_listed(outside)}.")
    if beyond:
        said.append(f"Reaching beyond the recording ({duration_s:.3f} s) and cut at its ends: {_listed(beyond)}.")
    if above:
        said.append(
            f"With a band above {top_hz:.0f} Hz, which the recording has not, kept without it: {_listed(above)}."
        )
    return said


def _listed(labels: Sequence[Label], most: int = 3) -> str:
    """`5 labels (line 3, at 14.200 s; …)`."""
    parts = [
        f"line {label.line}, at {label.start_s:.3f} s" if label.line else f"at {label.start_s:.3f} s"
        for label in labels
    ]
    more = "; …" if len(labels) > most else ""
    return f"{len(labels)} label{'s' * (len(labels) != 1)} ({'; '.join(parts[:most])}{more})"
