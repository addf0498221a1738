"""Training: loss, steps, moving average, evaluation on the way."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from core.foundation.errors import CoreError, TrainingError
from core.foundation.progress import SILENT, Cancelled, Progress
from core.foundation.rng import generator
from core.training.adversary import Adversary
from core.training.batches import Batches, Draw
from core.training.compiling import Compiled
from core.training.distributed import ALONE, World, together
from core.training.divergence import no_number
from core.training.losses import clip_weights, partial_label_losses
from core.training.networks import Inputs, check_lengths, network_of
from core.training.optimisers import learning_rate, optimiser_of, sharpest_nearby
from core.training.plan import TrainingPlan
from core.training.statistics import feature_statistics

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step of training left behind, for a log or a screen."""

    number: int
    loss: float
    """NaN where it was no number; such a step changed nothing."""
    learning_rate: float
    adversary_loss: float | None = None
    """Cross entropy of the adversary, nats; None where there is none."""


class _Part(NamedTuple):
    """What one process works at once."""

    inputs: Any
    allowed: Tensor
    weights: Tensor
    """Shares of the whole batch's loss."""
    labels: Tensor
    """The adversary's; all 0 without one."""
    known: int
    """How many clips of the whole batch have one."""


class Trainer:
    """A network in training, with the moving average of its weights.

    Everything a step does follows from the plan's seed, the step's number and the state before it: a run that goes on
    from a saved state gives the numbers of one that was never interrupted.
    """

    def __init__(
        self,
        plan: TrainingPlan,
        batches: Batches,
        *,
        device: str = "cpu",
        world: World = ALONE,
        tell: Callable[[CoreError], None] = lambda _: None,
    ):
        """Build the network from the plan's seed.

        Args:
            plan: The recipe.
            batches: Where the crops come from.
            device: cpu or cuda.
            world: The processes that train together.
            tell: Hears of faults that do not end training (TR-013).

        Raises:
            TrainingError: the network cannot be built (TR-003), or the plan does not fit device, processes or data
                (TR-004).
        """
        self.plan, self.batches, self.world, self.device = plan, batches, world, torch.device(device)
        _check_fit(plan, batches, self.device, world)
        torch.manual_seed(plan.seed)
        network = together(network_of(plan, batches.task), world).to(self.device)
        self.network: nn.Module = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.inputs = Inputs(plan, self.network, self.device)
        check_lengths(plan, self.network, self.inputs)
        self.average = copy.deepcopy(self.network).eval()
        self.adversary = None if plan.adversary == "none" else Adversary(plan, batches, self.network).to(self.device)
        self._call = Compiled(self.network, self.device, tell) if plan.compiled else self.network
        self._optimiser = optimiser_of(plan, self._trained())
        self._scaler = torch.amp.GradScaler(enabled=plan.precision == "float16")
        self.done = 0
        self._bad = 0

    def prepare(self) -> None:
        """Measure the features' mean and deviation where the plan normalises and they are not known yet."""
        if self.plan.normalise != "none" and not self.inputs.statistics:
            self.inputs.statistics = feature_statistics(self.plan, self.batches, self.inputs)

    def step(self) -> Step:
        """Do the next step.

        Raises:
            TrainingError: too many losses in a row were no numbers (TR-005).
        """
        self.prepare()
        rate = learning_rate(self.done, self.plan)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        before = [buffer.clone() for buffer in self.network.buffers()]
        loss, other = self._update(self.batches.draw(self.done))
        self.done += 1
        if math.isfinite(loss):
            self._bad = 0
            self._follow()
        else:
            self._undo(before)
        return Step(number=self.done, loss=loss, learning_rate=rate, adversary_loss=other if self.adversary else None)

    def _trained(self) -> list[nn.Parameter]:
        return [*self.network.parameters(), *(self.adversary.parameters() if self.adversary else ())]

    def _update(self, draw: Draw) -> tuple[float, float]:
        """Change the weights by one batch; losses of network and adversary.

        The first is NaN where one of them or a gradient is no number: nothing was changed.
        """
        parts = self._parts(draw)
        loss, other = self._gradients(draw, parts)
        if not math.isfinite(loss + other):
            return math.nan, other
        if self.plan.sharpness != "none":
            with sharpest_nearby(self.network, self.plan.rho, adaptive=self.plan.sharpness == "asam"):
                self._gradients(draw, parts)
        self._scaler.unscale_(self._optimiser)
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.plan.gradient_clip or math.inf)
        if not self._scaler.is_enabled() and not torch.isfinite(norm):
            return math.nan, other
        self._scaler.step(self._optimiser)
        self._scaler.update()
        return loss, other

    def _parts(self, draw: Draw) -> list[_Part]:
        """The batch in the parts it is worked in, this process's share of each."""
        allowed = self.batches.allowed(draw)
        labels = self.adversary.labels(draw) if self.adversary else torch.zeros(len(allowed), dtype=torch.int64)
        weights = clip_weights(allowed, self.plan.class_weights)
        weights = weights / weights.sum()
        size = self.plan.batch // self.plan.accumulate
        parts = []
        for first in range(0, self.plan.batch, size):
            places = self.world.share(range(first, first + size))
            own = slice(places.start, places.stop)
            inputs = self.inputs(self.batches.waveforms(draw, places))
            parts.append(
                _Part(
                    inputs=inputs,
                    allowed=allowed[own].to(self.device),
                    weights=weights[own].to(self.device),
                    labels=labels[own].to(self.device),
                    known=int((labels >= 0).sum()),
                )
            )
        return parts

    def _gradients(self, draw: Draw, parts: list[_Part]) -> tuple[float, float]:
        """Leave the whole batch's gradient in the parameters; losses of network and adversary."""
        self._optimiser.zero_grad(set_to_none=True)
        totals = torch.zeros(2, device=self.device)
        for number, part in enumerate(parts):
            torch.manual_seed(int(generator(self.plan.seed, "dropout", draw.step, number).integers(2**31)))
            with self._precision():
                logits = self._call(part.inputs)
            loss = (partial_label_losses(logits, part.allowed) * part.weights).sum()
            other = torch.zeros((), device=self.device)
            if self.adversary:
                other = self.adversary.losses(part.labels, draw.step).sum() / max(part.known, 1)
            self._scaler.scale(loss + other).backward()
            totals += torch.stack([loss, other]).detach()
        gradients = [p.grad for p in self._trained() if p.grad is not None]
        self.world.sum_into([*gradients, totals])
        return totals[0].item(), totals[1].item()

    def _precision(self) -> Any:
        if self.plan.precision == "float32":
            return nullcontext()
        return torch.autocast(self.device.type, _DTYPES[self.plan.precision])

    def _undo(self, buffers: list[Tensor]) -> None:
        """Take back what a bad step did to running statistics, and give up after too many."""
        with torch.no_grad():
            for buffer, value in zip(self.network.buffers(), buffers, strict=True):
                buffer.copy_(value)
        self._bad += 1
        if self._bad >= self.plan.bad_losses:
            raise no_number(
                f"The loss was not a number in {self._bad} steps in a row, the last of them step {self.done}.",
                self.done,
            )

    def _follow(self) -> None:
        decay = min(self.plan.averaging, self.done / (9 + self.done))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(value, 1 - decay)
            for mean, value in zip(self.average.buffers(), self.network.buffers(), strict=True):
                mean.copy_(value if not mean.is_floating_point() else mean.lerp(value, 1 - decay))

    def weights(self) -> dict[str, Tensor]:
        """What a pack holds: averaged weights in the ordinary memory layout, and the features' statistics."""
        averaged = {name: t.detach().cpu().contiguous().clone() for name, t in self.average.state_dict().items()}
        return averaged | self.inputs.statistics

    def state(self) -> dict[str, Any]:
        """Everything needed to go on later."""
        return {
            "done": self.done,
            "bad": self._bad,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "scaler": self._scaler.state_dict(),
            "statistics": self.inputs.statistics,
        } | ({"adversary": self.adversary.state_dict()} if self.adversary else {})

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.done, self._bad = state["done"], state["bad"]
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._scaler.load_state_dict(state["scaler"])
        self.inputs.statistics = state["statistics"]
        if self.adversary:
            self.adversary.load_state_dict(state["adversary"])


def train(
    trainer: Trainer,
    on_step: Callable[[Step], None],
    on_evaluate: Callable[[Trainer], bool | None],
    progress: Progress = SILENT,
) -> None:
    """Run the plan to its end, evaluating on the way and at the end.

    Args:
        trainer: Possibly resumed.
        on_step: Told of each step.
        on_evaluate: Called each plan.evaluate_every steps and at the end; True ends the training.
        progress: Told how far it is; where several processes train, one that is stopped stops all.

    Raises:
        Cancelled: stopped, between two steps.
        TrainingError: as Trainer.step, or what on_evaluate raises.
    """
    plan = trainer.plan
    while trainer.done < plan.steps:
        if trainer.world.any(_stopped(progress), trainer.device):
            raise Cancelled
        on_step(trainer.step())
        progress.report(trainer.done / plan.steps, "training")
        ended = trainer.done == plan.steps
        if (trainer.done % plan.evaluate_every == 0 or ended) and on_evaluate(trainer):
            return


def _stopped(progress: Progress) -> bool:
    try:
        progress.check()
    except Cancelled:
        return True
    return False


def _check_fit(plan: TrainingPlan, batches: Batches, device: torch.device, world: World) -> None:
    weights = len(plan.class_weights)
    for wrong, why in (
        (plan.batch // plan.accumulate % world.size, f"a part of a batch cannot be shared by {world.size} processes"),
        (plan.precision == "float16" and device.type == "cpu", "float16 needs a GPU"),
        (plan.precision == "float16" and plan.sharpness != "none", "float16 does not go with sharpness-aware steps"),
        (weights not in (0, len(batches.task.classes)), f"class_weights needs {len(batches.task.classes)} values"),
    ):
        if wrong:
            raise TrainingError(
                "TR-004",
                f"The plan {plan.name} cannot be carried out here: {why}.",
                means="Training did not start.",
                do="Change the plan, or how it is started.",
            )
