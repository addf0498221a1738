"""Samples and calibrations whose likelihood ratios are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.calibration.calibration import Calibration
from core.calibration.curve import Curve
from core.calibration.measured import Measured
from core.calibration.sample import Sample
from core.ood.validated import Envelope, Limit

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


ENVELOPE = Envelope(
    limits=(
        Limit(quantity="speech_s", edge=2.1, outside=1.4),
        Limit(quantity="bandwidth_hz", edge=5600.0, outside=3800.0),
        Limit(quantity="snr_db", edge=17.0, outside=9.0),
        Limit(quantity="clipped_pct", edge=0.2, outside=1.5),
    ),
    codecs=("MP3", "lossless"),
    longest_speech_s=600.0,
)


def validated(question="synthetic", models: tuple[str, ...] = ("test/level",), **changes) -> Calibration:
    """A usable calibration with as many clips as a real one, all models weighing the same."""
    sample = gaussians(3.0, clips=600, sources=48)
    ratios = np.clip(sample.scores[:, 0] * 3.0 / np.log(10), -2.0, 2.0)
    curves = {side: tuple(np.sort(ratios[sample.truth == side]).round(3).tolist()) for side in (True, False)}
    measured = replace(
        GOOD,
        n_for=len(curves[True]),
        n_against=len(curves[False]),
        sources=48,
        cllr=0.27,
        cllr_interval=(0.21, 0.34),
        cllr_min=0.24,
        cllr_min_interval=(0.18, 0.3),
        misleading_for_pct=0.67,
        llrs_for=curves[True],
        llrs_against=curves[False],
    )
    made = straight(question, models, (1 / len(models),) * len(models), measured=(measured,), envelope=ENVELOPE)
    return replace(made, n_for=300, n_against=300, sources=48, software="Auditrace 0.1.0, lir 1.3.1", **changes)
