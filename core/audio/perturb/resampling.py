"""To another sample rate and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import soxr
from numpy.typing import NDArray

from core.audio.perturb.base import PERTURBATIONS, Perturbation, Wave
from core.foundation.params import param

_QUALITIES = ("QQ", "LQ", "MQ", "HQ", "VHQ")
_RATES_HZ = (8000, 11025, 12000, 14000, 22050, 24000, 44100)


@PERTURBATIONS.register("resample")
@dataclass(frozen=True, slots=True, kw_only=True)
class Resample(Perturbation):
    """There and back, with a good or a cheap resampler."""

    name: ClassVar = "resample"
    help: ClassVar = "To another sample rate and back, with a good or a cheap converter."

    rate_hz: int = param(8000, "The rate in between.", unit="Hz", low=1000, high=384000)
    quality: str = param("HQ", "Quality of the converter (libsoxr), from quick to very high.", choices=_QUALITIES)

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Rates in common use."""
        return cls(rate_hz=int(rng.choice(_RATES_HZ)), quality=str(rng.choice(_QUALITIES[1:4])))

    def _change(self, waveform: Wave, rate_hz: int) -> NDArray[np.floating]:
        between = soxr.resample(waveform, rate_hz, self.rate_hz, quality=self.quality)
        return soxr.resample(between, self.rate_hz, rate_hz, quality=self.quality)
