"""What stands in the cells of an evaluation's tables: figures as text."""

from __future__ import annotations

from dataclasses import dataclass

from core.detectors.card import Question
from core.report.wording import text

NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a heading; the first `words` columns hold words, the others figures."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


def percent(share: float | None, places: int = 1) -> str:
    """`12.3`: a share in 0..1 in per cent."""
    return NONE if share is None else f"{100 * share:.{places}f}"


def interval(ends: tuple[float, float] | None) -> str:
    """`9.8 to 16.2`, in per cent."""
    return NONE if ends is None else f"{percent(ends[0])} to {percent(ends[1])}"


def plain(value: float | None, places: int = 2) -> str:
    """A figure with that many places."""
    return NONE if value is None else f"{value:.{places}f}"


def count(part: int, whole: int) -> str:
    """`3 of 12`."""
    return f"{part} of {whole}" if whole else NONE


def question(name: Question) -> str:
    """The question in words."""
    return text(f"questions.{name}")
