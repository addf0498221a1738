"""What an explanation is: which parts of its input a model's score rests on.

Never proof of anything about the speech.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.detectors.card import Question
from core.explain.verdicts import BASELINE_HIGHER, BLUR_HIGHER, NONE_LOWER, UNCHECKED, Checks

Method = Literal["ig", "blurig", "occlusion", "saliency"]
Baseline = Literal["zero", "silence", "mean", "blur"]
Scale = Literal["score", "probability"]
Rule = Literal["adaptive", "gauss-legendre", "trapezoid"]
Place = Literal["input", "spectrum", "packets", "samples"]
"""Where an attribution is taken; see core.explain.domains."""

PATH_METHODS = ("ig", "blurig")
"""Methods whose map adds up to the score's difference from the baseline's."""
LARGE_COMPLETENESS_ERROR = 0.1
NEAR_ZERO = 0.2
"""Size of a difference of scores below which a tenth of it is finer than the path is integrated (paths.TOLERANCE)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribution:
    """A map over time and frequency whose sum (for `ig` and `blurig`) is the score minus the baseline's score."""

    values: NDArray[np.float32]
    """(bins, frames); positive = speaks for the target. Magnitudes where target is `both` or method is `saliency`."""
    time_s: NDArray[np.float64]
    """(frames,) centres, seconds from the start of the recording."""
    frequency_hz: NDArray[np.float64]
    """(bins,) centres."""
    model: str
    """`id@sha256`."""
    question: Question
    method: Method
    baseline: Baseline
    target: str
    """`fake`: for the question's first proposition; `real`: against it; `both`: strength in either direction, score as
    for `fake`; or a class name: for that class against all others."""
    steps: int
    """Points of the path (`ig`, `blurig`), occluded boxes (`occlusion`), or 1 (`saliency`)."""
    score: float
    """Target score of the input."""
    baseline_score: float
    """Target score of the baseline."""
    completeness_error: float
    """|Σ − (score − baseline_score)| / max(|score − baseline_score|, 1e-6), Σ over the signed map. A measure of
    numerical error for `ig` and `blurig`; for `occlusion` it shows how far parts act together; without meaning for
    `saliency`."""
    start_s: float
    end_s: float
    domain: str
    """Where the attribution was taken: `features`, `stft of waveform`, `packets of waveform` or `samples`."""
    of: Scale = "score"
    """What was attributed: log-odds, or the probability 1 / (1 + exp(-log-odds))."""
    rule: Rule = "gauss-legendre"
    """How the path integral was taken."""
    checks: Checks | None = None
    """Whether the map can be relied on; None while it was not checked."""
    none_is_lower: bool = False
    """Whether each baseline was tried and none scores lower than the input; False also where only one was tried."""

    def __post_init__(self) -> None:
        self.values.setflags(write=False)

    @property
    def residual(self) -> float:
        """What the map leaves unexplained of the score's difference from the baseline's, on the scale of the score."""
        return self.completeness_error * max(abs(self.score - self.baseline_score), 1e-6)

    @property
    def is_incomplete(self) -> bool:
        """Whether a path method leaves over a tenth of the difference unexplained, or of NEAR_ZERO if it is less.

        The share counts as it is read: in per cent to one decimal.
        """
        share = self.residual / NEAR_ZERO if self._is_near_zero else self.completeness_error
        return self.method in PATH_METHODS and round(share, 3) > LARGE_COMPLETENESS_ERROR

    @property
    def unexplained(self) -> str:
        """`0.094 of 0.735 (12.8 %)`; where the difference is next to nothing, by what it is judged."""
        difference = abs(self.score - self.baseline_score)
        judged = f"below {NEAR_ZERO:g}: up to {LARGE_COMPLETENESS_ERROR * NEAR_ZERO:.2g} may be left"
        share = judged if self._is_near_zero else f"{100 * self.completeness_error:.1f} %"
        return f"{self.residual:.3f} of {difference:.3f} ({share})"

    @property
    def _is_near_zero(self) -> bool:
        return abs(self.score - self.baseline_score) < NEAR_ZERO

    @property
    def baseline_is_higher(self) -> bool:
        """Whether the input scores no higher than what it is compared with, so that the map cannot say why it does."""
        return self.method != "saliency" and self.baseline_score >= self.score

    @property
    def is_reliable(self) -> bool:
        """Whether both checks were passed and nothing calls for care."""
        return self.checks is not None and self.checks.passed and not self.baseline_is_higher

    @property
    def needs_care(self) -> bool:
        """Whether both checks were passed, but another baseline or method would say more."""
        return self.checks is not None and self.checks.passed and self.baseline_is_higher and not self.none_is_lower

    @property
    def verdict(self) -> str:
        """Whether the map can be relied on, in plain words."""
        if self.none_is_lower:
            return NONE_LOWER
        if self.checks is None:
            return UNCHECKED
        higher = BLUR_HIGHER if self.method == "blurig" else BASELINE_HIGHER
        return higher if self.needs_care else self.checks.verdict

    @property
    def sides(self) -> tuple[str, str]:
        """What positive and what negative values speak for, e.g. `towards synthetic` and `against it`."""
        return sides(self.question, self.target)

    @property
    def is_unsigned(self) -> bool:
        """Whether the map holds magnitudes, which say nothing of the direction."""
        return self.target == "both" or self.method == "saliency"


def sides(question: str, target: str) -> tuple[str, str]:
    """What positive and what negative values of a map speak for, in words."""
    subject = question.replace("_", " ")
    if target == "real":
        return f"against {subject}", "towards it"
    towards = f"towards {subject}" if target in ("fake", "both") else f"towards class {target}"
    return towards, "against it"


def aim(question: str, target: str) -> str:
    """What is explained, in words: one side, or how strongly either way."""
    return f"{question.replace('_', ' ')}, either way" if target == "both" else sides(question, target)[0]
