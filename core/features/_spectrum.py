"""Short-time spectra and value scales: the step that stft, mel, lfcc and mfcc share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torchaudio.functional as AF
from numpy.typing import NDArray

from core.features.module import TensorFrontEnd
from core.features.params import Params, param
from core.foundation.errors import FeatureError

WINDOWS = {
    "hann": torch.hann_window,
    "hamming": torch.hamming_window,
    "blackman": torch.blackman_window,
    "rectangular": lambda n: torch.ones(n),
}
"""Periodic windows by name."""
SCALES = ("linear", "ln", "log10", "db")
_DB_FLOOR = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrumParams(Params):
    """Framing, shared by all short-time front ends."""

    n_fft: int = param(512, "Length of the Fourier transform.", unit="frames", low=2, high=1 << 20)
    window_frames: int = param(512, "Length of the window, at most n_fft.", unit="frames", low=1, high=1 << 20)
    hop_frames: int = param(128, "Step between windows.", unit="frames", low=1, high=1 << 20)
    window: str = param("hann", "Shape of the window (periodic).", choices=tuple(WINDOWS))
    centred: bool = param(True, "Whether windows are centred on multiples of the hop, with padding at both ends.")
    padding: str = param("reflect", "What is assumed beyond the ends when centred.", choices=("reflect", "constant"))
    power: float = param(2.0, "1 for magnitude, 2 for power.", choices=(1.0, 2.0))


class ShortTimeFrontEnd(TensorFrontEnd):
    """Front end over short-time windows."""

    window: torch.Tensor

    def __init__(self, sample_rate: int, params: Params | None = None):
        super().__init__(sample_rate, params)
        if self.params.window_frames > self.params.n_fft:
            raise FeatureError(
                "FE-002",
                f"A window of {self.params.window_frames} samples is longer than n_fft, {self.params.n_fft}.",
                do="Choose n_fft at least as long as the window.",
            )
        self.constant("window", WINDOWS[self.params.window](self.params.window_frames))

    @property
    def min_frames(self) -> int:
        """Padding by reflection needs half a transform of signal; otherwise a whole window."""
        if not self.params.centred:
            return self.params.n_fft
        return self.params.n_fft // 2 + 1 if self.params.padding == "reflect" else 1

    def spectrogram(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Magnitude or power (batch, n_fft // 2 + 1, frames)."""
        p = self.params
        return AF.spectrogram(
            waveforms,
            pad=0,
            window=self.window,
            n_fft=p.n_fft,
            hop_length=p.hop_frames,
            win_length=p.window_frames,
            power=p.power,
            normalized=False,
            center=p.centred,
            pad_mode=p.padding,
        )

    def times(self, frames: int) -> NDArray[np.float64]:
        """Centres of the windows in seconds."""
        p = self.params
        padding = 2 * (p.n_fft // 2) if p.centred else 0
        columns = 1 + (frames + padding - p.n_fft) // p.hop_frames
        first = 0 if p.centred else p.n_fft // 2
        return (first + p.hop_frames * np.arange(columns)) / self.sample_rate

    def bins_hz(self) -> NDArray[np.float64]:
        """Frequencies of the transform's bins in Hz."""
        return np.arange(self.params.n_fft // 2 + 1) * self.sample_rate / self.params.n_fft


def check_band(low_hz: float, high_hz: float, sample_rate: int) -> tuple[float, float]:
    """The band in Hz, where an upper end of 0 means the Nyquist frequency.

    Raises:
        FeatureError: the band is empty or reaches above the Nyquist frequency (FE-005).
    """
    top = high_hz or sample_rate / 2
    if not low_hz < top <= sample_rate / 2:
        raise FeatureError(
            "FE-005",
            f"The band {low_hz:g}–{top:g} Hz does not fit a sample rate of {sample_rate} Hz.",
            do=f"Choose a band within 0–{sample_rate / 2:g} Hz, or a recording with a higher rate.",
            facts={"low_hz": low_hz, "high_hz": top, "sample_rate": sample_rate},
        )
    return low_hz, top


def scaled(values: torch.Tensor, scale: str, power: float, offset: float, top_db: float = 0.0) -> torch.Tensor:
    """Magnitudes or powers (batch, channels, bins, frames) on a scale of SCALES.

    Args:
        values: Not negative.
        scale: `linear`; `ln` or `log10` of value + offset; `db` with a floor at 1e-10.
        power: 1 where values are magnitudes, 2 where they are powers.
        offset: Added before the logarithm.
        top_db: Range below each map's maximum that is kept, dB; 0 for all.
    """
    if scale == "linear":
        return values
    if scale == "db":
        return AF.amplitude_to_DB(values, 20.0 / power, _DB_FLOOR, 0.0, top_db or None)
    return torch.log(values + offset) if scale == "ln" else torch.log10(values + offset)


def unit_of(params: Any) -> str:
    """Words for the values of a front end with `scale` and `power`."""
    quantity = "power" if params.power == 2.0 else "magnitude"
    return {"linear": quantity, "db": "dB"}.get(params.scale, f"{params.scale} {quantity}")
