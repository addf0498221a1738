"""A detector made of a front end, a normalisation and a network."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Protocol, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.detectors.base import ARCHITECTURES
from core.detectors.card import WAVEFORM, ModelCard
from core.features import FrontEnd, front_end
from core.foundation.errors import FeatureError, ModelError
from core.foundation.progress import heed

_MEAN, _STD = "normalisation.mean", "normalisation.std"


class Network(Protocol):
    """What an architecture builds; a torch.nn.Module."""

    def __call__(self, features: Tensor) -> Tensor:
        """Logits (n, classes) of features (n, channels, bins, frames), or of waveforms (n, frames)."""
        ...

    def embed(self, features: Tensor) -> Tensor:
        """Penultimate activations (n, d)."""
        ...


class NetworkDetector:
    """Runs a network on one device, in evaluation mode."""

    def __init__(self, card: ModelCard, state_dict: Mapping[str, Tensor], *, sha256: str = "", device: str = "cpu"):
        """Build the network of a card and give it its weights.

        Args:
            card: Says which front end, network and score.
            state_dict: As write_pack takes it.
            sha256: Names the pack the weights came from; empty while they are in none.
            device: cpu or cuda.

        Raises:
            ModelError: unknown front end or architecture, or the weights do not fit it (MO-009).
        """
        self.card = card
        self.sha256 = sha256
        self.device = torch.device(device)
        self.front_end = _front_end(card, self.device)
        self.mean, self.std = (statistic.to(self.device) for statistic in _normalisation(card, state_dict))
        self.network = _network(card, state_dict).to(self.device).eval().requires_grad_(False)
        _make_stoppable(self.network, self.front_end)

    def features(self, waveforms: Tensor) -> Tensor:
        """The network's input (n, channels, bins, frames), normalised; the waveforms for a raw network."""
        maps = waveforms if self.front_end is None else self.front_end(waveforms)
        return (maps - self.mean) / self.std

    def logits(self, features: Tensor) -> Tensor:
        """The network's outputs (n, classes) of its input; keeps the gradient of the input."""
        return self.network(features)

    def answer_scores(self, logits: Tensor) -> Tensor:
        """Log-odds (n, answers): log-sum-exp over an answer's positive outputs minus that over its negative ones."""
        columns = []
        for answer in self.card.answers:
            score = logits[:, list(answer.positive)].logsumexp(dim=1)
            columns.append(score - logits[:, list(answer.negative)].logsumexp(dim=1) if answer.negative else score)
        return torch.stack(columns, dim=1)

    @torch.inference_mode()
    def scores(self, waveforms: Tensor) -> Tensor:
        """Log-odds float32 (n, answers) of windows (n, frames).

        Raises:
            ModelError: the network gave something that is not a number (MO-015).
        """
        scores = self.answer_scores(self.logits(self.features(waveforms.to(self.device)))).float()
        if not scores.isfinite().all():
            raise ModelError(
                "MO-015",
                f"The model {self.card.id} gave a score that is not a number.",
                means="There is no result of this model for this recording.",
                do="Check the recording for damaged samples.",
            )
        return scores

    @torch.inference_mode()
    def embed(self, waveforms: Tensor) -> Tensor:
        """Penultimate activations (n, d) of windows (n, frames)."""
        return cast(Network, self.network).embed(self.features(waveforms.to(self.device)))

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Times (s) and frequencies (Hz) of the map of that many frames; None for a raw network."""
        return None if self.front_end is None else self.front_end.axes(frames)

    @torch.no_grad()
    def redrawn(self, seed: int) -> NetworkDetector | None:
        """The same detector with the values of each weight tensor shuffled; None where there is nothing to shuffle.

        Shuffling keeps each layer's scale, so that the network answers within its usual range.
        """
        other = copy.copy(self)
        other.network = copy.deepcopy(self.network)
        weights = [weight for weight in other.network.parameters() if weight.numel() > 1]
        draws = torch.Generator().manual_seed(seed)
        for weight in weights:
            order = torch.randperm(weight.numel(), generator=draws).to(weight.device)
            weight.copy_(weight.flatten()[order].view_as(weight))
        return other if weights else None


def _front_end(card: ModelCard, device: torch.device) -> FrontEnd | None:
    if card.front_end == WAVEFORM:
        return None
    try:
        built: Any = front_end(card.front_end, card.sample_rate, **card.front_end_args)
    except FeatureError as error:
        raise _unfit(card, f"its front end cannot be made ({error.message})") from error
    return built.to(device)


def _network(card: ModelCard, state_dict: Mapping[str, Tensor]) -> torch.nn.Module:
    if card.architecture not in ARCHITECTURES:
        raise _unfit(card, f"there is no architecture called {card.architecture!r}")
    build = ARCHITECTURES[card.architecture]
    try:
        network: torch.nn.Module = build(**card.architecture_args)
        network.load_state_dict({k: v for k, v in state_dict.items() if k not in (_MEAN, _STD)}, strict=True)
    except (TypeError, ValueError, RuntimeError) as error:
        raise _unfit(card, f"its weights or architecture_args do not fit {card.architecture} ({error})") from error
    if not all(tensor.isfinite().all() for tensor in network.state_dict().values()):
        raise _unfit(card, "some of its weights are not numbers")
    return network


def _make_stoppable(*parts: object) -> None:
    """Ask after each layer whether to stop, and on the way back through it: a pass may take seconds."""
    for part in parts:
        for module in part.modules() if isinstance(part, torch.nn.Module) else ():
            module.register_forward_hook(_heed)


def _heed(_: torch.nn.Module, __: tuple[Any, ...], output: object) -> None:
    heed()
    if isinstance(output, Tensor) and output.requires_grad:
        output.register_hook(lambda _: heed())


def _normalisation(card: ModelCard, state_dict: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation, shaped so that they broadcast over (n, channels, bins, frames) or (n, frames)."""
    mean, std = (state_dict.get(name, torch.tensor(float(default))) for name, default in ((_MEAN, 0), (_STD, 1)))
    if mean.shape != std.shape or mean.ndim > 2 or not mean.isfinite().all() or not (std.isfinite() & (std > 0)).all():
        raise _unfit(card, "its normalisation is not a mean and a positive standard deviation of one shape")
    if mean.numel() == 1:
        return mean.float().reshape(()), std.float().reshape(())
    if card.front_end == WAVEFORM:
        raise _unfit(card, "its normalisation has bins, but its network takes samples")
    channels = mean.shape[0] if mean.ndim == 2 else 1
    return mean.float().reshape(channels, -1, 1), std.float().reshape(channels, -1, 1)


def _unfit(card: ModelCard, why: str) -> ModelError:
    return ModelError(
        "MO-009",
        f"The model {card.id} cannot be built: {' '.join(why.split())[:300]}.",
        means="The model was not loaded.",
        do="Get the pack again from where it came, or update Auditrace.",
        facts={"reason": why[:2000]},
    )
