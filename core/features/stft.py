"""Short-time Fourier transform: magnitude or power, linear or logarithmic.

gan-police's DCNN: 22050 Hz, n_fft 511, window 511, hop 220, power 2, ln(x + 1e-12).
Source: Gasenzer and Wolter, Towards generalizing deep-audio fake detection networks, TMLR 2024, arXiv 2305.13033.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.features._spectrum import SCALES, ShortTimeFrontEnd, SpectrumParams, scaled, unit_of
from core.features.base import FEATURES
from core.features.params import param


@FEATURES.register("stft")
class Stft(ShortTimeFrontEnd):
    """Spectrogram (batch, 1, n_fft // 2 + 1, frames)."""

    name = "stft"

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Params(SpectrumParams):
        """Framing and scale."""

        scale: str = param("ln", "Scale of the values.", choices=SCALES)
        offset: float = param(1e-12, "Added before the logarithm.", low=1e-30, high=1.0)

    @property
    def unit(self) -> str:
        """What a value of the map is."""
        return unit_of(self.params)

    def transform(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps (batch, 1, n_fft // 2 + 1, frames)."""
        values = self.spectrogram(waveforms).unsqueeze(1)
        return scaled(values, self.params.scale, self.params.power, self.params.offset)

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of the windows (s) and of the bins (Hz)."""
        return self.times(frames), self.bins_hz()
