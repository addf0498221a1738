"""Rich Transcription Time Marked: one line a stretch, ten fields between spaces, the name without spaces.

Source: NIST, The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan, appendix A.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.marks import errors
from core.marks.files.formats import LABEL_FORMATS, LabelFormat, Source, number
from core.marks.labels import Label, one_line, split_text, typed_text
from core.marks.mark import Mark

_NONE = "<NA>"


def read(text: str) -> list[Label]:
    """Labels of all lines but comments; underscores in names are read as spaces."""
    rows = [(line, row.split()) for line, row in enumerate(text.split("\n"), 1) if row.strip() and row[:2] != ";;"]
    return [_label(fields, line) for line, fields in rows]


def write(marks: Sequence[Mark], source: Source) -> str:
    """The file's text."""
    name = "_".join(one_line(source.name).split()) or "recording"
    lines = [
        f"SPEAKER {name} 1 {mark.start_s:.6f} {mark.length_s:.6f} {_NONE} {_NONE} {_name(mark)} {_NONE} {_NONE}\n"
        for mark in marks
    ]
    return "".join(lines)


def _label(fields: list[str], line: int) -> Label:
    if len(fields) < 8:
        raise errors.bad_line(line, f"a line has ten fields; this one has {len(fields)}")
    start_s, length_s = number(fields[3], line, "start"), number(fields[4], line, "length")
    if length_s < 0:
        raise errors.bad_line(line, "the length is below 0")
    kind, words = split_text("" if fields[7] == _NONE else fields[7].replace("_", " "))
    return Label(start_s=start_s, end_s=start_s + length_s, type=kind, text=words, line=line)


def _name(mark: Mark) -> str:
    return "_".join(typed_text(mark.type, one_line(mark.text)).split()) or _NONE


LABEL_FORMATS.register("rttm")(
    LabelFormat(
        title="RTTM",
        suffix=".rttm",
        suffixes=(".rttm",),
        read=read,
        write=write,
        loses="frequency bands, author, time of making and origin; spaces in texts become underscores",
    )
)
