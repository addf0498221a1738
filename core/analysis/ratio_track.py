"""Likelihood ratios over time: those that stretches of a recording would have as recordings of their own.

A calibration is of recordings of a certain length, and a ratio of anything else is not validated. So a stretch as
long as the recordings of the validation slides over the recording, its windows are joined as those of a recording
are, and the same calibration gives ratio, interval and bounds. Stretches overlap: their ratios are not independent
and are never multiplied, and the highest of many is a place to look, not the weight of the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.calibration.verbal import Weight
from core.detectors.card import Question
from core.features.params import Params, param
from core.measure.result import Column, Measurement, Quantity, Table
from core.ood.envelope import Verdict

STRETCH_S = 4.0
"""Longest stretch where a calibration does not say how much speech its clips held: what the shipped one was made on."""
MEANS = "Each value is the ratio that its stretch would have as a recording of its own."
NOT_JOINED = (
    "Stretches overlap: their ratios are not independent and are never multiplied. The highest of many stretches is a "
    "place to look, not the weight of the evidence: the ratio of the recording, where it has one, is in its results."
)
_TOLERANCE_S = 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches(Params):
    """The stretches that slide over a recording."""

    stretch_s: float = param(STRETCH_S, "Length of a stretch.", unit="s", low=0.0)
    step_s: float = param(1.0, "From the start of one stretch to that of the next.", unit="s", low=0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RatioTrack(Measurement):
    """Ratios of one question over time; each (n,) array has one value for each stretch."""

    title: ClassVar[str] = "Likelihood ratios of stretches"
    params: Stretches
    question: Question
    calibration: str = ""
    """Id of the calibration."""
    bounds: tuple[float, float] | None = None
    """Limits of log10 LR that the validation supports; None where there are no ratios."""
    starts_s: Floats
    """Starts of the stretches, ascending."""
    log10_lr: Floats
    """Within `bounds`; not a number where the stretch lies outside the validated conditions, as in a pause."""
    interval: Floats
    """(n, 2), 95 % intervals of log10_lr, within `bounds`."""
    speech_s: Floats
    """Speech that each stretch holds, seconds."""
    verdicts: tuple[Verdict, ...] = ()
    """Where each stretch lies against the validated conditions."""
    reason: str = ""
    """Why there are no ratios, in a sentence; empty where there are."""

    @property
    def middles_s(self) -> Floats:
        """(n,), seconds."""
        return self.starts_s + self.params.stretch_s / 2

    def at(self, seconds: float) -> int | None:
        """Number of the stretch whose middle is nearest; None where no middle is within half a step."""
        middles = self.middles_s
        if not middles.size:
            return None
        nearest = int(np.abs(middles - seconds).argmin())
        return nearest if abs(middles[nearest] - seconds) <= self.params.step_s / 2 + _TOLERANCE_S else None

    def span(self, number: int) -> tuple[float, float]:
        """Start and end of a stretch, seconds."""
        return float(self.starts_s[number]), float(self.starts_s[number] + self.params.stretch_s)

    def weight(self, number: int) -> Weight | None:
        """The ratio of a stretch, ready to be said; None where it has none."""
        if not np.isfinite(self.log10_lr[number]):
            return None
        low, high = self.interval[number]
        found = float(self.log10_lr[number])
        return Weight(question=self.question, log10_lr=found, interval=(float(low), float(high)), bounds=self.bounds)

    def facts(self) -> tuple[Quantity, ...]:
        """What the ratios are of, and their limits."""
        low, high = self.bounds or (None, None)
        return (
            Quantity("question", self.question.replace("_", " ")),
            Quantity("calibration", self.calibration or None),
            Quantity("lower limit of the validation", low, "log10 LR", about="a ratio there reads at most"),
            Quantity("upper limit of the validation", high, "log10 LR", about="a ratio there reads at least"),
        )

    def sentences(self) -> tuple[str, ...]:
        """What a value is and is not, or why there are none."""
        return (self.reason,) if self.reason else (MEANS, NOT_JOINED)

    def tables(self) -> tuple[Table, ...]:
        """Stretches with their ratios."""
        low, high = self.interval.T
        weights = [self.weight(number) for number in range(self.starts_s.size)]
        columns = (
            Column("start", "s", self.starts_s),
            Column("end", "s", self.starts_s + self.params.stretch_s),
            Column("speech", "s", self.speech_s),
            Column("conditions", "", self.verdicts),
            Column("log10 LR", "", self.log10_lr),
            Column("95 % interval from", "log10 LR", low),
            Column("95 % interval to", "log10 LR", high),
            Column("limit", "", [weight.limit if weight else "" for weight in weights]),
        )
        return (Table(f"{self.title}: {self.question.replace('_', ' ')}", columns),)
