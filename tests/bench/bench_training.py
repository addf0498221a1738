"""Training of the DCNN on sym5 packets against the plain way, on the same waveforms in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import ptwt
import torch
from rows import Row
from torch import nn

from core.detectors.architectures.dcnn import Dcnn
from core.training.batches import Draw
from core.training.loop import Trainer
from core.training.plan import TrainingPlan
from core.training.tasks import THREE_CLASS

RATE, BATCH, STEPS = 22050, 128, 3
PLAN = TrainingPlan(
    name="dcnn",
    sample_rate=RATE,
    window_s=1.0,
    crop_s=(1.0, 1.0),
    front_end="packets",
    architecture="dcnn",
    architecture_args={"dropout": False},
    optimiser="adam",
    learning_rate=4e-4,
    weight_decay=1e-3,
    schedule="constant",
    warm_up=0.0,
    gradient_clip=0.0,
    batch=BATCH,
)


class Fixed:
    """The same crops in every step: noise, and noise with a tone."""

    task = THREE_CLASS

    def __init__(self) -> None:
        made = torch.Generator().manual_seed(1)
        self.all = 0.05 * torch.randn(BATCH, RATE, generator=made)
        self.all[::2] += 0.05 * torch.sin(torch.arange(RATE) * 0.8)

    def draw(self, step: int) -> Draw:
        """All of them."""
        return Draw(step=step, indices=list(range(BATCH)), frames=RATE)

    def allowed(self, draw: Draw) -> torch.Tensor:
        """Every second one is class 1."""
        return nn.functional.one_hot(torch.arange(BATCH) % 2, 3).bool()

    def waveforms(self, draw: Draw, places: range) -> torch.Tensor:
        """Crops of some places."""
        return self.all[places.start : places.stop]


def plain_way(batches: Fixed) -> Callable[[], float]:
    """A step as one writes it: ptwt's tree on the fly, float32, default layout."""
    torch.manual_seed(PLAN.seed)
    network = Dcnn(n_outputs=3, dropout=False)
    network.cnn, network.dilated = nn.Sequential(*network.cnn), nn.Sequential(*network.dilated)
    network.train()
    optimiser = torch.optim.Adam(network.parameters(), PLAN.learning_rate, weight_decay=PLAN.weight_decay)
    labels = torch.arange(BATCH) % 2

    def step() -> float:
        tree = ptwt.WaveletPacket(batches.all, "sym5", mode="reflect", maxlevel=8)
        leaves = torch.stack([tree[node] for node in tree.get_level(8)], dim=1)
        loss = nn.functional.cross_entropy(network(torch.log(leaves.abs() ** 2 + 1e-12)[:, None]), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


def our_way(batches: Fixed, precision: str) -> Callable[[], float]:
    """A step of the product's trainer, with everything that belongs to one."""
    trainer = Trainer(replace(PLAN, precision=precision), batches)  # type: ignore[arg-type]
    return lambda: trainer.step().loss


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Steps of one way; the first only warms up."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    def step(self, work: Callable[[], float]) -> None:
        """Do one."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.losses.append(work())
        self.wall_s.append(time.perf_counter() - wall)
        self.cpu_s.append(time.process_time() - cpu)

    @property
    def best(self) -> tuple[float, float]:
        """Shortest step in seconds, and the least seconds of processor."""
        return min(self.wall_s[1:]), min(self.cpu_s[1:])


def measure() -> list[Row]:
    """Frames of one second trained on per second, their ratio, and how alike the losses are."""
    batches = Fixed()
    has_bfloat16 = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    precision = "bfloat16" if has_bfloat16 else "float32"
    ways = {"plain": plain_way(batches), "ours": our_way(batches, precision)}
    timed = {name: Timed() for name in ways}
    for _ in range(STEPS):  # by turns, so that what else runs hits both
        for name, step in ways.items():
            timed[name].step(step)
    (plain_s, plain_cpu), (ours_s, ours_cpu) = timed["plain"].best, timed["ours"].best
    losses = {name: each.losses for name, each in timed.items()}
    apart = float(np.abs(np.subtract(losses["plain"], losses["ours"])).max())
    title = f"DCNN training, sym5 packets, batch {BATCH}"
    return [
        Row(
            name=f"{title}: times faster",
            value=plain_s / ours_s,
            unit="x",
            bar=2.0,
            sense="at least",
            note=f"{BATCH / ours_s:.1f} frames/s in {precision} against {BATCH / plain_s:.1f} frames/s the plain way; "
            f"{plain_cpu / ours_cpu:.1f} x by processor time",
            details={"ours_s": ours_s, "plain_s": plain_s, "ours_cpu_s": ours_cpu, "plain_cpu_s": plain_cpu}
            | {"precision": precision, "losses": losses},
        ),
        Row(name=f"{title}: largest difference of loss", value=apart, unit="", bar=0.02),
    ]
