"""What likelihood ratios were worth on clips whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.calibration import metrics
from core.calibration.curve import Floats
from core.calibration.sample import Sample
from core.foundation.rng import generator

DRAWS = 200
STRONG = 1.0
"""log10 of the LR of 10: a stronger one that points the wrong way is counted as misleading."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Figures of one set of clips; every clip counts once, intervals are 95 % with sources drawn again."""

    data: str
    """Which clips, and how the calibration was kept from seeing them, in words."""
    n_for: int
    n_against: int
    sources: int
    cllr: float
    cllr_interval: Interval
    cllr_min: float
    cllr_min_interval: Interval
    devpav: float | None
    """None where the classes do not overlap."""
    misleading_for_pct: float
    """Clips against the first proposition whose LR is above 10."""
    misleading_against_pct: float
    """Clips for the first proposition whose LR is below 1/10."""
    llrs_for: tuple[float, ...]
    """log10 LRs of the clips for the first proposition, ascending, to 0.001: for Tippett and ECE plots."""
    llrs_against: tuple[float, ...]
    eer_interval_pct: Interval | None = None
    """Of the equal error rate; None in calibrations that were made before it was kept."""


def measure(log10_lrs: Floats, sample: Sample, data: str, *, draws: int = DRAWS, seed: int = 0) -> Measured:
    """Figures of ratios (n,) as they would be given, bounds included.

    Args:
        log10_lrs: Of the sample's clips.
        sample: Truth and sources.
        data: Which clips, in words.
        draws: How often sources are drawn again for the intervals.
        seed: Of these draws.
    """
    truth = sample.truth
    factors = [sample.resampled(rng).astype(int) for rng in [generator(seed, "measure", data)] for _ in range(draws)]

    def interval(of: Callable[[ArrayLike, ArrayLike], float]) -> Interval:
        values = [of(np.repeat(log10_lrs, times), np.repeat(truth, times)) for times in factors]
        low, high = np.percentile(values, [2.5, 97.5])
        return float(low), float(high)

    return Measured(
        data=data,
        n_for=int(truth.sum()),
        n_against=int((~truth).sum()),
        sources=len(set(sample.sources.tolist())),
        cllr=metrics.cllr(log10_lrs, truth),
        cllr_interval=interval(metrics.cllr),
        cllr_min=metrics.cllr_min(log10_lrs, truth),
        cllr_min_interval=interval(metrics.cllr_min),
        devpav=metrics.devpav(log10_lrs, truth),
        misleading_for_pct=_pct(log10_lrs[~truth] > STRONG),
        misleading_against_pct=_pct(log10_lrs[truth] < -STRONG),
        llrs_for=_rounded(log10_lrs[truth]),
        llrs_against=_rounded(log10_lrs[~truth]),
        eer_interval_pct=interval(lambda lrs, sides: 100 * metrics.equal_error(lrs, sides)[0]),
    )


def _pct(found: NDArray[np.bool_]) -> float:
    return round(100 * float(found.mean()), 2)


def _rounded(log10_lrs: Floats) -> tuple[float, ...]:
    return tuple(np.sort(log10_lrs).round(3).tolist())
