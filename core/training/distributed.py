"""Several processes that train one network as one process would: each works its share of every batch.

Started by torchrun, with gloo on CPUs and NCCL on GPUs. Gradients are summed, batch norms see the whole batch, dropout
masks are drawn for the whole batch and cut: what differs from one process is the order of sums, about 1e-6 of a loss a
step in float32 (and nothing beyond 1e-12 in float64, which a test demands). Where rounding carries an activation over a
rectifier's 0 that one cell counts or not, and the runs part: by 1e-4 to 2e-3 of the loss within eight steps of a batch
of 4 in which that happened at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import torch
import torch.distributed as dist
import torch.distributed.nn.functional as dist_functional
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


@dataclass(frozen=True, slots=True)
class World:
    """How many processes work together, and which one this is."""

    rank: int = 0
    size: int = 1

    def share(self, places: range) -> range:
        """This process's part of some places; all parts are equally long."""
        each = len(places) // self.size
        return places[self.rank * each : (self.rank + 1) * each]

    def sum_into(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by its sum over all processes."""
        if self.size == 1:
            return
        held = list(tensors)
        flat = torch.cat([_exact(tensor.detach().reshape(-1)) for tensor in held])
        dist.all_reduce(flat)
        for tensor, total in zip(held, flat.split([tensor.numel() for tensor in held]), strict=True):
            tensor.copy_(total.view_as(tensor))

    def any(self, flag: bool, device: torch.device) -> bool:
        """Whether the flag is set in any process."""
        if self.size == 1:
            return flag
        total = torch.tensor([float(flag)], device=device)
        dist.all_reduce(total)
        return bool(total > 0)

    def wait(self) -> None:
        """Go on when all have come here."""
        if self.size > 1:
            dist.barrier()

    def from_first(self, value: float, device: torch.device) -> float:
        """The value that the first process has."""
        if self.size == 1:
            return value
        held = torch.tensor([value], dtype=torch.float64, device=device)
        dist.broadcast(held, 0)
        return float(held)


ALONE = World()


def join(device: torch.device) -> World:
    """Join the processes that torchrun started; ALONE where it did not."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return ALONE
    if device.type == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return World(dist.get_rank(), dist.get_world_size())


def leave(world: World) -> None:
    """End the work together."""
    if world.size > 1:
        dist.destroy_process_group()


def together(network: nn.Module, world: World) -> nn.Module:
    """The network with norms and dropouts that see the whole batch; changed in place, its state keeps its names."""
    for name, module in network.named_children():
        if isinstance(module, _BatchNorm) and world.size > 1:
            setattr(network, name, _synced(module, world))
        elif type(module) is nn.Dropout:
            setattr(network, name, SharedDropout(module.p, world))
        else:
            together(module, world)
    return network


class SharedDropout(nn.Module):
    """Dropout whose mask is drawn for the whole batch in every process, and cut to this one's share."""

    def __init__(self, p: float, world: World):
        super().__init__()
        self.p, self._world = p, world

    def forward(self, x: Tensor) -> Tensor:
        """Unchanged in evaluation."""
        if not self.training or not self.p:
            return x
        count = x.shape[0]
        chances = torch.rand(count * self._world.size, *x.shape[1:], device=x.device)
        kept = chances[self._world.rank * count : (self._world.rank + 1) * count] >= self.p
        return x * kept / (1 - self.p)


class SyncedNorm(_BatchNorm):
    """Batch norm over the shares of all processes. (torch's own works on GPUs only.)"""

    world: World = ALONE

    def _check_input_dim(self, input: Tensor) -> None:
        pass

    def forward(self, input: Tensor) -> Tensor:
        """Normalise by the whole batch's statistics in training, by the running ones in evaluation."""
        if not self.training:
            return super().forward(input)
        x, dims = _exact(input), [d for d in range(input.ndim) if d != 1]
        shape = [1, -1] + [1] * (input.ndim - 2)
        count = x.numel() // x.shape[1] * self.world.size
        mean = dist_functional.all_reduce(x.sum(dims)) / count
        centred = x - mean.view(shape)
        variance = dist_functional.all_reduce(centred.square().sum(dims)) / count
        self._follow(mean.detach(), variance.detach() * (count / max(count - 1, 1)))
        scale = torch.rsqrt(variance + self.eps)
        if self.weight is not None:
            return (centred * (scale * self.weight).view(shape) + self.bias.view(shape)).to(input.dtype)
        return (centred * scale.view(shape)).to(input.dtype)

    def _follow(self, mean: Tensor, variance: Tensor) -> None:
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            self.running_mean.mul_(1 - (self.momentum or 0)).add_(mean, alpha=self.momentum or 0)
            self.running_var.mul_(1 - (self.momentum or 0)).add_(variance, alpha=self.momentum or 0)
            self.num_batches_tracked += 1


def _exact(x: Tensor) -> Tensor:
    """At least float32: sums of half precision lose too much."""
    return x if x.dtype == torch.float64 else x.float()


def _synced(norm: _BatchNorm, world: World) -> SyncedNorm:
    synced = SyncedNorm(norm.num_features, norm.eps, norm.momentum, norm.affine, norm.track_running_stats)
    synced.load_state_dict(norm.state_dict())
    synced.world = world
    return synced
