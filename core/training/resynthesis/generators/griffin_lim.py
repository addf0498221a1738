"""Griffin-Lim: phase found by repeated analysis and synthesis from a mel spectrum's magnitudes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torchaudio

from core.training.resynthesis.base import GENERATORS, Generator, Wave

_FFT, _HOP, _BANDS, _ROUNDS = 1024, 256, 80, 32


@GENERATORS.register("griffinlim-mel")
class GriffinLim(Generator):
    """Classical phase reconstruction from 80 mel bands.

    Source: Griffin, Lim (1984), IEEE TASSP 32(2), 236-243; with momentum: Perraudin et al. (2013), WASPAA.
    """

    family = "classical-vocoder"

    def __init__(self, folder: Path):
        """Needs no weights."""
        super().__init__(folder)
        self._bank = torchaudio.functional.melscale_fbanks(
            _FFT // 2 + 1, 0.0, self.rate_hz / 2, _BANDS, self.rate_hz, "slaney", "slaney"
        )
        self._inverse = torch.linalg.pinv(self._bank)
        self._window = torch.hann_window(_FFT)

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """Mel spectrum, least-squares magnitudes, phase."""
        given = torch.from_numpy(waveform)
        spectrum = torch.stft(given, _FFT, _HOP, window=self._window, return_complex=True).abs()
        magnitude = (spectrum.T @ self._bank @ self._inverse).clamp(min=1e-8).T
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**31)))
            made = torchaudio.functional.griffinlim(
                magnitude, self._window, _FFT, _HOP, _FFT, 1.0, _ROUNDS, 0.99, len(waveform), True
            )
        return made.numpy()
