"""Audacity's labels: start, end and text between tabs; a second line `\\` has the frequencies of a spectral label.

Source: https://manual.audacityteam.org/man/importing_and_exporting_labels.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.marks import errors
from core.marks.files.formats import LABEL_FORMATS, LabelFormat, Source, band, number, span
from core.marks.labels import UNBOUNDED, Label, one_line, split_text, typed_text
from core.marks.mark import Mark

_UNDEFINED = -1.0
"""What Audacity writes for an edge of a band that is not set."""


def read(text: str) -> list[Label]:
    """Labels of the file's text; empty lines are passed over."""
    labels: list[Label] = []
    for line, content in enumerate(text.split("\n"), 1):
        if content.startswith("\\"):
            labels.append(_with_band(labels.pop() if labels else None, content, line))
        elif content.strip():
            labels.append(_label(content, line))
    return labels


def write(marks: Sequence[Mark], source: Source) -> str:
    """The file's text, times in microseconds' steps."""
    del source
    return "".join(line + "\n" for mark in marks for line in _lines(mark))


def _label(content: str, line: int) -> Label:
    parts = content.split("\t")
    if len(parts) < 2:
        raise errors.bad_line(line, "start and end of the label must stand between tabs")
    start_s, end_s = span(number(parts[0], line, "start"), number(parts[1], line, "end"), line)
    kind, words = split_text(" ".join(parts[2:]))
    return Label(start_s=start_s, end_s=end_s, type=kind, text=words, line=line)


def _with_band(label: Label | None, content: str, line: int) -> Label:
    """The label before, with the band of its second line."""
    parts = content.split("\t")
    if label is None or len(parts) < 3:
        raise errors.bad_line(line, "a line that begins with \\ needs a label before it and two frequencies")
    low, high = number(parts[1], line, "frequency"), number(parts[2], line, "frequency")
    if low == high == _UNDEFINED:
        return label
    low, high = band(max(low, 0.0), UNBOUNDED if high == _UNDEFINED else high, line)
    return Label(
        start_s=label.start_s,
        end_s=label.end_s,
        low_hz=low,
        high_hz=high,
        type=label.type,
        text=label.text,
        line=label.line,
    )


def _lines(mark: Mark) -> Iterator[str]:
    yield f"{mark.start_s:.6f}\t{mark.end_s:.6f}\t{typed_text(mark.type, one_line(mark.text))}"
    if mark.low_hz is not None and mark.high_hz is not None:
        yield f"\\\t{mark.low_hz:.6f}\t{mark.high_hz:.6f}"


LABEL_FORMATS.register("audacity")(
    LabelFormat(
        title="Audacity labels",
        suffix=".txt",
        suffixes=(".txt",),
        read=read,
        write=write,
        loses="author, time of making and origin; the type is put before the text",
    )
)
