"""Parallel WaveGAN: a WaveNet that turns noise into speech in one pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from core.training.resynthesis._mel import HOP, wavegan_mel
from core.training.resynthesis.base import GENERATORS, Generator, Wave

_BLOCKS, _CYCLE, _CHANNELS, _LOWEST = 30, 10, 64, -3.5
"""_LOWEST: of the normalised mel; digital silence lies far outside what the network has seen."""


@GENERATORS.register("parallelwavegan-ljspeech")
class ParallelWaveGan(Generator):
    """Neural vocoder at 22.05 kHz, slow.

    Source: Yamamoto, Song, Kim (2020), Parallel WaveGAN, ICASSP, arXiv:1910.11480; weights of kan-bayashi.
    """

    rate_hz = 22050
    weights = ("pwg_ljspeech.safetensors",)

    def __init__(self, folder: Path):
        """Needs its weights."""
        super().__init__(folder)
        self._w = {name: tensor.float() for name, tensor in load_file(folder / self.weights[0]).items()}

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """Context from the mel spectrum, noise through gated blocks."""
        with torch.inference_mode():
            context = self._context(torch.from_numpy(waveform))
            noise = torch.from_numpy(rng.standard_normal(context.shape[2], np.float32))[None, None]
            return self._blocks(noise, context)[0, 0].numpy()

    def _context(self, waveform: Tensor) -> Tensor:
        """(1, 80, samples): the mel spectrum raised to the sample rate, four times by 4 with smoothing."""
        w = self._w
        mel = (wavegan_mel(waveform) - w["mel_mean"][:, None]) / w["mel_std"][:, None]
        x = F.conv1d(F.pad(mel.clamp(min=_LOWEST)[None], (2, 2), mode="replicate"), w["conv_in.w"])[:, None]
        for step in range(4):
            x = F.conv2d(x.repeat_interleave(4, 3), w[f"up{step}.w"], padding=(0, 4))
        return x[:, 0, :, : waveform.shape[0] // HOP * HOP + HOP]

    def _blocks(self, noise: Tensor, context: Tensor) -> Tensor:
        w = self._w
        x = F.conv1d(noise, w["first.w"], w["first.b"])
        skips = torch.zeros_like(x)
        for number in range(_BLOCKS):
            x, skip = self._block(x, context, number)
            skips = skips + skip
        y = F.conv1d(F.relu(skips / _BLOCKS**0.5), w["post1.w"], w["post1.b"])
        return F.conv1d(F.relu(y), w["post2.w"], w["post2.b"])

    def _block(self, x: Tensor, context: Tensor, number: int) -> tuple[Tensor, Tensor]:
        w, dilation = self._w, 2 ** (number % _CYCLE)
        z = F.conv1d(x, w[f"{number}.conv.w"], w[f"{number}.conv.b"], padding=dilation, dilation=dilation)
        signal, gate = (z + F.conv1d(context, w[f"{number}.aux.w"])).split(_CHANNELS, 1)
        z = torch.tanh(signal) * torch.sigmoid(gate)
        through = (x + F.conv1d(z, w[f"{number}.out.w"], w[f"{number}.out.b"])) * 0.5**0.5
        return through, F.conv1d(z, w[f"{number}.skip.w"], w["skip_bias"])
