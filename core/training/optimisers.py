"""Optimisers, learning rates and sharpness-aware steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from core.training.plan import TrainingPlan

_TINY = 1e-12


def optimiser_of(plan: TrainingPlan, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """AdamW (decay apart from the gradient) or Adam (decay as part of it) as planned."""
    kind = torch.optim.AdamW if plan.optimiser == "adamw" else torch.optim.Adam
    return kind(parameters, plan.learning_rate, weight_decay=plan.weight_decay)


def learning_rate(step: int, plan: TrainingPlan) -> float:
    """Linear rise, then as the plan's schedule says, in each of its cycles.

    Source: Loshchilov and Hutter (2017), SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR, eq. 5 (cosine).
    """
    length = plan.cycles[0]
    for following in plan.cycles[1:]:
        if step < length:
            break
        step, length = step - length, following
    rise = max(1, round(plan.warm_up * length)) if plan.warm_up else 0
    if step < rise:
        return plan.learning_rate * (step + 1) / rise
    if plan.schedule == "constant":
        return plan.learning_rate
    if plan.schedule == "step":
        return plan.learning_rate * plan.decay_factor ** ((step - rise) // plan.decay_every)
    return plan.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, length - rise)))


@torch.no_grad()
def ascend(
    parameters: Sequence[Tensor], gradients: Sequence[Tensor], rho: float, *, adaptive: bool, eta: float = 0.01
) -> None:
    """Move parameters to where the loss is about highest nearby, in place.

    Plain: rho g / |g|. Adaptive: rho T² g / |T g| with T = |w| + eta for weights and 1 for offsets and norms (tensors
    of one dimension), which does not depend on how a network that computes the same is scaled.

    Source: Foret et al. 2021, ICLR, arXiv 2010.01412, eq. 2; Kwon et al. 2021, ICML, arXiv 2102.11600, eq. 7 and
    section 3.3.
    """
    scales = [w.abs() + eta if adaptive and w.ndim > 1 else torch.ones_like(w) for w in parameters]
    norm = torch.stack([(t * g).norm() for t, g in zip(scales, gradients, strict=True)]).norm() + _TINY
    for w, t, g in zip(parameters, scales, gradients, strict=True):
        w.add_(t.square() * g * (rho / norm))


@contextmanager
def sharpest_nearby(network: nn.Module, rho: float, *, adaptive: bool) -> Iterator[None]:
    """Within it the weights are where `ascend` takes them, and norms keep their running statistics; restored after."""
    moved = [p for p in network.parameters() if p.grad is not None]
    kept = [p.detach().clone() for p in moved]
    norms = [module for module in network.modules() if isinstance(module, _BatchNorm)]
    momenta = [norm.momentum for norm in norms]
    ascend(moved, [p.grad for p in moved if p.grad is not None], rho, adaptive=adaptive)
    for norm in norms:
        norm.momentum = 0.0
    try:
        yield
    finally:
        with torch.no_grad():
            for parameter, value in zip(moved, kept, strict=True):
                parameter.copy_(value)
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
