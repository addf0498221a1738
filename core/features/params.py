"""Parameters of front ends: each field says its range, unit and meaning, and refuses what lies outside."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.features.base import FeatureSpec
from core.foundation.errors import FeatureError
from core.foundation.params import illegal, param, wanted

__all__ = ["Params", "checked_rate", "param", "spec_of", "too_short"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Base of all front ends' parameters; checked when built.

    Raises:
        FeatureError: a value has the wrong type or lies outside its range (FE-002).
    """

    def __post_init__(self) -> None:
        item = illegal(self)
        if item is None:
            return
        value = getattr(self, item.name)
        raise FeatureError(
            "FE-002",
            f"The parameter {item.name} cannot be {value!r}.",
            do=f"Choose {wanted(item)}.",
            facts={"parameter": item.name, "value": str(value)},
        )


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
    """The error for a stretch that a front end cannot take (FE-001), in seconds whatever rate it works at."""
    there_s, least_s = _seconds(frames, needed, sample_rate)
    return FeatureError(
        "FE-001",
        f"The stretch is too short for {what}: {there_s} s; at least {least_s} s are needed.",
        do=f"Choose a stretch of {least_s} s or more, or a shorter analysis window.",
        facts={"frames": frames, "needed": needed, "sample_rate": sample_rate},
    )


def _seconds(frames: int, needed: int, sample_rate: int) -> tuple[str, str]:
    """What there is, rounded down, and what is needed, rounded up, with as few decimals as tell them apart."""
    there, least, decimals = 0, 0, 0
    while decimals < 6 and (least - there < 2 or (frames and not there)):
        decimals += 1
        there, least = frames * 10**decimals // sample_rate, -(-needed * 10**decimals // sample_rate)
    return f"{there / 10**decimals:.{decimals}f}", f"{least / 10**decimals:.{decimals}f}"
