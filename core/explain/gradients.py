"""Attributions from gradients: integrated along a path from a baseline, or at the input alone."""

from __future__ import annotations

import torch

from core.explain.attribution import Rule
from core.explain.captum_seam import gradient, integrated_gradients
from core.explain.domains import Domain
from core.explain.passes import Passes
from core.explain.targets import Score
from core.foundation.progress import Progress


def path_attribution(domain: Domain, score: Score, steps: int, rule: Rule, progress: Progress) -> torch.Tensor:
    """Integrated gradients (bins, frames), summed over channels; its sum is score(input) - score(baseline)."""
    points = steps + (rule == "trapezoid")
    forward = Passes(domain, score, -(-points // domain.batch), progress)
    found = integrated_gradients(forward, domain.inputs, domain.baseline, steps=steps, rule=rule, batch=domain.batch)
    return found[0].sum(dim=0)


def saliency(domain: Domain, score: Score, progress: Progress) -> torch.Tensor:
    """Magnitude of the gradient (bins, frames): how fast the score would change; says nothing of what is there.

    Source: Simonyan, Vedaldi and Zisserman, ICLR workshop 2014, arXiv 1312.6034.
    """
    return gradient(Passes(domain, score, 1, progress), domain.inputs)[0].norm(dim=0)
