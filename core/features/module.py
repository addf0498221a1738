"""What the front ends on tensors share: they are torch modules without learned parts and without saved state."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from core.features.params import Params, checked_rate, spec_of, too_short
from core.foundation.errors import FeatureError


class TensorFrontEnd(torch.nn.Module):
    """Base of the classes in FEATURES. Subclasses give `name`, `Params`, `unit`, `min_frames`, `transform`, `axes`."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    Params: ClassVar[type[Any]]

    def __init__(self, sample_rate: int, params: Params | None = None):
        """Build for one sample rate.

        Raises:
            FeatureError: the rate or the parameters cannot be used (FE-002 to FE-005).
        """
        super().__init__()
        self.params: Any = self.Params() if params is None else params
        self.sample_rate = checked_rate(sample_rate)
        self.spec = spec_of(self.name, self.version, self.sample_rate, self.params)

    def constant(self, name: str, value: torch.Tensor) -> None:
        """Keep a tensor that moves with the module but is never saved with a model."""
        self.register_buffer(name, value, persistent=False)

    @property
    def unit(self) -> str:
        """What a value of the map is."""
        raise NotImplementedError

    @property
    def min_frames(self) -> int:
        """Shortest waveform that can be taken."""
        raise NotImplementedError

    def transform(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps (batch, channels, bins, frames) of checked waveforms (batch, frames)."""
        raise NotImplementedError

    def parts(self, waveforms: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, ...]:
        """The map, or what a network that `takes_parts` needs of it, where the map holds the same values many times.

        Raises:
            FeatureError: as forward.
        """
        return self(waveforms)

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of the map's columns (seconds) and rows (Hz) for a waveform of that many frames."""
        raise NotImplementedError

    def forward(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps float32 (batch, channels, bins, frames) of waveforms (batch, frames) at spec.sample_rate.

        Raises:
            FeatureError: the waveforms are too short (FE-001) or not (batch, frames) (FE-006).
        """
        self.check(waveforms)
        return self.transform(waveforms)

    def check(self, waveforms: torch.Tensor) -> None:
        """Refuse what cannot be transformed.

        Raises:
            FeatureError: the waveforms are too short (FE-001) or not (batch, frames) (FE-006).
        """
        if waveforms.ndim != 2:
            raise FeatureError(
                "FE-006",
                f"A batch of waveforms has two dimensions, this one has {waveforms.ndim}.",
                do="Pass an array of shape (batch, frames).",
            )
        if waveforms.shape[1] < self.min_frames:
            raise too_short(f"the feature {self.name}", waveforms.shape[1], self.min_frames, self.sample_rate)
