"""How good likelihood ratios are; lir's measures behind plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def cllr(log10_lrs: ArrayLike, truth: ArrayLike) -> float:
    """Log-likelihood-ratio cost: 0 is perfect, 1 says nothing, more misleads.

    Source: Brümmer and du Preez (2006), Comput. Speech Lang. 20, 230-275; computed by lir.
    """
    from lir import metrics

    return float(metrics.cllr(_data(log10_lrs, truth)))


def cllr_min(log10_lrs: ArrayLike, truth: ArrayLike) -> float:
    """The cost that is left after the best monotone recalibration (PAV): what discrimination alone costs."""
    from lir import metrics

    return float(metrics.cllr_min(_data(log10_lrs, truth)))


def devpav(log10_lrs: ArrayLike, truth: ArrayLike) -> float | None:
    """Mean distance of the ratios from their PAV transform, log10; None where the classes do not overlap.

    Source: Vergeer et al. (2021), Forensic Sci. Int. 321, 110722; computed by lir.
    """
    from lir.metrics.devpav import devpav as lir_devpav

    llrs, labels = _arrays(log10_lrs, truth)
    value = float(np.squeeze(lir_devpav(llrs, labels)))
    return value if np.isfinite(value) else None


def elub(log10_lrs: ArrayLike, truth: ArrayLike) -> tuple[float, float]:
    """Empirical lower and upper bound of log10 LR: beyond them, one more misleading clip would cost more than it helps.

    Source: Vergeer et al. (2016), Sci. Justice 56, 482-491; computed by lir.
    """
    from lir.algorithms.bayeserror import elub as lir_elub

    low, high = lir_elub(*_arrays(log10_lrs, truth))
    return float(low), float(high)


def invariance_bounds(log10_lrs: ArrayLike, truth: ArrayLike) -> tuple[float, float]:
    """Lower and upper bound of log10 LR by invariance verification (Alberink et al. 2025); computed by lir."""
    from lir.algorithms.invariance_bounds import calculate_invariance_bounds

    llrs, labels = _arrays(log10_lrs, truth)
    low, high = calculate_invariance_bounds(10**llrs, labels)[:2]
    return float(np.log10(low)), float(np.log10(high))


def tippett(log10_lrs: ArrayLike, truth: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Distinct log10 LRs (n,), and the shares (0..1) of clips with H1 true and with H2 true at or above each."""
    llrs, labels = _arrays(log10_lrs, truth)
    at = np.unique(llrs)
    shares = [1 - np.searchsorted(np.sort(llrs[labels == side]), at) / (labels == side).sum() for side in (1, 0)]
    return at, shares[0], shares[1]


def ece(log10_lrs: ArrayLike, truth: ArrayLike, log10_prior_odds: ArrayLike) -> Floats:
    """Empirical cross-entropy (bits) of the ratios at each of the prior odds; at odds of 1 it is the Cllr.

    Source: Ramos and Gonzalez-Rodriguez (2013), Forensic Sci. Int. 230, 156-169; computed by lir.
    """
    from lir.plotting.expected_calibration_error import calculate_ece

    llrs, labels = _arrays(log10_lrs, truth)
    odds = 10 ** np.asarray(log10_prior_odds, np.float64)
    return calculate_ece(10**llrs, labels, odds / (1 + odds))


def equal_error(scores: ArrayLike, truth: ArrayLike) -> tuple[float, float]:
    """Equal error rate, and the threshold at which misses and false alarms are equal.

    The detection error trade-off is taken as straight between neighbouring operating points.

    Args:
        scores: Higher = more support for truth 1.
        truth: 1 or 0 for each score.

    Returns:
        Rate in 0..1 and threshold in score units; both NaN where a class is empty.
    """
    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, bool)
    if truth.all() or not truth.any():
        return np.nan, np.nan
    thresholds, misses, alarms = operating_points(scores, truth)
    after = int(np.argmax(misses >= alarms))
    gap = (alarms - misses)[after - 1 : after + 1]
    share = gap[0] / (gap[0] - gap[1])
    rate = misses[after - 1] + share * (misses[after] - misses[after - 1])
    return float(rate), float(thresholds[after - 1] + share * (thresholds[after] - thresholds[after - 1]))


def operating_points(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
    """Each distinct score and one above all as threshold; rates of truth 1 below it and of truth 0 not below it."""
    distinct = np.unique(scores)
    thresholds = np.append(distinct, np.nextafter(distinct[-1], np.inf))
    misses = np.searchsorted(np.sort(scores[truth]), thresholds, side="left") / truth.sum()
    alarms = 1 - np.searchsorted(np.sort(scores[~truth]), thresholds, side="left") / (~truth).sum()
    return thresholds, misses, alarms


def _arrays(log10_lrs: ArrayLike, truth: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    return np.array(log10_lrs, np.float64), np.array(truth, np.int64)  # copies: lir writes into what it is given


def _data(log10_lrs: ArrayLike, truth: ArrayLike):
    from lir.data.models import LLRData

    llrs, labels = _arrays(log10_lrs, truth)
    return LLRData(features=llrs, labels=labels)
