"""Fourier magnitude of a whole clip, after a three-tap high-pass.

Source: Moussa, Bergmann and Riess, Unmasking neural codecs, Interspeech 2024, doi 10.21437/Interspeech.2024-1652.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.features.base import FEATURES
from core.features.module import TensorFrontEnd
from core.features.params import Params, param


@FEATURES.register("fourier")
class Fourier(TensorFrontEnd):
    """Magnitude of the real Fourier transform (batch, 1, frames // 2 + 1, 1)."""

    name = "fourier"

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Params(Params):
        """Filter and scale."""

        high_pass: bool = param(
            True, "Whether the waveform passes the taps -1, 2, -1 first (same length, zeros beyond)."
        )
        log: bool = param(True, "ln(magnitude + offset); the magnitude itself where false.")
        offset: float = param(1e-12, "Added before the logarithm.", low=1e-30, high=1.0)

    @property
    def unit(self) -> str:
        """What a value of the map is."""
        return "ln magnitude" if self.params.log else "magnitude"

    @property
    def min_frames(self) -> int:
        """Any clip has a spectrum."""
        return 1

    def transform(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps (batch, 1, frames // 2 + 1, 1)."""
        if self.params.high_pass:
            padded = torch.nn.functional.pad(waveforms, (1, 1))
            waveforms = 2 * waveforms - padded[:, :-2] - padded[:, 2:]
        magnitude = torch.fft.rfft(waveforms).abs()
        values = torch.log(magnitude + self.params.offset) if self.params.log else magnitude
        return values[:, None, :, None]

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The clip's middle (s) and the bins (Hz)."""
        return np.array([frames / 2 / self.sample_rate]), np.arange(frames // 2 + 1) * self.sample_rate / frames
