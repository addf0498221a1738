"""Measurements as text for spreadsheets: a header that says how to read it, then the tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.foundation.files import save
from core.foundation.version import NAME, version
from core.measure.result import Measurement, Quantity, Table


def as_text(measurement: Measurement, separator: str = "\t") -> str:
    """Everything as text: lines that start with `#` say file, hash, stretch and parameters; then the tables.

    Values are written in full, so that reading them again gives the same numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    for line in _header(measurement):
        out.write(f"# {line}\n")
    for table in measurement.tables():
        out.write(f"# table: {table.title}\n")
        writer.writerow([column.title for column in table.columns])
        writer.writerows(_rows(table))
    return out.getvalue()


def write(measurement: Measurement, path: Path) -> Path:
    """Write as CSV, or separated by tabs where the name ends in `.tsv` or `.txt`.

    Raises:
        CoreError: it cannot be written (SY-002).
    """
    separator = "\t" if path.suffix.lower() in (".tsv", ".txt") else ","
    save(path, as_text(measurement, separator).encode())
    return path


def _header(measurement: Measurement) -> Iterator[str]:
    origin = measurement.origin
    yield f"{measurement.title}; {NAME} {version()}"
    yield f"file: {origin.file_name}"
    yield f"SHA-256: {origin.sha256}"
    yield f"stretch: {origin.start_s!r} to {origin.end_s!r} s"
    yield f"channel: {origin.channel_name.removeprefix('channel ')}; sample rate: {origin.sample_rate} Hz"
    yield from (f"parameter {_said(one)}" for one in measurement.parameters() if one.name != "channel")
    yield from (f"value {_said(quantity)}" for quantity in measurement.facts())
    yield from measurement.sentences()


def _said(quantity: Quantity) -> str:
    if quantity.value is None:
        return f"{quantity.name}: not stated" + (f" [{quantity.about}]" if quantity.about else "")
    value = str(_number(quantity.value))
    limits = "" if quantity.uncertainty is None else f" ± {_number(quantity.uncertainty)}"
    about = f" [{quantity.about}]" if quantity.about else ""
    return f"{quantity.name}: {value}{limits} {quantity.unit}".rstrip() + about


def _rows(table: Table) -> Iterator[list[object]]:
    for row in zip(*(column.values for column in table.columns), strict=True):
        yield [_number(value) for value in row]


def _number(value: object) -> object:
    """Numbers as shortest text that reads back the same; not-a-number as an empty field."""
    if isinstance(value, np.generic):
        value = float(str(value)) if isinstance(value, np.floating) else value.item()
    if isinstance(value, float):
        return repr(value) if np.isfinite(value) else ""
    return value
