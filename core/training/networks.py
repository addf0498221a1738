"""Front end and network of a plan, with the sizes that follow from each other."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor, nn

from core.detectors.base import ARCHITECTURES
from core.detectors.network_detector import WAVEFORM
from core.features import front_end
from core.foundation.errors import TrainingError
from core.training.plan import TrainingPlan
from core.training.tasks import Task


def front_end_of(plan: TrainingPlan) -> nn.Module | None:
    """The plan's front end; None for networks that take waveforms.

    Raises:
        FeatureError: there is none of that name, or its parameters cannot be used.
    """
    if plan.front_end == WAVEFORM:
        return None
    return front_end(plan.front_end, plan.sample_rate, **plan.front_end_args)  # type: ignore[return-value]


def network_of(plan: TrainingPlan, task: Task) -> nn.Module:
    """The plan's network with new weights, drawn from torch's generator.

    Raises:
        TrainingError: there is none of that name, or its arguments do not fit (TR-003).
    """
    arguments = arguments_of(plan, task)
    try:
        return ARCHITECTURES[plan.architecture](**arguments)
    except (TypeError, ValueError, RuntimeError) as error:
        raise _unbuildable(plan, str(error)) from error


def arguments_of(plan: TrainingPlan, task: Task) -> dict[str, Any]:
    """The architecture's arguments: the plan's, and those that follow from front end, window and task.

    Raises:
        TrainingError: TR-003.
    """
    if plan.architecture not in ARCHITECTURES:
        raise _unbuildable(plan, f"there is no architecture called {plan.architecture!r}")
    known = inspect.signature(ARCHITECTURES[plan.architecture]).parameters
    sizes = {"n_outputs": len(task.classes), "classes": len(task.classes), "sample_rate": plan.sample_rate}
    if plan.front_end != WAVEFORM:
        sizes |= dict(zip(("inputs", "bins", "frames"), map_shape(plan), strict=True))
    return {name: value for name, value in sizes.items() if name in known} | dict(plan.architecture_args)


@torch.inference_mode()
def map_shape(plan: TrainingPlan) -> tuple[int, int, int]:
    """Channels, bins and frames of the map of one window."""
    front = front_end_of(plan)
    assert front is not None
    channels, bins, frames = front(torch.zeros(1, plan.window_frames)).shape[1:]
    return channels, bins, frames


def check_lengths(plan: TrainingPlan, network: nn.Module, inputs: Inputs) -> None:
    """Find before training starts that a network cannot take the plan's crops, or its window.

    Raises:
        TrainingError: it is built for another length (TR-004); the field is named.
    """
    window = plan.window_frames
    crops = [("crop_s", round(seconds * plan.sample_rate)) for seconds in plan.crop_s]
    network.eval()
    for field, frames in dict.fromkeys([("window_s", window), *crops]):
        try:
            with torch.no_grad():
                network(inputs(torch.zeros(1, frames)))
        except (RuntimeError, ValueError) as error:
            raise _wrong_length(plan, field, frames) from error


class Inputs:
    """Turns crops into what the network takes."""

    def __init__(self, plan: TrainingPlan, network: nn.Module, device: torch.device):
        front = front_end_of(plan)
        self._front: Any = None if front is None else front.to(device)
        self._parts = plan.normalise == "none" and getattr(network, "takes_parts", False)
        self._device = device
        self.statistics: dict[str, Tensor] = {}
        """Mean and deviation as a pack has them; empty where nothing is normalised."""

    @torch.no_grad()
    def __call__(self, waveforms: Tensor) -> Any:
        """The network's input for crops (n, frames)."""
        waveforms = waveforms.to(self._device)
        if self._front is None:
            return waveforms
        return self._front.parts(waveforms) if self._parts else self.normalised(self._front(waveforms))

    def normalised(self, maps: Tensor) -> Tensor:
        """Maps less mean, divided by deviation."""
        if not self.statistics:
            return maps
        mean, std = (self.statistics[f"normalisation.{name}"].to(maps.device) for name in ("mean", "std"))
        if mean.numel() > 1:
            mean, std = mean[..., None], std[..., None]
        return (maps - mean) / std


def _unbuildable(plan: TrainingPlan, why: str) -> TrainingError:
    return TrainingError(
        "TR-003",
        f"The network of the plan {plan.name} cannot be built: {' '.join(why.split())[:300]}.",
        means="Training did not start.",
        do="Correct front end, architecture and their arguments in the plan.",
    )


def _wrong_length(plan: TrainingPlan, field: str, frames: int) -> TrainingError:
    return TrainingError(
        "TR-004",
        f"The plan {plan.name} cannot be carried out here: {field} gives {frames / plan.sample_rate:g} s, which the "
        f"architecture {plan.architecture} built for a window_s of {plan.window_s:g} s does not take.",
        means="Training did not start.",
        do=f"Set crop_s to [{plan.window_s:g}, {plan.window_s:g}], or choose an architecture for any length."
        if field == "crop_s"
        else "Choose a longer window_s.",
        facts={"field": field},
    )
