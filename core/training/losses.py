"""What training makes small."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def partial_label_losses(logits: Tensor, allowed: Tensor) -> Tensor:
    """-ln P(one of the allowed classes) of each clip; cross entropy where only one is allowed.

    Source: Cour, Sapp, Taskar (2011), Learning from Partial Labels, JMLR 12, 1501-1536 (the likelihood form).

    Args:
        logits: (batch, classes).
        allowed: (batch, classes), whether a clip may be of the class.

    Returns:
        (batch,), nats.
    """
    log_chances = torch.log_softmax(logits.float(), dim=1)
    return -torch.logsumexp(log_chances.masked_fill(~allowed, -math.inf), dim=1)


def clip_weights(allowed: Tensor, class_weights: tuple[float, ...]) -> Tensor:
    """Weight of each clip in the loss: that of its class, the mean over those it may be; 1 without weights."""
    if not class_weights:
        return torch.ones(len(allowed), device=allowed.device)
    weights = torch.tensor(class_weights, device=allowed.device)
    return (allowed * weights).sum(dim=1) / allowed.sum(dim=1)
