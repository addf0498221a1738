"""Long-term average spectrum: Welch's mean and percentiles over time, as power density.

Source: Welch, IEEE Trans. Audio Electroacoust. 15(2), 1967; as scipy.signal.welch with scaling "density".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.features.base import FEATURES
from core.features.module import TensorFrontEnd
from core.features.params import Params, param

_FLOOR = 1e-20
"""Power density that digital silence reads, -200 dB."""


@FEATURES.register("ltas")
class Ltas(TensorFrontEnd):
    """Power density in dB relative to 1 (full scale squared) per Hz: (batch, 4, bins, 1).

    Channels: mean power, lower percentile, median, upper percentile over the windows. A full-scale sine has a mean
    square of 1/2.
    """

    name = "ltas"
    window: torch.Tensor

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Params(Params):
        """Framing and percentiles."""

        window_s: float = param(0.085, "Length of the Hann window.", unit="s", low=0.001, high=10.0)
        overlap: float = param(0.5, "Share of a window that the next one covers again.", low=0.0, high=0.95)
        low_pct: float = param(10.0, "Lower percentile.", unit="%", low=0.0, high=50.0)
        high_pct: float = param(90.0, "Upper percentile.", unit="%", low=50.0, high=100.0)

    def __init__(self, sample_rate: int, params: Params | None = None):
        super().__init__(sample_rate, params)
        self.constant("window", torch.hann_window(max(2, round(self.params.window_s * self.sample_rate))))

    @property
    def unit(self) -> str:
        """What a value of the map is."""
        return "dB per Hz re full scale"

    @property
    def min_frames(self) -> int:
        """One window."""
        return self.window.numel()

    def transform(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps (batch, 4, bins, 1)."""
        p = self.params
        power = self._density(waveforms)
        levels = [power.mean(dim=2), *_percentiles(power, (p.low_pct, 50.0, p.high_pct))]
        return 10 * torch.log10(torch.stack(levels, dim=1).clamp_min(_FLOOR)).unsqueeze(3)

    def _density(self, waveforms: torch.Tensor) -> torch.Tensor:
        """One-sided power density (batch, bins, windows)."""
        size = self.window.numel()
        hop = max(1, round(size * (1 - self.params.overlap)))
        spectra = torch.stft(waveforms, size, hop, window=self.window, center=False, return_complex=True)
        power = spectra.abs().square() / (self.sample_rate * self.window.square().sum())
        inner = slice(1, (size + 1) // 2)  # all but DC and, for an even size, Nyquist stand for two bins
        power[:, inner] *= 2
        return power

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The clip's middle (s) and the bins (Hz)."""
        size = self.window.numel()
        return np.array([frames / 2 / self.sample_rate]), np.arange(size // 2 + 1) * self.sample_rate / size


def _percentiles(values: torch.Tensor, percentages: tuple[float, ...]) -> list[torch.Tensor]:
    """Percentiles over the last axis, linearly interpolated; torch.quantile refuses more than 2**24 values."""
    ordered = values.sort(dim=-1).values
    positions = [percentage / 100 * (values.shape[-1] - 1) for percentage in percentages]
    return [torch.lerp(ordered[..., int(at)], ordered[..., int(np.ceil(at))], at % 1) for at in positions]
