"""Measurements as rows of words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.viewmodels.facts import Fact, Section, decimals_of
from app.viewmodels.wording import CHOICES

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
            Fact("Channel", channel_name(origin.channel)),
            *(fact(one) for one in measurement.parameters() if one.name != "channel"),
        ),
    )
    return [section for section in (values, made) if section.facts]


def said_in_words(measurement: Measurement) -> Section:
    """The findings as sentences."""
    return Section("In words", tuple(Fact("", sentence) for sentence in measurement.sentences()))


def channel_name(channel: str) -> str:
    """A channel as parameters name it, in words; they are counted from 1 on the screen."""
    from core.measure.result import channel_name as in_words

    return in_words(channel).removeprefix("channel ")


def fact(quantity: Quantity) -> Fact:
    """One value with its limits; what they rest on is said on copying."""
    about = f" ({quantity.about})" if quantity.about else ""
    return Fact(quantity.name[:1].upper() + quantity.name[1:], said(quantity), f"{exact(quantity)}{about}")


def said(quantity: Quantity) -> str:
    """`1 234.5 ± 0.3 Hz`: no more digits than the limits let stand; five where there are none."""
    if quantity.value is None:
        return "not stated"
    if isinstance(quantity.value, str):
        return f"{CHOICES.get(quantity.value, quantity.value)} {quantity.unit}".rstrip()
    if quantity.uncertainty is None:
        number = f"{quantity.value:,}" if isinstance(quantity.value, int) else _plain(quantity.value, quantity.unit)
        return _signed(f"{number} {quantity.unit}".rstrip())
    return _limited(quantity.value, quantity.uncertainty, quantity.unit)


def _plain(value: float, unit: str) -> str:
    """Five digits, but only tenths of decibels and standard deviations."""
    return fixed(round(value, 1)) if "dB" in unit or "deviation" in unit else fixed(value)


def fixed(value: float, digits: int = 5) -> str:
    """So many digits, never with an exponent."""
    if not math.isfinite(value):
        return str(value)
    decimals = digits if value == 0 else max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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


def parameter(quantity: Quantity) -> tuple[str, str]:
    """How something was made: name and value in the words of the form."""
    if quantity.name == "channel":
        return "Channel", channel_name(str(quantity.value))
    value = CHOICES.get(quantity.value, quantity.value) if isinstance(quantity.value, str) else exact(quantity)
    return quantity.name[:1].upper() + quantity.name[1:], value


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
    """`277.0 ± 23.3 Hz`: `level −41.6 ± 1.3 dBFS; above local floor 35.8 dB`."""
    cells: list[str] = []
    pairs = zip(columns, [*columns[1:], None], strict=True)
    for column, limits in pairs:
        if not column.unit.startswith("± "):
            is_limited = limits is not None and limits.unit.startswith("± ")
            cell = _cell(column.values[i], column.unit, limits.values[i] if limits is not None and is_limited else None)
            cells.append(f"{column.name} {cell}" if cells or not column.unit else cell)
    return Fact(cells[0][:1].upper() + cells[0][1:], "; ".join(cells[1:]))


def _cell(value: object, unit: str, limit: object) -> str:
    if not isinstance(value, float):
        return f"{value} {unit}".rstrip()
    if isinstance(limit, float):
        return _limited(value, limit, unit)
    return _signed(f"{_short(value, unit)} {unit}".rstrip())


def _limited(value: float, limit: float, unit: str) -> str:
    decimals = decimals_of(limit)
    return _signed(f"{value:,.{decimals}f} ± {limit:,.{decimals}f} {unit}")


def _short(value: float, unit: str) -> str:
    """Tenths of decibels, hertz and standard deviations, tenths of milliseconds, thousandths of the rest."""
    decimals = 1 if any(short in unit for short in ("dB", "Hz", "deviation")) else 4 if unit == "s" else 3
    return f"{value:,.{decimals}f}"


def _signed(text: str) -> str:
    return text.replace("-", "−", 1) if text.startswith("-") else text
