"""Mel spectrogram, linear or logarithmic.

Codecfake's Mel-LCNN: 16 kHz, n_fft 512, window 512, hop 128, 80 HTK mels up to Nyquist, power 2, linear.
Source: Xie et al., The Codecfake dataset and countermeasures, arXiv 2405.04880; torchaudio's MelSpectrogram.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import torch
import torchaudio.functional as AF
from numpy.typing import NDArray

from core.features._spectrum import SCALES, ShortTimeFrontEnd, SpectrumParams, check_band, scaled, unit_of
from core.features.base import FEATURES
from core.features.params import Params, param


@dataclass(frozen=True, slots=True, kw_only=True)
class MelParams(SpectrumParams):
    """The bank of mel filters."""

    mels: int = param(80, "Number of mel filters.", low=1, high=1024)
    low_hz: float = param(0.0, "Lower end of the bank.", unit="Hz", low=0.0)
    high_hz: float = param(0.0, "Upper end of the bank; 0 for the Nyquist frequency.", unit="Hz", low=0.0)
    mel_scale: str = param("htk", "Formula of the mel scale.", choices=("htk", "slaney"))
    area_norm: bool = param(False, "Whether each filter is divided by its width in Hz.")


class MelFrontEnd(ShortTimeFrontEnd):
    """Front end over mel filters."""

    bank: torch.Tensor

    def __init__(self, sample_rate: int, params: Params | None = None):
        super().__init__(sample_rate, params)
        p = self.params
        low, high = check_band(p.low_hz, p.high_hz, self.sample_rate)
        norm = "slaney" if p.area_norm else None
        with warnings.catch_warnings():
            # filters narrower than a bin stay empty; published models were trained with them
            warnings.filterwarnings("ignore", message="At least one mel filterbank")
            bank = AF.melscale_fbanks(p.n_fft // 2 + 1, low, high, p.mels, self.sample_rate, norm, p.mel_scale)
        self.constant("bank", bank)

    def mel(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Mel spectrogram (batch, mels, frames), linear."""
        return torch.matmul(self.spectrogram(waveforms).transpose(1, 2), self.bank).transpose(1, 2)


@FEATURES.register("mel")
class Mel(MelFrontEnd):
    """Mel spectrogram (batch, 1, mels, frames)."""

    name = "mel"

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Params(MelParams):
        """Framing, bank and scale."""

        scale: str = param("linear", "Scale of the values.", choices=SCALES)
        offset: float = param(1e-12, "Added before the logarithm.", low=1e-30, high=1.0)
        top_db: float = param(0.0, "Range kept below the maximum on the dB scale; 0 for all.", unit="dB", low=0.0)

    @property
    def unit(self) -> str:
        """What a value of the map is."""
        return unit_of(self.params)

    def transform(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps (batch, 1, mels, frames)."""
        p = self.params
        return scaled(self.mel(waveforms).unsqueeze(1), p.scale, p.power, p.offset, p.top_db)

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of the windows (s) and of the filters (Hz)."""
        from librosa.core.convert import mel_frequencies  # half a second to import, and only maps for people need it

        p = self.params
        low, high = check_band(p.low_hz, p.high_hz, self.sample_rate)
        corners = mel_frequencies(p.mels + 2, fmin=low, fmax=high, htk=p.mel_scale == "htk")
        return self.times(frames), np.asarray(corners[1:-1], np.float64)
