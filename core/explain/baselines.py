"""Choosing what a window is compared with by the scores alone, before there is a map."""

from __future__ import annotations

import dataclasses
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from core.detectors.base import Detector
from core.explain.attribution import Attribution, Baseline
from core.explain.explaining import Recipe, explain_window, scene
from core.foundation.progress import SILENT, Progress
from core.foundation.threads import one_thread_each


def explain_from_lower(
    detector: Detector,
    waveform: NDArray[np.float32],
    recipe: Recipe,
    start_s: float = 0.0,
    progress: Progress = SILENT,
) -> Attribution:
    """As `explain_window`, against `lower_baseline`; the result says so where none scores lower."""
    chosen = dataclasses.replace(recipe, baseline=lower_baseline(detector, waveform, recipe, progress))
    found = explain_window(detector, waveform, chosen, start_s, progress)
    return dataclasses.replace(found, none_is_lower=found.baseline_is_higher and recipe.method != "blurig")


def lower_baseline(
    detector: Detector, waveform: NDArray[np.float32], recipe: Recipe, progress: Progress = SILENT
) -> Baseline:
    """The first baseline that scores lower than the window, of zero, silence, mean and blur; else the lowest of them.

    Against one that scores higher a map cannot say why the score is as high as it is. BlurIG has its own baseline and a
    gradient has none: for them the recipe's is kept.
    """
    import torch

    if recipe.method in ("blurig", "saliency"):
        return recipe.baseline
    starts: dict[Baseline, float] = {}
    with one_thread_each(), torch.no_grad():
        for baseline in get_args(Baseline):
            progress.check()
            domain, score, *_ = scene(detector, waveform, dataclasses.replace(recipe, baseline=baseline))
            whole, starts[baseline] = (
                float(score(domain.logits(maps))[0]) for maps in (domain.inputs, domain.baseline)
            )
            if starts[baseline] < whole:
                return baseline
    return min(starts, key=starts.__getitem__)
