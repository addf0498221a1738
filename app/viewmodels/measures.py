"""Measurements as rows of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.viewmodels.facts import Fact, Section, decimals_of

if TYPE_CHECKING:  # the window must open without scipy
    from core.measure import Column, Measurement, Quantity, Table

_MOST_ROWS = 40


def sections(measurement: Measurement) -> list[Section]:
    """The values, and how they were made."""
    values = Section("Values", tuple(map(fact, measurement.facts())))
    origin = measurement.origin
    made = Section(
        "How it was made",
        (
            Fact("Stretch", f"{origin.start_s:.4f} to {origin.end_s:.4f} s"),
            Fact("Channel", {"mix": "mean of all channels", "all": "all channels"}.get(origin.channel, origin.channel)),
            *map(fact, measurement.parameters()),
        ),
    )
    return [section for section in (values, made) if section.facts]


def fact(quantity: Quantity) -> Fact:
    """One value with its limits; what they rest on is said on copying."""
    about = f" ({quantity.about})" if quantity.about else ""
    return Fact(quantity.name[:1].upper() + quantity.name[1:], said(quantity), f"{exact(quantity)}{about}")


def said(quantity: Quantity) -> str:
    """`1 234.5 ± 0.3 Hz`: no more digits than the limits let stand; five where there are none."""
    if quantity.value is None:
        return "not stated"
    if isinstance(quantity.value, str):
        return f"{quantity.value} {quantity.unit}".rstrip()
    if quantity.uncertainty is None:
        number = f"{quantity.value:,}" if isinstance(quantity.value, int) else f"{quantity.value:.5g}"
        return _signed(f"{number} {quantity.unit}".rstrip())
    decimals = decimals_of(quantity.uncertainty)
    return _signed(f"{quantity.value:.{decimals}f} ± {quantity.uncertainty:.{decimals}f} {quantity.unit}")


def exact(quantity: Quantity) -> str:
    """The value with all its digits."""
    if quantity.value is None:
        return "not stated"
    limits = "" if quantity.uncertainty is None else f" ± {quantity.uncertainty!r}"
    return (
        f"{quantity.value!r}{limits} {quantity.unit}".rstrip()
        if not isinstance(quantity.value, str)
        else quantity.value
    )


def rows(table: Table, title: str = "") -> Section:
    """A short table as facts: the first column names, the others follow."""
    shown = min(len(table), _MOST_ROWS)
    facts = [_row(table.columns, i) for i in range(shown)]
    if len(table) > shown:
        facts.append(Fact("More", f"{len(table) - shown} rows; all are in the saved data"))
    return Section(title or table.title, tuple(facts))


def difference_rows(quantities: Sequence[Quantity]) -> Section:
    """How the reading differs from the pinned one."""
    return Section("Less the pinned reading", tuple(map(fact, quantities)))


def _row(columns: Sequence[Column], i: int) -> Fact:
    """`277.0 Hz ±23.3 Hz`: `level −41.6 dBFS ±0.1 dB; prominence 35.8 dB`."""
    cells: list[str] = []
    for column in columns:
        cell = _cell(column.values[i], column.unit)
        if column.unit.startswith("± ") and cells:
            cells[-1] += f" {cell}"
        else:
            cells.append(f"{column.name} {cell}" if cells else cell)
    return Fact(cells[0], "; ".join(cells[1:]))


def _cell(value: object, unit: str) -> str:
    text = _short(float(value), unit) if isinstance(value, float) else str(value)
    return _signed(f"±{text} {unit[2:]}" if unit.startswith("± ") else f"{text} {unit}".rstrip())


def _short(value: float, unit: str) -> str:
    """Tenths of decibels and hertz, tenths of milliseconds, thousandths of the rest."""
    decimals = 1 if "dB" in unit or "Hz" in unit else 4 if unit == "s" else 3
    return f"{value:.{decimals}f}"


def _signed(text: str) -> str:
    return text.replace("-", "−", 1) if text.startswith("-") else text
