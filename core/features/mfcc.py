"""Mel-frequency cepstral coefficients.

Source: Davis and Mermelstein, IEEE Trans. ASSP 28(4), 1980; torchaudio's MFCC (orthonormal DCT-II of dB or ln mels).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.features._cepstrum import cepstrum, dct_matrix, delta_width_param, deltas_param
from core.features._spectrum import SCALES, scaled
from core.features.base import FEATURES
from core.features.mel import MelFrontEnd, MelParams
from core.features.params import Params, param


@FEATURES.register("mfcc")
class Mfcc(MelFrontEnd):
    """MFCC (batch, 1, coefficients * (1 + deltas), frames)."""

    name = "mfcc"
    dct: torch.Tensor

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Params(MelParams):
        """Framing, bank and cepstrum."""

        coefficients: int = param(20, "Number of cepstral coefficients.", low=1, high=1024)
        scale: str = param("db", "Scale of the bands before the cosine transform.", choices=SCALES[1:])
        offset: float = param(1e-6, "Added before the logarithm.", low=1e-30, high=1.0)
        top_db: float = param(80.0, "Range kept below the maximum on the dB scale; 0 for all.", unit="dB", low=0.0)
        deltas: int = deltas_param()
        delta_width: int = delta_width_param()

    def __init__(self, sample_rate: int, params: Params | None = None):
        super().__init__(sample_rate, params)
        self.constant("dct", dct_matrix(self.params.coefficients, self.params.mels))

    @property
    def unit(self) -> str:
        """What a value of the map is."""
        return "cepstral coefficient"

    def transform(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps (batch, 1, coefficients * (1 + deltas), frames): the coefficients, then their derivatives."""
        p = self.params
        bands = scaled(self.mel(waveforms).unsqueeze(1), p.scale, p.power, p.offset, p.top_db)
        return cepstrum(bands, self.dct, p.deltas, p.delta_width)

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of the windows (s) and numbers of the coefficients."""
        p = self.params
        return self.times(frames), np.arange(p.coefficients * (1 + p.deltas), dtype=np.float64)
