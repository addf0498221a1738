"""Parameters of what can be chosen: each field says its range, unit and meaning, and what is illegal is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, field, fields
from typing import Any


def param(
    default: Any,
    help: str,
    *,
    name: str = "",
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: Sequence[Any] = (),
) -> Any:
    """A field of a dataclass of parameters.

    Args:
        default: Its default; also fixes the type.
        help: One sentence for forms and help pages.
        name: What it is called on the screen and in exports, where the field's name does not say enough.
        unit: Unit of the value, e.g. `frames`, `Hz`.
        low: Smallest legal value, inclusive; of each element where the value is a tuple.
        high: Largest legal value, inclusive; of each element where the value is a tuple.
        choices: All legal values, where they can be listed.
    """
    metadata = {"help": help, "name": name, "unit": unit, "low": low, "high": high, "choices": tuple(choices)}
    return field(default=default, metadata=metadata)


def illegal(params: Any) -> Field[Any] | None:
    """The first field of a frozen dataclass of `param` fields whose value is illegal; None where all are legal.

    Whole numbers become floats and lists become tuples where the default is one: files may say 2 where 2.0 is meant.
    """
    for item in fields(params):
        value = _as_meant(getattr(params, item.name), item.default)
        object.__setattr__(params, item.name, value)
        if not _is_legal(value, item):
            return item
    return None


def wanted(item: Field[Any]) -> str:
    """What a field takes, in words, e.g. `a number from 0.0 to 1.0`."""
    low, high, choices, unit = (item.metadata[key] for key in ("low", "high", "choices", "unit"))
    if choices:
        return "one of " + ", ".join(str(choice) for choice in choices)
    kinds = {bool: "true or false", str: "a name", int: "a whole number", float: "a number", tuple: "numbers"}
    bounds = [f"from {low}" if low is not None else "", f"to {high}" if high is not None else ""]
    return " ".join(part for part in (kinds[type(item.default)], *bounds, unit) if part)


def _as_meant(value: Any, default: Any) -> Any:
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(default, tuple) and isinstance(value, list | tuple):
        return tuple(_as_meant(element, default[0]) for element in value)
    return value


def _is_legal(value: Any, item: Field[Any]) -> bool:
    default: Any = item.default
    low, high, choices = (item.metadata[key] for key in ("low", "high", "choices"))
    if type(value) is not type(default) or (choices and value not in choices):
        return False
    elements = value if isinstance(value, tuple) else ()
    if any(type(element) is not type(default[0]) for element in elements):
        return False
    numbers = [v for v in (elements or (value,)) if isinstance(v, int | float)]
    return all((low is None or number >= low) and (high is None or number <= high) for number in numbers)
