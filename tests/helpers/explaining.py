"""Detectors made of functions whose attributions can be worked out, and a tone to be found."""

from __future__ import annotations

import copy

import numpy as np
import torch

from core.detectors.card import Answer, ModelCard
from core.features import front_end

RATE, FRAMES = 16000, 8000
TONE_HZ, TONE_S = 3000.0, (0.2, 0.3)


class Fake:
    """A detector made of a function of its input; on samples where `name` is `waveform`."""

    sha256 = "0" * 64
    device = torch.device("cpu")

    def __init__(self, logits, name: str = "waveform", **params: object):
        self.card = ModelCard(
            id="test/fake", version="1", title="", summary="", origin="user", architecture="none",
            answers=(Answer(question="synthetic", positive=(1,), negative=(0,)),), classes=("human", "machine"),
            sample_rate=RATE, window_frames=FRAMES, hop_frames=FRAMES,
        )  # fmt: skip
        self.logits = logits
        self.untrained = None
        """Maker of the function that a network of that seed, which has learnt nothing, would be."""
        self._front = None if name == "waveform" else front_end(name, RATE, **params)

    def features(self, waveforms: torch.Tensor) -> torch.Tensor:
        return waveforms if self._front is None else self._front(waveforms)

    def answer_scores(self, logits: torch.Tensor) -> torch.Tensor:
        return (logits[:, 1] - logits[:, 0])[:, None]

    def axes(self, frames: int):
        return None if self._front is None else self._front.axes(frames)

    def redrawn(self, seed: int):
        """Another function in its place, where one is given."""
        if self.untrained is None:
            return None
        other = copy.copy(self)
        other.logits = self.untrained(seed)
        return other


def against_zero(score: torch.Tensor) -> torch.Tensor:
    return torch.stack([torch.zeros_like(score), score], dim=1)


def tone_burst() -> np.ndarray:
    t = np.arange(FRAMES) / RATE
    burst = 0.5 * np.sin(2 * np.pi * TONE_HZ * t) * ((t >= TONE_S[0]) & (t < TONE_S[1]))
    return (burst + 0.02 * np.random.default_rng(1).standard_normal(FRAMES)).astype(np.float32)


def tone_listener(waveforms: torch.Tensor) -> torch.Tensor:
    """Log of the power at 3 kHz over the whole window, saturating."""
    phase = 2 * torch.pi * TONE_HZ * torch.arange(waveforms.shape[1]) / RATE
    power = (waveforms * phase.cos()).mean(1) ** 2 + (waveforms * phase.sin()).mean(1) ** 2
    return against_zero(torch.log1p(1e4 * power))


def map_listener(maps: torch.Tensor) -> torch.Tensor:
    """Energy of the bins around 3 kHz, saturating."""
    return against_zero(torch.log1p(1e-4 * maps[:, :, 92:101].sum(dim=(1, 2, 3))))


def linear(weights: torch.Tensor):
    return lambda maps: against_zero((maps * weights).sum(dim=(1, 2, 3)))


def spectrogram_of(logits) -> Fake:
    return Fake(logits, "stft", n_fft=512, hop_frames=128, scale="linear")
