"""Parameters of front ends: each field says its range, unit and meaning, and refuses what lies outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any

from core.features.base import FeatureSpec
from core.foundation.errors import FeatureError


def param(
    default: Any,
    help: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: Sequence[Any] = (),
) -> Any:
    """A field of a `Params` class.

    Args:
        default: Its default; also fixes the type.
        help: One sentence for forms and help pages.
        unit: Unit of the value, e.g. `frames`, `Hz`.
        low: Smallest legal value, inclusive.
        high: Largest legal value, inclusive.
        choices: All legal values, where they can be listed.
    """
    metadata = {"help": help, "unit": unit, "low": low, "high": high, "choices": tuple(choices)}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Base of all front ends' parameters; checked when built.

    Raises:
        FeatureError: a value has the wrong type or lies outside its range (FE-002).
    """

    def __post_init__(self) -> None:
        for item in fields(self):
            _check(self, item)


def _check(params: Params, item: Field[Any]) -> None:
    value = getattr(params, item.name)
    if isinstance(item.default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)  # card.toml may say 2 where 2.0 is meant; the recipe must read the same
        object.__setattr__(params, item.name, value)
    low, high, choices = (item.metadata[key] for key in ("low", "high", "choices"))
    legal = type(value) is type(item.default) and (not choices or value in choices)
    if legal and isinstance(value, int | float):
        legal = (low is None or value >= low) and (high is None or value <= high)
    if not legal:
        raise FeatureError(
            "FE-002",
            f"The parameter {item.name} cannot be {value!r}.",
            do=f"Choose {_range(item)}.",
            facts={"parameter": item.name, "value": str(value)},
        )


def _range(item: Field[Any]) -> str:
    low, high, choices, unit = (item.metadata[key] for key in ("low", "high", "choices", "unit"))
    if choices:
        return "one of " + ", ".join(str(choice) for choice in choices)
    kind = {bool: "true or false", str: "a name", int: "a whole number", float: "a number"}[type(item.default)]
    bounds = [f"from {low}" if low is not None else "", f"to {high}" if high is not None else ""]
    return " ".join(part for part in (kind, *bounds, unit) if part)


def spec_of(name: str, version: int, sample_rate: int, params: Params) -> FeatureSpec:
    """The provenance of a front end with these parameters."""
    return FeatureSpec(
        name=name, version=version, sample_rate=sample_rate, parameters=tuple(sorted(asdict(params).items()))
    )


def checked_rate(sample_rate: int) -> int:
    """The sample rate as an int.

    Raises:
        FeatureError: it is no positive whole number of hertz (FE-005).
    """
    if not sample_rate > 0 or sample_rate != int(sample_rate):
        raise FeatureError(
            "FE-005",
            f"A sample rate of {sample_rate} Hz cannot be used.",
            do="Check the recording's header; the rate must be a whole number above 0.",
            facts={"sample_rate": str(sample_rate)},
        )
    return int(sample_rate)


def too_short(what: str, frames: int, needed: int, sample_rate: int) -> FeatureError:
    """The error for a stretch that a front end cannot take (FE-001)."""
    return FeatureError(
        "FE-001",
        f"The stretch is too short for {what}: {frames} samples, at least {needed} are needed.",
        do=f"Choose a stretch of {needed / sample_rate:.3f} s or more, or a shorter analysis window.",
        facts={"frames": frames, "needed": needed, "sample_rate": sample_rate},
    )
