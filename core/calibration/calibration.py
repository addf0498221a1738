"""A fitted calibration: numbers enough to give one recording a likelihood ratio with its interval and limits."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from core.calibration.curve import Curve, Floats
from core.calibration.measured import Measured
from core.calibration.propositions import PROPOSITIONS
from core.detectors.card import Question
from core.foundation.errors import CalibrationError
from core.foundation.hashing import sha256_value
from core.ood.validated import Envelope

MAX_CLLR, MAX_CALIBRATION_LOSS = 0.5, 0.1
"""Ratios are given where the validated Cllr, and what it exceeds Cllr_min by, are below these."""

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """How much more probable the scores are under the first proposition than under the second."""

    log10_lr: float
    """Within `bounds`."""
    interval: Bounds
    """95 % interval of log10_lr over calibrations whose sources were drawn again; within `bounds`, holds log10_lr."""
    bounds: Bounds
    """Limits of log10_lr that the validation supports (ELUB)."""
    bound_hit: Literal["", "lower", "upper"]
    """Which limit cut the ratio: it then reads as `at most` or `at least`."""
    calibration: str
    """Id of the calibration."""
    h1: str
    h2: str


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How the scores of certain models, taken together, become a likelihood ratio for one question."""

    question: Question
    method: str
    """Name in CALIBRATORS."""
    models: tuple[str, ...]
    """Ids of the models whose scores it takes, in this order."""
    curve: Curve
    draws: tuple[Curve, ...]
    """The same fit with the sources drawn again: their spread is the interval."""
    bounds: Bounds
    """ELUB, log10, of the cross-validated ratios."""
    iv_bounds: Bounds
    """Bounds by invariance verification, for comparison; not applied."""
    manifest_sha256: str
    split: str
    n_for: int
    n_against: int
    sources: int
    measured: tuple[Measured, ...]
    """Cross-validated by source; then on clips held out, where there are any."""
    envelope: Envelope
    """Conditions of the clips it was validated on."""
    software: str = ""
    """What fitted it, e.g. `Auditrace 0.1.0, lir 1.3.1`."""
    made: str = ""
    """Day on which it was fitted, UTC, as 2026-11-21; empty in calibrations from before it was kept."""

    @functools.cached_property
    def id(self) -> str:
        """Name that changes with any number in it; the day does not change it, nor does what older records lack."""
        values = {name: value for name, value in asdict(self).items() if name != "made"}
        values["measured"] = [_stated(measured) for measured in values["measured"]]
        values["envelope"] = _known(values["envelope"])
        return f"{self.question}-{self.method}-{sha256_value(values)[:12]}"

    @property
    def shares(self) -> tuple[float, ...]:
        """Share (0..1, sum 1) of each model in the joined score; equal ones where none has weight."""
        total = sum(self.curve.weights)
        return tuple(w / total if total else 1 / len(self.models) for w in self.curve.weights)

    @property
    def refusal(self) -> str:
        """Why no ratio is given at all, in a sentence with its code; empty where ratios are given."""
        question = self.question.replace("_", " ")
        for found in self.measured:
            if not found.cllr < MAX_CLLR:
                return (
                    f"AP-060: No likelihood ratio, because the validated Cllr of {question} is {found.cllr:.2f} "
                    f"({found.data}); less than {MAX_CLLR} is needed."
                )
            if not found.cllr - found.cllr_min < MAX_CALIBRATION_LOSS:
                return (
                    f"AP-060: No likelihood ratio, because the validated Cllr of {question} is {found.cllr:.2f} "
                    f"({found.data}) and {found.cllr - found.cllr_min:.2f} of it is calibration loss; "
                    f"less than {MAX_CALIBRATION_LOSS} is needed."
                )
        return ""

    @property
    def usable(self) -> bool:
        """Whether its validated performance is good enough to give ratios."""
        return not self.refusal

    def at_limits_pct(self, measured: Measured) -> Bounds:
        """Clips against the first proposition that stand at the upper limit, and clips for it at the lower, per cent.

        These are the clips that `at least` and `at most` would mislead about; beyond a limit there can be none.
        """
        low, high = (round(bound, 3) for bound in self.bounds)
        above = np.mean(np.array(measured.llrs_against) >= high) if measured.llrs_against else 0.0
        below = np.mean(np.array(measured.llrs_for) <= low) if measured.llrs_for else 0.0
        return round(100 * float(above), 1), round(100 * float(below), 1)

    def in_words(self, measured: Measured) -> tuple[str, str]:
        """What ratios cost on a set of clips, and how many of them stand at the limits."""
        above, below = self.at_limits_pct(measured)
        low, high = measured.cllr_interval
        return (
            f"{measured.data}: Cllr {measured.cllr:.3f} ({low:.2f} to {high:.2f}), Cllr_min {measured.cllr_min:.3f}; "
            f"{measured.n_for} clips for, {measured.n_against} against, {measured.sources} sources",
            f"at the upper limit {above} % of those against, at the lower {below} % of those for",
        )

    def calibrate(self, scores: Sequence[float]) -> LikelihoodRatio:
        """The ratio of one recording's scores, one for each of `models`, whether `usable` or not.

        Raises:
            CalibrationError: another number of scores (CL-001), or one that is no number (CL-002).
        """
        values = np.array([scores], np.float64)
        if values.shape[1] != len(self.models) or not np.isfinite(values).all():
            wrong = values.shape[1] != len(self.models)
            raise CalibrationError(
                "CL-001" if wrong else "CL-002",
                f"The calibration takes {len(self.models)} scores that are numbers; it was given {list(scores)}.",
                means="There is no likelihood ratio.",
                do="Run the models that the calibration was made for.",
            )
        found = float(self.curve.log10_lr(values)[0])
        (bounded,), ((low, high),) = self.ratios(values)
        h1, h2 = PROPOSITIONS[self.question]
        return LikelihoodRatio(
            log10_lr=float(bounded),
            interval=(float(low), float(high)),
            bounds=self.bounds,
            bound_hit="lower" if found < self.bounds[0] else "upper" if found > self.bounds[1] else "",
            calibration=self.id,
            h1=h1,
            h2=h2,
        )

    def ratios(self, scores: Floats) -> tuple[Floats, Floats]:
        """log10 LRs (n,) of scores (n, models) and their 95 % intervals (n, 2), within `bounds`.

        An interval always holds its ratio.
        """
        found = np.clip(self.curve.log10_lr(scores), *self.bounds)
        ends = np.percentile([draw.log10_lr(scores) for draw in self.draws], [2.5, 97.5], axis=0)
        low, high = np.clip(ends, *self.bounds)
        return found, np.stack([np.minimum(low, found), np.maximum(high, found)], axis=1)

    def to_json(self) -> dict[str, Any]:
        """JSON-compatible; `record.calibration_from` is the exact inverse."""
        return asdict(self)


def _stated(measured: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in measured.items() if value is not None or name != "eer_interval_pct"}


def _known(envelope: dict[str, Any]) -> dict[str, Any]:
    """An envelope without what older records lack."""
    limits = [{name: value for name, value in limit.items() if value is not False} for limit in envelope["limits"]]
    return {name: value for name, value in envelope.items() if name != "lowest_kbps" or value} | {"limits": limits}
