"""A table of marks as CSV: with commas, semicolons or tabs, decimal points or commas, with or without a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from core.marks import errors
from core.marks.files.formats import LABEL_FORMATS, LabelFormat, Source, band, number, span, stamp, table_text
from core.marks.labels import Label, split_text
from core.marks.mark import MARK_TYPES, Mark

COLUMNS = (
    "start_s",
    "end_s",
    "low_hz",
    "high_hz",
    "type",
    "text",
    "author",
    "made_at",
    "origin",
    "written_for",
    "recording",
    "sha256",
    "exhibit",
    "id",
)
_NAMES: dict[str, tuple[str, ...]] = {
    "start_s": ("start_s", "start", "start (s)", "begin", "begin time (s)", "tmin", "xmin", "onset", "time", "time_s"),
    "end_s": ("end_s", "end", "end (s)", "end time (s)", "tmax", "xmax", "offset", "stop", "stop_s"),
    "low_hz": ("low_hz", "lowest (hz)", "low freq (hz)", "low", "fmin", "min_hz"),
    "high_hz": ("high_hz", "highest (hz)", "high freq (hz)", "high", "fmax", "max_hz"),
    "type": ("type", "kind"),
    "text": ("text", "label", "name", "annotation", "comment"),
    "author": ("author",),
    "made_at": ("made_at",),
    "written_for": ("written_for",),
}
"""What other programs call a column."""


def read(text: str) -> list[Label]:
    """Labels of the file's text; columns that are not known are passed over."""
    rows = _rows(text)
    if not rows:
        return []
    line, first = rows[0]
    columns = _columns(first)
    if "start_s" in columns:
        rows = rows[1:]
    elif _is_number(first[0]):
        columns = {"start_s": 0, "end_s": 1, "text": 2}
    else:
        raise errors.bad_line(line, "there is no column start_s, and the first value is not a number")
    return [_label({name: row[i] for name, i in columns.items() if i < len(row)}, line) for line, row in rows]


def write(marks: Sequence[Mark], source: Source) -> str:
    """The file's text: a header row, commas, decimal points."""
    own = {"recording": source.name, "sha256": source.sha256}
    rows = [[own[name] if name in own else _cell(getattr(mark, name)) for name in COLUMNS] for mark in marks]
    return table_text([COLUMNS, *rows])


def source_of(text: str) -> tuple[str, str]:
    """The recording that the first row names, where there are columns for it."""
    (_, header), (_, first) = [*_rows(text), (0, []), (0, [])][:2]
    row = dict(zip((cell.strip().lower() for cell in header), first, strict=False))
    return row.get("recording", "").strip(), row.get("sha256", "").strip().lower()


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with their lines; comments before the header are passed over."""
    lines = text.split("\n")
    skipped = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("# ")), len(lines))
    head = lines[skipped] if skipped < len(lines) else ""
    reader = csv.reader(io.StringIO("\n".join(lines[skipped:])), delimiter=max("\t;,", key=head.count), strict=True)
    rows, line = [], skipped + 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise errors.bad_line(line, f"this is no row of a table ({error})") from error
    return rows


def _columns(row: Sequence[str]) -> dict[str, int]:
    found = [cell.strip().lower() for cell in row]
    return {key: found.index(name) for key, names in _NAMES.items() for name in reversed(names) if name in found}


def _is_number(text: str) -> bool:
    try:
        number(text, 0, "start")
    except errors.MarkError:
        return False
    return True


def _label(row: Mapping[str, str], line: int) -> Label:
    start_s = number(row.get("start_s", ""), line, "start")
    end = row.get("end_s", "").strip()
    start_s, end_s = span(start_s, number(end, line, "end") if end else start_s, line)
    low, high = _band(row, line)
    kind, words = _typed(row.get("type", "").strip(), row.get("text", ""), line)
    return Label(
        start_s=start_s,
        end_s=end_s,
        low_hz=low,
        high_hz=high,
        type=kind,
        text=words,
        author=row.get("author", "").strip(),
        made_at=_made_at(row.get("made_at", "").strip(), line),
        written_for=row.get("written_for", "").strip(),
        line=line,
    )


def _made_at(text: str, line: int) -> str:
    try:
        return stamp(text) if text else ""
    except ValueError as error:
        raise errors.bad_line(line, f"the time {text[:40]!r} at which it was made is no time with its zone") from error


def _band(row: Mapping[str, str], line: int) -> tuple[float, float] | tuple[None, None]:
    low, high = row.get("low_hz", "").strip(), row.get("high_hz", "").strip()
    if not low and not high:
        return None, None
    if not (low and high):
        raise errors.bad_line(line, "a box needs both its lowest and its highest frequency")
    return band(number(low, line, "frequency"), number(high, line, "frequency"), line)


def _typed(kind: str, words: str, line: int) -> tuple[str, str]:
    if not kind:
        return split_text(words)
    keys = {title.lower(): key for key, title in MARK_TYPES.items()} | {key: key for key in MARK_TYPES}
    if kind.lower() not in keys:
        raise errors.bad_line(line, f"{kind[:40]!r} is no type of mark; there are: {', '.join(MARK_TYPES)}")
    return keys[kind.lower()], words


def _cell(value: object) -> str:
    if isinstance(value, float):
        return repr(value)
    return "" if value is None else str(value)


LABEL_FORMATS.register("csv")(
    LabelFormat(title="Table", suffix=".csv", suffixes=(".csv", ".tsv"), read=read, write=write, source=source_of)
)
