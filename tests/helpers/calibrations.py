"""Samples and calibrations whose likelihood ratios are known."""

from __future__ import annotations

import numpy as np

from core.calibration.calibration import Calibration
from core.calibration.curve import Curve
from core.calibration.measured import Measured
from core.calibration.sample import Sample
from core.ood.validated import Envelope

GOOD = Measured(
    data="cross-validated by source on dev",
    n_for=100,
    n_against=100,
    sources=20,
    cllr=0.2,
    cllr_interval=(0.1, 0.3),
    cllr_min=0.15,
    cllr_min_interval=(0.1, 0.2),
    devpav=0.05,
    misleading_for_pct=0.0,
    misleading_against_pct=1.0,
    llrs_for=(0.5, 1.0),
    llrs_against=(-1.0, 0.2),
)


def gaussians(separation: float, clips: int = 400, sources: int = 40, spread: float = 0.0, seed: int = 1) -> Sample:
    """Scores N(±separation/2, 1): ln LR = separation · score exactly; each source shifted by N(0, spread)."""
    rng = np.random.default_rng(seed)
    truth = np.arange(clips) % 2 == 1
    source = rng.integers(0, sources, clips)
    shift = rng.normal(0, spread, sources)[source]
    scores = rng.standard_normal(clips) + np.where(truth, separation, -separation) / 2 + shift
    names = np.char.add("s", source.astype(str))
    return Sample(scores=scores[:, None], truth=truth, sources=names, generators=np.where(truth, "g", ""))


def straight(
    question="synthetic",
    models: tuple[str, ...] = ("test/level",),
    weights: tuple[float, ...] = (1.0,),
    offset: float = 0.0,
    **changes,
) -> Calibration:
    """log10 LR = weights · scores + offset, limits ±2, interval ±0.1."""
    values = {
        "question": question,
        "method": "logistic",
        "models": models,
        "curve": Curve(weights=weights, offset=offset),
        "draws": tuple(Curve(weights=weights, offset=offset + d) for d in (-0.1, 0.1)),
        "bounds": (-2.0, 2.0),
        "iv_bounds": (-2.5, 2.5),
        "manifest_sha256": "0" * 64,
        "split": "dev",
        "n_for": 100,
        "n_against": 100,
        "sources": 20,
        "measured": (GOOD,),
        "envelope": Envelope(),
    }
    return Calibration(**{**values, **changes})
