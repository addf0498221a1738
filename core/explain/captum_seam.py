"""The one file that knows captum.

Source: Sundararajan, Taly and Yan, Axiomatic attribution for deep networks, ICML 2017; Kokhlikyan et al., Captum,
arXiv 2009.07896.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from captum.attr import IntegratedGradients, Saliency

from core.explain.attribution import Rule

Forward = Callable[[torch.Tensor], torch.Tensor]
"""Scores (n,) of inputs (n, …)."""


def integrated_gradients(
    forward: Forward, inputs: torch.Tensor, baseline: torch.Tensor, *, steps: int, rule: Rule, batch: int
) -> torch.Tensor:
    """Attribution, shaped as the input (1, …), of forward(inputs) - forward(baseline).

    `trapezoid` takes steps + 1 points with both ends and weights that sum to 1; captum's own weights sum to
    steps / (steps + 1), which is mended here.
    """
    points = steps if rule == "gauss-legendre" else steps + 1
    found = IntegratedGradients(forward, multiply_by_inputs=True).attribute(
        inputs,
        baselines=baseline,
        n_steps=points,
        method="gausslegendre" if rule == "gauss-legendre" else "riemann_trapezoid",
        internal_batch_size=batch,
    )
    return found if rule == "gauss-legendre" else found * (points / steps)


def gradient(forward: Forward, inputs: torch.Tensor) -> torch.Tensor:
    """Gradient of forward at inputs."""
    return Saliency(forward).attribute(inputs.clone().requires_grad_(), abs=False)
