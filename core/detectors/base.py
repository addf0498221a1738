"""What a detector is: waveform windows in, scores out, higher = more support for the question's first proposition."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.detectors.card import ModelCard
from core.foundation.registry import Registry

if TYPE_CHECKING:
    import torch


class Detector(Protocol):
    """A model ready to run on one device, in evaluation mode, without gradients unless asked for."""

    card: ModelCard
    sha256: str
    """SHA-256 that names this pack: that of its SHA256SUMS file."""
    device: torch.device

    def scores(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Log-odds float32 (n, len(card.answers)) of windows (n, frames) at card.sample_rate. Always finite."""
        ...

    def features(self, waveforms: torch.Tensor) -> torch.Tensor:
        """The network's input (n, channels, bins, frames), or the waveforms themselves for raw networks.

        Keeps the gradient where `waveforms` requires one.
        """
        ...

    def logits(self, features: torch.Tensor) -> torch.Tensor:
        """The network's outputs (n, len(card.classes)) of its input; keeps the gradient."""
        ...

    def embed(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Penultimate activations (n, d)."""
        ...

    def answer_scores(self, logits: torch.Tensor) -> torch.Tensor:
        """Log-odds (n, len(card.answers)) of the network's outputs; keeps the gradient."""
        ...

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Times (s) and frequencies (Hz) of the feature map's columns and rows; None for raw waveforms."""
        ...

    def redrawn(self, seed: int) -> Detector | None:
        """The same detector with its network's weights shuffled, which has learnt nothing; None without weights."""
        ...


ARCHITECTURES: Registry[Callable[..., Any]] = Registry("architecture", "core.detectors.architectures")
"""Builders of networks (torch.nn.Module) by name: builder(**card.architecture_args).

A network maps what Detector.features gives to logits, and its `embed` to penultimate activations (n, d).
"""
