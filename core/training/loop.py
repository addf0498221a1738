"""Training: batches, loss, steps, moving average, evaluation on the way."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from core.detectors.base import ARCHITECTURES
from core.features.base import FEATURES
from core.foundation.progress import SILENT, Progress
from core.foundation.rng import generator
from core.training.augment import draw_chain
from core.training.datasets.manifest import Clip
from core.training.datasets.sampler import Sampler, allowed_classes
from core.training.datasets.store import WaveStore
from core.training.plan import TrainingPlan
from core.training.prepare import crop_bounds, dither, set_level


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step of training left behind, for a log or a screen."""

    number: int
    loss: float
    learning_rate: float


class Batches:
    """Batches of crops, each determined by the plan's seed and its step alone."""

    def __init__(self, clips: Sequence[Clip], store: WaveStore, plan: TrainingPlan):
        self._store, self._plan = store, plan
        self._sampler = Sampler(clips, plan)
        self._allowed = torch.tensor([allowed_classes(clip) for clip in clips])

    def make(self, step: int) -> tuple[Tensor, Tensor]:
        """Waveforms (batch, frames) and which classes each may be, bool (batch, classes)."""
        rng = generator(self._plan.seed, "batch", step)
        low, high = (round(seconds * self._plan.sample_rate) for seconds in self._plan.crop_s)
        frames = int(rng.integers(low, high + 1))
        indices = self._sampler.batch(rng)
        crops = [self._crop(index, frames, rng) for index in indices]
        return torch.from_numpy(np.stack(crops)), self._allowed[indices]

    def _crop(self, index: int, frames: int, rng: np.random.Generator) -> np.ndarray:
        start, length = crop_bounds(self._store.frames(index), frames, frames, rng)
        waveform = np.resize(self._store.read(index, start, length), frames)
        for change in draw_chain(self._plan.augment, self._plan.clean, rng):
            waveform = change.apply(waveform, self._plan.sample_rate)
        return dither(set_level(waveform, rng.uniform(*self._plan.level_dbfs)), rng)


def partial_label_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Mean of -ln P(one of the allowed classes); cross entropy where only one is allowed.

    Source: Cour, Sapp, Taskar (2011), Learning from Partial Labels, JMLR 12, 1501-1536 (the likelihood form).
    """
    log_chances = torch.log_softmax(logits.float(), dim=1)
    return -torch.logsumexp(log_chances.masked_fill(~allowed, -math.inf), dim=1).mean()


def learning_rate(step: int, plan: TrainingPlan) -> float:
    """Linear rise, then half a cosine down to 0, in each of the plan's cycles.

    Source: Loshchilov and Hutter (2017), SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR, eq. 5.
    """
    length = plan.cycles[0]
    for following in plan.cycles[1:]:
        if step < length:
            break
        step, length = step - length, following
    rise = max(1, round(plan.warm_up * length))
    if step < rise:
        return plan.learning_rate * (step + 1) / rise
    return plan.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, length - rise)))


class Trainer:
    """A network in training, with the moving average of its weights."""

    def __init__(self, plan: TrainingPlan, batches: Batches, *, half: bool = False):
        """Build the network from the plan's seed.

        Args:
            plan: The recipe.
            batches: Where the crops come from.
            half: Compute the network in bfloat16 on the CPU: about a third faster where the CPU has it.
        """
        torch.manual_seed(plan.seed)
        self.plan, self._batches, self._half = plan, batches, half
        front = FEATURES[plan.front_end]
        self.front_end: nn.Module = front(plan.sample_rate, front.Params(**plan.front_end_args))  # type: ignore[attr-defined]
        network: nn.Module = ARCHITECTURES[plan.architecture](**plan.architecture_args)
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval()
        self._optimiser = torch.optim.AdamW(
            self.network.parameters(), plan.learning_rate, weight_decay=plan.weight_decay
        )
        self.done = 0

    def step(self) -> Step:
        """Do the next step."""
        rate = learning_rate(self.done, self.plan)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        waveforms, allowed = self._batches.make(self.done)
        with torch.no_grad():
            maps = self.front_end(waveforms)
        self.network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            logits = self.network(maps)
        loss = partial_label_loss(logits, allowed)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self._optimiser.step()
        self._follow()
        self.done += 1
        return Step(number=self.done, loss=loss.item(), learning_rate=rate)

    def _follow(self) -> None:
        decay = min(self.plan.averaging, (1 + self.done) / (10 + self.done))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(value, 1 - decay)
            for mean, value in zip(self.average.buffers(), self.network.buffers(), strict=True):
                mean.copy_(value if not mean.is_floating_point() else mean.lerp(value, 1 - decay))

    def state(self) -> dict[str, object]:
        """Everything needed to go on later."""
        return {
            "done": self.done,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }

    def resume(self, state: dict) -> None:
        """Go on from a state."""
        self.done = state["done"]
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self._optimiser.load_state_dict(state["optimiser"])


def train(
    trainer: Trainer,
    on_step: Callable[[Step], None],
    on_evaluate: Callable[[Trainer], None],
    progress: Progress = SILENT,
) -> None:
    """Run the plan to its end, evaluating on the way and at the end."""
    plan = trainer.plan
    while trainer.done < plan.steps:
        progress.check()
        on_step(trainer.step())
        progress.report(trainer.done / plan.steps, "training")
        if trainer.done % plan.evaluate_every == 0 or trainer.done == plan.steps:
            on_evaluate(trainer)
