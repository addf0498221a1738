"""Label files read line by line; the first line that is wrong is named with its number."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TypeVar

from core.foundation.errors import DataError

T = TypeVar("T")
V = TypeVar("V")
Place = tuple[str, int]
"""A file's name and the number of a line in it, from 1; 0 for a folder."""


def read_lines(path: Path, parse: Callable[[list[str]], T], separator: str | None = None) -> Iterator[tuple[T, Place]]:
    """What `parse` makes of the fields of each line that is not empty, and where it stands.

    Args:
        path: Text in UTF-8.
        parse: Raises ValueError with what is wrong.
        separator: Between fields; None for white space.

    Raises:
        DataError: the file cannot be read (DA-001) or a line is wrong (DA-003).
    """
    for number, line in enumerate(_text(path).splitlines(), 1):
        if line.strip():
            fields = [field.strip() for field in line.strip().split(separator)]
            yield parsed(parse, fields, (path.name, number)), (path.name, number)


def read_table(path: Path, columns: Collection[str], parse: Callable[[dict[str, str]], T]) -> Iterator[tuple[T, Place]]:
    """What `parse` makes of each row of a CSV file with a header row, and where it stands.

    Raises:
        DataError: the file cannot be read (DA-001), lacks one of `columns` (DA-002), or a row is wrong (DA-003).
    """
    rows = csv.DictReader(_text(path).splitlines())
    missing = sorted(set(columns) - set(rows.fieldnames or ()))
    if missing:
        raise DataError(
            "DA-002",
            f"{path.name} has no column {' and no column '.join(missing)}.",
            do=f"Add a header row with at least {', '.join(f'`{name}`' for name in columns)}.",
        )
    for row in rows:
        place = (path.name, rows.line_num)
        yield parsed(parse, row, place), place


def parsed(parse: Callable[[V], T], value: V, place: Place) -> T:
    """What `parse` makes of a line.

    Raises:
        DataError: it is wrong (DA-003); the line is named.
    """
    try:
        if isinstance(value, dict):
            _check_width(value)
        return parse(value)
    except ValueError as error:
        name, number = place
        raise DataError(
            "DA-003",
            f"Line {number} of {name} is wrong: {error}.",
            means="Nothing was read from this file.",
            do="Correct that line.",
            facts={"file": name, "line": number},
        ) from error


def _check_width(row: dict[str, str]) -> None:
    if None in row:
        raise ValueError("it has more values than the header has columns")
    missing = [name for name, value in row.items() if value is None]
    if missing:
        raise ValueError(f"it has fewer values than the header has columns: {missing[0]} is missing")


def one_of(name: str, value: str | None, allowed: Collection[str]) -> str:
    """The value.

    Raises:
        ValueError: it is none of the allowed ones.
    """
    if value is None or value not in allowed:
        raise ValueError(f"{name} is {value!r}, not one of {', '.join(allowed)}")
    return value


def count(fields: list[str], *allowed: int) -> None:
    """Check how many fields a line has.

    Raises:
        ValueError: another number of fields.
    """
    if len(fields) not in allowed:
        raise ValueError(f"it has {len(fields)} fields, not {' or '.join(map(str, allowed))}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            "DA-001",
            f"{path.name} cannot be read ({error}).",
            do="Check the path; it must be text in UTF-8.",
        ) from error
