"""The one file that knows captum (Kokhlikyan et al., arXiv 2009.07896)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from captum.attr import Saliency

Forward = Callable[[torch.Tensor], torch.Tensor]
"""Scores (n,) of inputs (n, …)."""


def gradient(forward: Forward, inputs: torch.Tensor) -> torch.Tensor:
    """Gradient of forward at inputs."""
    return Saliency(forward).attribute(inputs.clone().requires_grad_(), abs=False)
