"""A report as frozen blocks: what is said, in which order, without a layout. Written by pdf.py, checked by lint.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.report.figure_data import FigureData
from core.report.ratio_data import RatioData

Kind = Literal["text", "mono", "quoted"]
"""`text` is the report's own words; `mono` hashes and code; `quoted` words of others, shown as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; level 1 opens a section and stands in the table of contents."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph."""

    text: str
    style: Literal["body", "lead", "small", "title", "subtitle"] = "body"
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A boxed statement that must not be overlooked."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table."""

    title: str
    share: float
    """Its part of the width, relative to the other columns."""
    align: Literal["left", "right"] = "left"
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption above it; its number is given when the document is put together."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValue:
    """One line of a list of facts."""

    key: str
    value: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValues:
    """A list of facts."""

    rows: tuple[KeyValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Lines to be typed or compared as they are."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """A figure: what to draw and everything a reader must know of it."""

    data: FigureData | RatioData
    exhibit: str
    caption: str
    parameters: tuple[str, ...]
    """How each part was computed, with units."""
    data_sha256: str
    """SHA-256 of what is drawn."""
    number: int = 0


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts on a new page."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents stands here."""


Block = Heading | Paragraph | Bullets | Notice | Table | KeyValues | Code | Figure | PageBreak | Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShown:
    """A model the report draws on; the lint compares that it is described."""

    id: str
    version: str
    sha256: str
    principle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioShown:
    """A likelihood ratio the report prints, with the limits its validation supports."""

    exhibit: str
    question: str
    log10_lr: float
    interval: tuple[float, float] | None
    bounds: tuple[float, float] | None
    calibration: str
    """Its id, which must be printed as well."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """A whole report."""

    title: str
    report_id: str
    state: str
    """`DRAFT` until there is a way to release a report."""
    number: str
    """The case's number; empty without a case."""
    examiner: str
    made_at: str
    """UTC, ISO 8601: the time of what the report stands on, not of its printing."""
    manifest: dict[str, object] = field(default_factory=dict)
    """What the report stands on: exhibits, runs, head of the log, versions."""
    manifest_sha256: str
    software: str
    """Name and version of the program that wrote it."""
    blocks: tuple[Block, ...]
    models: tuple[ModelShown, ...] = ()
    ratios: tuple[RatioShown, ...] = ()
