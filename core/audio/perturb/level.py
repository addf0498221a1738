"""Level: turned up or down, or driven beyond full scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from core.audio.perturb.base import PERTURBATIONS, Perturbation, Wave
from core.audio.perturb.filters import log_uniform
from core.foundation.params import param


@PERTURBATIONS.register("gain")
@dataclass(frozen=True, slots=True, kw_only=True)
class Gain(Perturbation):
    """Another level."""

    name: ClassVar = "gain"
    help: ClassVar = "Turned up or down; nothing else changes."

    gain_db: float = param(-12.0, "Gain.", unit="dB", low=-100.0, high=60.0)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """18 dB to each side."""
        return cls(gain_db=rng.uniform(-18, 18))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        return waveform * np.float32(10 ** (self.gain_db / 20))


@PERTURBATIONS.register("clipping")
@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping(Perturbation):
    """The loudest samples cut off."""

    name: ClassVar = "clipping"
    help: ClassVar = "The loudest samples cut off, as in a recording that was driven too hard."

    share: float = param(0.01, "Share of the samples that are cut off.", low=0.0, high=0.9)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """0.1 to 10 per cent, denser at the low end."""
        return cls(share=log_uniform(rng, 0.001, 0.1))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        limit = np.quantile(np.abs(waveform), 1 - self.share)
        return np.clip(waveform, -limit, limit)
