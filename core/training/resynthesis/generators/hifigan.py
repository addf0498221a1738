"""HiFi-GAN V2, weights of several speakers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from core.training.resynthesis._hifigan import load_hifigan
from core.training.resynthesis._mel import hifigan_mel
from core.training.resynthesis.base import GENERATORS, Generator, Wave


@GENERATORS.register("hifigan-v2-multispeaker")
class HifiGan(Generator):
    """GAN vocoder at 22.05 kHz.

    Source: Kong, Kim, Bae (2020), HiFi-GAN, NeurIPS, arXiv:2010.05646, appendix A.1 (V2).
    """

    rate_hz = 22050
    weights = ("hifigan_v2_multispk.safetensors",)

    def __init__(self, folder: Path):
        """Needs its weights."""
        super().__init__(folder)
        self._network = load_hifigan(folder / self.weights[0])

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """Mel spectrum, network."""
        with torch.inference_mode():
            return self._network(hifigan_mel(torch.from_numpy(waveform)[None]))[0].numpy()
