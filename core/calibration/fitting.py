"""Making a calibration: fit, cross-validation by source, limits, and fits with the sources drawn again."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import numpy as np

from core.calibration import metrics
from core.calibration.calibration import Calibration
from core.calibration.curve import CALIBRATORS, Calibrator, Curve, Floats
from core.calibration.measured import DRAWS, STRONG, measure
from core.calibration.sample import Sample, checked
from core.detectors.card import Question
from core.foundation.errors import CalibrationError
from core.foundation.rng import generator
from core.foundation.version import version
from core.ood.validated import Envelope

_MOST_FOLDS = 50
_MISLED = 0.01
"""Share of misled clips from which a strong LR is not supported."""
Fusion = Literal["logistic", "mean"]


def fit_calibration(
    sample: Sample,
    question: Question,
    models: Sequence[str],
    envelope: Envelope,
    *,
    method: str = "logistic",
    fusion: Fusion = "logistic",
    manifest_sha256: str = "",
    split: str = "",
    draws: int = DRAWS,
    seed: int = 0,
) -> Calibration:
    """The calibration of one question from clips whose truth is known.

    Args:
        sample: Scores of clips that the models were not trained on.
        question: What the scores answer.
        models: Ids of the models, in the order of the score columns.
        envelope: Conditions of these clips.
        method: Name in CALIBRATORS.
        fusion: `logistic` weighs the models by the data, `mean` takes them alike: for few sources.
        manifest_sha256: Of the manifest that names the clips.
        split: Its split.
        draws: How often the sources are drawn again for the interval.
        seed: Of these draws.

    Raises:
        CalibrationError: the data do not allow it (CL-001 … CL-005), or there is no such method (CL-007).
    """
    fit, weights = _calibrator(method, fusion), checked(sample).weights()
    unseen = cross_validated(sample, fit)
    bounds = limits(unseen, sample.truth)
    rng = generator(seed, "calibration", question)
    words = f"cross-validated by source on {split}" if split else "cross-validated by source"
    return Calibration(
        question=question,
        method=method,
        models=tuple(models),
        curve=fit(sample.scores, sample.truth, weights),
        draws=tuple(_redrawn(sample, fit, weights, rng) for _ in range(draws)),
        bounds=bounds,
        iv_bounds=metrics.invariance_bounds(unseen, sample.truth),
        manifest_sha256=manifest_sha256,
        split=split,
        n_for=int(sample.truth.sum()),
        n_against=int((~sample.truth).sum()),
        sources=len(set(sample.sources.tolist())),
        measured=(measure(np.clip(unseen, *bounds), sample, words, draws=draws, seed=seed),),
        envelope=envelope,
        software=f"Auditrace {version()}, lir {importlib.metadata.version('lir')}",
        made=datetime.now(UTC).date().isoformat(),
    )


def limits(log10_lrs: Floats, truth: np.ndarray) -> tuple[float, float]:
    """Lowest and highest log10 LR that a validation supports.

    ELUB counts clips as if they were independent, and clips of one source are not. So, beyond it: on a side where one
    in a hundred clips or more was misled by an LR of more than 10, none beyond 10 is given. That no clip then has a
    stronger ratio holds by construction and is no finding: what there is to know of such a side is how many clips
    stand at its end (`Calibration.at_limits_pct`).

    Args:
        log10_lrs: Of clips that the fit had not seen, (n,).
        truth: Whether H1 is true, (n,).
    """
    low, high = metrics.elub(log10_lrs, truth)
    if np.mean(log10_lrs[~truth] > STRONG) >= _MISLED:
        high = min(high, STRONG)
    if np.mean(log10_lrs[truth] < -STRONG) >= _MISLED:
        low = max(low, -STRONG)
    return low, high


def with_held_out(calibration: Calibration, sample: Sample, data: str) -> Calibration:
    """The calibration with its figures on clips of other sources.

    Args:
        calibration: Made without these clips.
        sample: The clips, scored by the same models.
        data: Which clips, in words, e.g. `held out: test`.

    Raises:
        CalibrationError: the clips do not allow it (CL-001 … CL-005).
    """
    ratios = np.clip(calibration.curve.log10_lr(checked(sample).scores), *calibration.bounds)
    return replace(calibration, measured=(*calibration.measured, measure(ratios, sample, data)))


def cross_validated(sample: Sample, fit: Calibrator) -> Floats:
    """log10 LRs (n,) of each clip from a fit that saw no clip of its source."""
    names, source = np.unique(sample.sources, return_inverse=True)
    fold = source % min(len(names), _MOST_FOLDS)
    ratios = np.empty(len(fold))
    for number in range(fold.max() + 1):
        seen = sample.part(fold != number)
        ratios[fold == number] = fit(seen.scores, seen.truth, seen.weights()).log10_lr(sample.scores[fold == number])
    return ratios


def _calibrator(method: str, fusion: Fusion) -> Calibrator:
    if method not in CALIBRATORS:
        raise CalibrationError(
            "CL-007",
            f"There is no calibration method called {method}.",
            do=f"Choose one of: {', '.join(CALIBRATORS.names())}.",
        )
    return CALIBRATORS[method] if fusion == "logistic" else partial(_of_mean, CALIBRATORS[method])


def _of_mean(fit: Calibrator, scores: Floats, truth: np.ndarray, weights: Floats) -> Curve:
    """A fit to the mean of the detectors' scores."""
    count = scores.shape[1]
    curve = fit(scores.mean(axis=1, keepdims=True), truth, weights)
    return replace(curve, weights=(curve.weights[0] / count,) * count)


def _redrawn(sample: Sample, fit: Calibrator, weights: Floats, rng: np.random.Generator) -> Curve:
    factors = weights * sample.resampled(rng)
    drawn = factors > 0
    return fit(sample.scores[drawn], sample.truth[drawn], factors[drawn])
