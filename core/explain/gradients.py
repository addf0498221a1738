"""Attributions from gradients: integrated along a path from a baseline, or at the input alone."""

from __future__ import annotations

import torch

from core.explain.attribution import Method, Rule
from core.explain.captum_seam import gradient
from core.explain.domains import Domain
from core.explain.passes import Passes
from core.explain.paths import adaptive, integrate, nodes, path_of
from core.explain.targets import Score
from core.foundation.progress import Progress


def path_attribution(
    domain: Domain, score: Score, method: Method, steps: int, rule: Rule, threads: int, progress: Progress
) -> tuple[torch.Tensor, int]:
    """Integrated gradients (bins, frames), summed over channels; its sum is score(input) - score(baseline).

    Returns:
        The map, and the points taken: `steps` but for the adaptive rule, which begins with as many and adds some.
    """
    points = steps + (rule == "trapezoid")
    passes = Passes(domain, score, -(-points // domain.batch), progress)
    path = path_of(domain, method)
    if rule == "adaptive":
        return adaptive(passes, path, steps, domain.batch, threads)
    return integrate(passes, path, nodes(rule, steps), domain.batch, threads), steps


def saliency(domain: Domain, score: Score, progress: Progress) -> torch.Tensor:
    """Magnitude of the gradient (bins, frames): how fast the score would change; says nothing of what is there.

    Source: Simonyan, Vedaldi and Zisserman, ICLR workshop 2014, arXiv 1312.6034.
    """
    return gradient(Passes(domain, score, 1, progress), domain.inputs)[0].norm(dim=0)
