"""Marks as JSON with everything that is known of them: `auditrace.marks/1`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.foundation.tables import FieldError
from core.marks import errors
from core.marks.files.formats import LABEL_FORMATS, LabelFormat, Source, stamp
from core.marks.labels import Label
from core.marks.mark import Mark

SCHEMA = "auditrace.marks/1"


def read(text: str) -> list[Label]:
    """Labels of the document."""
    document = _loaded(text)
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise errors.unreadable(f"The file is not marked as {SCHEMA}.", "Export the marks as JSON by this program.")
    items = document.get("marks")
    if not isinstance(items, list):
        raise errors.unreadable("The document has no list of marks.", "Export the marks as JSON by this program.")
    return [_label(item, place) for place, item in enumerate(items)]


def write(marks: Sequence[Mark], source: Source) -> str:
    """The document, one mark a line."""
    recording = {"name": source.name, "sha256": source.sha256, "duration_s": source.duration_s}
    lines = [f"  {_text(mark.to_json())}" for mark in marks]
    body = "\n" + ",\n".join(lines) + "\n " if lines else ""
    return f'{{"schema": {_text(SCHEMA)},\n "recording": {_text(recording)},\n "marks": [{body}]}}\n'


def source_of(text: str) -> tuple[str, str]:
    """Name and hash of the recording that the document was written for; empty where it says none."""
    recording = _loaded(text).get("recording")
    if not isinstance(recording, Mapping):
        return "", ""
    return str(recording.get("name", "")), str(recording.get("sha256", ""))


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise errors.bad_line(error.lineno, f"this is no JSON ({error.msg})") from error
    except RecursionError as error:
        raise errors.unreadable("The document is nested too deeply.", "Export it again.") from error
    except ValueError as error:  # NaN, or a whole number of thousands of digits
        raise errors.unreadable(f"The document holds a number that cannot be used ({error}).", "Correct it.") from error


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not finite")


def _label(item: object, place: int) -> Label:
    try:
        mark = Mark.from_json(item)
        mark = dataclasses.replace(mark, made_at=stamp(mark.made_at) if mark.made_at else "")
    except (FieldError, errors.MarkError, OverflowError, ValueError) as error:
        why = error.what if isinstance(error, errors.MarkError) else str(error)
        raise errors.unreadable(f"Mark {place + 1} of the document cannot be used: {why}", "Correct it.") from error
    names = ("start_s", "end_s", "low_hz", "high_hz", "type", "text", "author", "made_at", "written_for")
    return Label(**{name: getattr(mark, name) for name in names})


LABEL_FORMATS.register("json")(
    LabelFormat(title="JSON", suffix=".json", suffixes=(".json",), read=read, write=write, source=source_of)
)
