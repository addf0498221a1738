"""A second head that must not be able to tell where a recording comes from: gradient reversal."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from core.foundation.errors import TrainingError
from core.training.batches import Batches, Draw
from core.training.plan import TrainingPlan

_HIDDEN = 64
_STEEPNESS = 10.0
_UNKNOWN = -1


class Adversary(nn.Module):
    """Learns to name a clip's value in a column from what the network's head sees, and teaches the network not to tell.

    Clips whose column is empty are left out of its loss.

    Source: Ganin et al. (2016), Domain-Adversarial Training of Neural Networks, JMLR 17(59), eq. 18 and section 5.2.2.
    """

    def __init__(self, plan: TrainingPlan, batches: Batches, network: nn.Module):
        """Listen to the network's head.

        Raises:
            TrainingError: the data name fewer than two values, or the network has no linear head (TR-004).
        """
        super().__init__()
        values = [str(getattr(clip, plan.adversary)) for clip in batches.clips]
        names = sorted(set(values) - {""})
        head = getattr(network, "head", None)
        if len(names) < 2:
            raise _unfit(plan, f"the training data name fewer than two values of {plan.adversary}")
        if not isinstance(head, nn.Linear):
            raise _unfit(
                plan, f"the architecture {plan.architecture} has no linear head that an adversary could stand by"
            )
        places = {name: place for place, name in enumerate(names)} | {"": _UNKNOWN}
        self._labels = torch.tensor([places[value] for value in values])
        self._weight, self._rise = plan.adversary_weight, max(1, round(plan.adversary_warm_up * plan.steps))
        self._seen: Tensor | None = None
        self.layers = nn.Sequential(nn.Linear(head.in_features, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, len(names)))
        head.register_forward_pre_hook(self._listen)

    def labels(self, draw: Draw) -> Tensor:
        """Number of each clip's value, int64 (batch,); -1 where it is not known."""
        return self._labels[draw.indices]

    def strength(self, step: int) -> float:
        """By how much the gradient of a step is reversed: 0 at first, about the plan's weight after its warm-up."""
        progress = min(step / self._rise, 1.0) if self._rise > 1 else 1.0
        return self._weight * (2 / (1 + math.exp(-_STEEPNESS * progress)) - 1)

    def losses(self, labels: Tensor, step: int) -> Tensor:
        """Cross entropy of the clips that the network has just seen, (clips,); 0 where the value is not known."""
        assert self._seen is not None
        turned = reversed_gradient(self._seen.float(), self.strength(step))
        return functional.cross_entropy(self.layers(turned), labels, ignore_index=_UNKNOWN, reduction="none")

    def _listen(self, head: nn.Module, given: tuple[Tensor, ...]) -> None:
        self._seen = given[0]


def reversed_gradient(x: Tensor, scale: float) -> Tensor:
    """The same values; the gradient that comes back through them is multiplied by -scale.

    Source: Ganin et al. (2016), JMLR 17(59), eq. 16 and 17.
    """
    return _Reversal.apply(x, scale)


class _Reversal(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, scale: float) -> Tensor:
        ctx.scale = scale
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return -ctx.scale * gradients[0], None


def _unfit(plan: TrainingPlan, why: str) -> TrainingError:
    return TrainingError(
        "TR-004",
        f"The plan {plan.name} cannot be carried out here: {why}.",
        means="Training did not start.",
        do="Take the adversary out of the plan, or use other data or another architecture.",
    )
