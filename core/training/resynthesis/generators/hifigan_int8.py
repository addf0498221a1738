"""HiFi-GAN V2 with 8-bit weights, one voice, run by LiteRT."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from core.training.resynthesis._litert import open_network, run
from core.training.resynthesis._mel import hifigan_mel
from core.training.resynthesis.base import GENERATORS, Generator, Wave


@GENERATORS.register("hifigan-v2-ljspeech-int8")
class HifiGanInt8(Generator):
    """GAN vocoder at 22.05 kHz with quantised weights.

    Source: as HifiGan; file of tulasiram58827/TTS_TFLite.
    """

    rate_hz = 22050
    level_dbfs = -20.0
    weights = ("hifigan_dr.tflite",)

    def __init__(self, folder: Path):
        """Needs the package ai-edge-litert and the network."""
        super().__init__(folder)
        self._network = open_network(folder / self.weights[0])

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """Mel spectrum, network."""
        mel = hifigan_mel(torch.from_numpy(waveform)[None]).numpy()
        self._network.resize_tensor_input(self._network.get_input_details()[0]["index"], mel.shape)
        self._network.allocate_tensors()
        return run(self._network, np.ascontiguousarray(mel)).ravel()
