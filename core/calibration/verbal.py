"""Likelihood ratios in words: two significant figures, limits, and a verbal scale that is named and versioned."""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from core.calibration.propositions import SHORT
from core.detectors.card import Question
from core.foundation.paths import resources_dir

DEFAULT_SCALE = "enfsi-2015"
BEYOND = "the limit of the validation; the computed 95 % interval lies wholly beyond it"
"""What is said of an interval of which the limits left no width: two equal ends would read as certainty."""
_NO_RATIO = "No likelihood ratio"
_MINUS = "\u2212"

Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Likelihood ratios that have the same words."""

    above: float
    """LR from which, itself excluded, the band reaches to the next one's `above`, included; at least 1."""
    strength: str
    """Such as `moderate`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A verbal scale: bands of LR above 1; below 1 the inverse is taken and the propositions are exchanged."""

    name: str
    version: str
    source: str
    edges: str
    """What is done with a ratio on an edge, and below 1."""
    neutral: str
    """Words of ratios between the first band and its inverse."""
    neutral_short: str
    support: str
    """Sentence with {strength}, {first} and {second}."""
    bands: tuple[Band, ...]
    """Ascending."""

    def band(self, log10_lr: float) -> Band | None:
        """The band of a ratio or, below 1, of its inverse; None for the neutral class."""
        found = [band for band in self.bands if abs(log10_lr) > math.log10(band.above)]
        return found[-1] if found else None

    def spans(self, reach: float) -> list[tuple[float, float, str]]:
        """The bands between log10 LR -reach and reach, from the left: (low, high, name)."""
        edges = [min(math.log10(band.above), reach) for band in self.bands] + [float(reach)]
        above = [
            (low, high, band.strength)
            for low, high, band in zip(edges, edges[1:], self.bands, strict=False)
            if high > low
        ]
        below = [(-high, -low, name) for low, high, name in reversed(above)]
        return [*below, (-edges[0], edges[0], self.neutral_short), *above]

    def rows(self) -> list[tuple[str, str, str]]:
        """The whole scale as (LR, log10 LR, words), lowest ratio first in the neutral class."""
        first = self.bands[0].above
        rows = [
            (
                f"{1 / first:g} to {first:g}",
                f"{_MINUS}{_log(first)} to {_log(first)}",
                self.neutral,
            )
        ]
        tops = [*(band.above for band in self.bands[1:]), math.inf]
        for band, top in zip(self.bands, tops, strict=True):
            words = self.support.format(strength=band.strength, first="the first proposition", second="the second")
            low, high = _whole(band.above), "" if math.isinf(top) else f", to {_whole(top)}"
            log_high = "" if math.isinf(top) else f", to {_log(top)}"
            rows.append((f"above {low}{high}", f"above {_log(band.above)}{log_high}", words))
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """A bounded likelihood ratio, and how it is said."""

    question: Question
    log10_lr: float
    interval: Span | None = None
    """95 %, log10."""
    bounds: Span | None = None
    """Limits of the validation, log10."""
    scale: Scale = field(default_factory=lambda: scale())

    @property
    def limit(self) -> Literal["", "at least", "at most"]:
        """Whether the ratio lies on a limit of the validation, so that more was computed than may be said."""
        low, high = self.bounds or (-math.inf, math.inf)
        return "at least" if self.log10_lr >= high else "at most" if self.log10_lr <= low else ""

    @property
    def is_exchanged(self) -> bool:
        """Whether it is said with the propositions exchanged."""
        return self.log10_lr < 0

    @property
    def width(self) -> Span | None:
        """The interval where it has a width to be drawn or said; None where it lies wholly beyond a limit, or is not
        known."""
        return None if self.interval is None or _is_beyond(self.interval, self.bounds) else self.interval

    @property
    def ratio(self) -> str:
        """`LR 160 (95 % interval 40 to 630)`."""
        return f"LR {self._limited(two_figures(10**self.log10_lr))}" + _interval(self.interval, self.bounds, _times)

    @property
    def log_ratio(self) -> str:
        """`log10 LR +2.20 (95 % interval +1.60 to +2.80)`."""
        return f"log10 LR {self._limited(signed(self.log10_lr))}" + _interval(self.interval, self.bounds, signed)

    @property
    def brief(self) -> str:
        """The same for a place with little room: an interval without width at a limit is passed over."""
        return self.log_ratio.removesuffix(f" ({BEYOND})")

    @property
    def limits(self) -> str:
        """`log10 LR −2.40 to +2.50 (LR 0.0040 to 320)`; empty where none are known."""
        if self.bounds is None:
            return ""
        low, high = self.bounds
        return f"log10 LR {signed(low)} to {signed(high)} (LR {two_figures(10**low)} to {two_figures(10**high)})"

    @property
    def words(self) -> str:
        """`moderate support for the first proposition (the speech is synthetic) rather than the second`."""
        band = self.scale.band(self.log10_lr)
        if band is None:
            return self.scale.neutral
        h1, h2 = SHORT[self.question]
        first, second = f"the first proposition ({h1})", "the second"
        if self.is_exchanged:
            first, second = f"the second proposition ({h2})", "the first"
        return self.scale.support.format(strength=band.strength, first=first, second=second)

    @property
    def sentence(self) -> str:
        """How much more probable the scores are if one proposition holds than if the other does."""
        if self.scale.band(self.log10_lr) is None and not self.limit:
            first, second = SHORT[self.question]
            return f"The scores are about as probable if {first} as if {second}: {self.ratio}."
        first, second = SHORT[self.question][:: -1 if self.is_exchanged else 1]
        times = two_figures(10 ** abs(self.log10_lr))
        turn = _turned if self.is_exchanged else lambda span: span
        span = _interval(turn(self.interval), turn(self.bounds), _times)
        about = "at least" if self.limit else "about"
        return f"The scores are {about} {times} times{span} more probable if {first} than if {second}."

    def _limited(self, value: str) -> str:
        return f"{self.limit} {value}".strip()


def reach(weights: Iterable[Weight], spans: Iterable[Span] = ()) -> int:
    """log10 LR to which a picture runs on both sides: whole, past all that is shown, 3 to 7."""
    ends = [abs(end) for span in spans for end in span]
    for weight in weights:
        ends += [abs(end) for span in (weight.bounds, weight.interval) if span for end in span]
        ends.append(abs(weight.log10_lr))
    return max(3, min(7, int(max(ends, default=0.0) + 1)))


@functools.cache
def scale(name: str = DEFAULT_SCALE) -> Scale:
    """The verbal scale of that name, from resources/wording/scales.

    The default one has the bands of the guideline's worked example: LR 2 to 10 weak, 10 to 100 moderate, 100 to 1,000
    moderately strong, 1,000 to 10,000 strong, 10,000 to 1,000,000 very strong, above it extremely strong; at 1 the
    findings support neither proposition. The guideline names nothing between 1 and 2 and leaves edges open: those are
    rules of the house, stated in the table.

    Source: ENFSI (2015), Guideline for Evaluative Reporting in Forensic Science (STEOFRAE), version 3.0, worked
    example of verbal equivalents.
    """
    path = resources_dir() / "wording" / "scales" / f"{name}.toml"
    values = tomllib.loads(path.read_text("utf-8"))
    return Scale(**{**values, "bands": tuple(Band(**band) for band in values["bands"])})


def why_none(reasons: Iterable[str]) -> str:
    """The sentence that says why there is no likelihood ratio, of the reasons of an answer without one."""
    found = list(reasons)
    named = [reason for reason in found if _NO_RATIO in reason]
    if named:
        return named[-1]
    return f"{_NO_RATIO}: {found[-1]}" if found else f"{_NO_RATIO}, because the score is not calibrated."


def two_figures(value: float) -> str:
    """`1,600`, `160`, `2.5`, `0.0063`: a ratio to two significant figures."""
    rounded = float(f"{value:.2g}")
    places = max(0, 1 - math.floor(math.log10(rounded)))
    return f"{rounded:,.{places}f}"


def signed(value: float) -> str:
    """`+2.20`, `−1.25`, `0.00`."""
    rounded = round(value, 2) + 0.0
    return (f"{rounded:+.2f}" if rounded else "0.00").replace("-", _MINUS)


def _interval(span: Span | None, bounds: Span | None, say: Callable[[float], str]) -> str:
    """The interval in brackets; an end that a limit cut is said as one, and no width where there is none."""
    if span is None:
        return ""
    if _is_beyond(span, bounds):
        return f" ({BEYOND})"
    low, high = bounds or (-math.inf, math.inf)
    less, more = " or less" * (span[0] <= low), " or more" * (span[1] >= high)
    return f" (95 % interval {say(span[0])}{less} to {say(span[1])}{more})"


def _is_beyond(span: Span, bounds: Span | None) -> bool:
    """Whether limits left an interval no width."""
    return bounds is not None and (span[1] <= bounds[0] or span[0] >= bounds[1])


def _turned(span: Span | None) -> Span | None:
    """Of the inverse ratio."""
    return (-span[1], -span[0]) if span else None


def _times(log10_lr: float) -> str:
    return two_figures(10**log10_lr)


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _log(value: float) -> str:
    return f"{math.log10(value):.1f}".removesuffix(".0")
