"""Linear-frequency cepstral coefficients.

WaveFake: 20 filters, 20 coefficients, n_fft 512, ln(x + 1e-6), delta and double delta over 5 frames. Codecfake and
the ASVspoof baselines: window 320 (Hamming), hop 160, n_fft 512, 20 filters, pre-emphasis 0.97, padding with zeros.
Source: Sahidullah, Kinnunen and Hanilçi, Interspeech 2015; Frank and Schönherr, WaveFake, arXiv 2111.02813.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torchaudio.functional as AF
from numpy.typing import NDArray

from core.features._cepstrum import cepstrum, dct_matrix, delta_width_param, deltas_param, pre_emphasised
from core.features._spectrum import SCALES, ShortTimeFrontEnd, SpectrumParams, check_band, scaled
from core.features.base import FEATURES
from core.features.params import Params, param


@FEATURES.register("lfcc")
class Lfcc(ShortTimeFrontEnd):
    """LFCC (batch, 1, coefficients * (1 + deltas), frames)."""

    name = "lfcc"
    bank: torch.Tensor
    dct: torch.Tensor

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Params(SpectrumParams):
        """Framing, bank and cepstrum."""

        filters: int = param(20, "Number of triangular filters, equally spaced in Hz.", low=1, high=1024)
        coefficients: int = param(20, "Number of cepstral coefficients.", low=1, high=1024)
        low_hz: float = param(0.0, "Lower end of the bank.", unit="Hz", low=0.0)
        high_hz: float = param(0.0, "Upper end of the bank; 0 for the Nyquist frequency.", unit="Hz", low=0.0)
        pre_emphasis: float = param(0.0, "Coefficient of the pre-emphasis; 0 for none.", low=0.0, high=1.0)
        scale: str = param("ln", "Scale of the bands before the cosine transform.", choices=SCALES[1:])
        offset: float = param(1e-6, "Added before the logarithm.", low=1e-30, high=1.0)
        top_db: float = param(0.0, "Range kept below the maximum on the dB scale; 0 for all.", unit="dB", low=0.0)
        deltas: int = deltas_param()
        delta_width: int = delta_width_param()

    def __init__(self, sample_rate: int, params: Params | None = None):
        super().__init__(sample_rate, params)
        p = self.params
        low, high = check_band(p.low_hz, p.high_hz, self.sample_rate)
        self.constant("bank", AF.linear_fbanks(p.n_fft // 2 + 1, low, high, p.filters, self.sample_rate))
        self.constant("dct", dct_matrix(p.coefficients, p.filters))

    @property
    def unit(self) -> str:
        """What a value of the map is."""
        return "cepstral coefficient"

    def transform(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps (batch, 1, coefficients * (1 + deltas), frames): the coefficients, then their derivatives."""
        p = self.params
        spectra = self.spectrogram(pre_emphasised(waveforms, p.pre_emphasis))
        bands = torch.matmul(spectra.transpose(1, 2), self.bank).transpose(1, 2).unsqueeze(1)
        return cepstrum(scaled(bands, p.scale, p.power, p.offset, p.top_db), self.dct, p.deltas, p.delta_width)

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of the windows (s) and numbers of the coefficients."""
        p = self.params
        return self.times(frames), np.arange(p.coefficients * (1 + p.deltas), dtype=np.float64)
