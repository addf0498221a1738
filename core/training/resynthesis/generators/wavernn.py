"""A sparse WaveRNN: one sample after the other, drawn from 1024 levels."""

from __future__ import annotations

import functools
from pathlib import Path

import librosa
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.special import expit

from core.training.resynthesis._wavernn_file import Convolution, Scale, WaveRnnFile
from core.training.resynthesis.base import GENERATORS, Generator, Wave

Array = NDArray[np.floating]
_HOP, _FFT, _WINDOW, _BANDS = 200, 2048, 800, 80
_BAND_HZ = (95.0, 7600.0)
_SPLIT = 32
"""Features before it steer the recurrent unit, those from it on its output."""


@GENERATORS.register("wavernn-sparse")
class WaveRnn(Generator):
    """Autoregressive neural vocoder, one voice; slow.

    Source: Kalchbrenner et al. (2018), Efficient Neural Audio Synthesis, ICML; weights of geneing/WaveRNN-Pytorch.
    """

    level_dbfs = -18.0
    weights = ("wavernn_sparse256_model.bin",)

    def __init__(self, folder: Path):
        """Needs its weights."""
        super().__init__(folder)
        file = WaveRnnFile(folder / self.weights[0])
        blocks, stages, _, self._pad = file.sizes
        layers = iter(file.layers(8 + 4 * blocks + 2 * stages))
        self._first = next(layers), next(layers)
        self._blocks = [[next(layers) for _ in range(4)] for _ in range(blocks)]
        self._last, _ = next(layers), next(layers)
        self._stages = [(next(layers), next(layers)) for _ in range(stages)]
        self._input, self._gru, self._hidden, self._output = layers

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """Mel spectrum, two ways of raising it to the sample rate, samples one by one."""
        x = np.pad(waveform, (0, -len(waveform) % _HOP))
        mel, features = self._condition(_mel(x)[:, : len(x) // _HOP])
        return self._sampled(mel, features, rng.random(len(x), dtype=np.float32))

    def _condition(self, mel: Array) -> tuple[Array, Array]:
        """Raised mel (80, frames) and features (64, times)."""
        padded = np.pad(mel, ((0, 0), (self._pad, self._pad)))
        x = np.maximum(_scaled(_convolved(padded, self._first[0]), self._first[1]), 0)
        for first, norm, second, last_norm in self._blocks:
            inner = np.maximum(_scaled(_convolved(x, first), norm), 0)
            x = x + _scaled(_convolved(inner, second), last_norm)
        smooth = padded
        for factor, kernel in self._stages:
            smooth = ndimage.convolve1d(np.repeat(smooth, factor, 1), kernel[::-1], axis=1, mode="constant")
        side = self._pad * _HOP
        return smooth[:, side:-side].astype(np.float32), _convolved(x, self._last).astype(np.float32)

    def _sampled(self, mel: Array, features: Array, draws: Array) -> Wave:
        """Samples (frames,) from uniform draws."""
        weight, bias = self._input
        from_input, recurrent = sparse.csr_matrix(self._gru.given), sparse.csr_matrix(self._gru.recurrent)
        hidden, output = sparse.csr_matrix(self._hidden.weight), sparse.csr_matrix(self._output.weight)
        cells, levels = len(self._gru.recurrent_bias) // 3, len(self._output.bias)
        by_features = weight[:, 1 + _BANDS :]
        steady = (by_features @ features[: by_features.shape[1]] + bias[:, None]).T
        context = (weight[:, 1 : 1 + _BANDS] @ mel).T + np.repeat(steady, _HOP, axis=0)
        h, last, made = np.zeros(cells, np.float32), np.float32(0), np.zeros_like(draws)
        for step, draw in enumerate(draws):
            y = context[step] + weight[:, 0] * last
            a, b = from_input @ y + self._gru.given_bias, recurrent @ h + self._gru.recurrent_bias
            gates = expit(a[: 2 * cells] + b[: 2 * cells])
            new = np.tanh(a[2 * cells :] + gates[:cells] * b[2 * cells :])
            h = new + gates[cells:] * (h - new)
            z = np.maximum(hidden @ np.concatenate([y + h, features[_SPLIT:, step // _HOP]]) + self._hidden.bias, 0)
            last = made[step] = _level(output @ z + self._output.bias, draw, levels)
        return made


def _level(logits: Array, draw: float, levels: int) -> np.float32:
    """A sample of ±1 drawn from its levels."""
    cumulative = np.cumsum(np.exp(logits - logits.max()))
    level = min(int((cumulative < draw * cumulative[-1]).sum()), levels - 1)
    return np.float32(2 * level / (levels - 1) - 1)


def _mel(waveform: Wave) -> Array:
    """(80, times): -120 to -20 dB as -4 to 4."""
    spectrum = np.abs(
        librosa.stft(waveform, n_fft=_FFT, hop_length=_HOP, win_length=_WINDOW, window="hann", pad_mode="constant")
    )
    level = 20 * np.log10(np.maximum(_filters() @ spectrum, 1e-5)) - 20
    return np.clip(0.08 * (level + 100) - 4, -4, 4).astype(np.float32)


@functools.cache
def _filters() -> Array:
    return librosa.filters.mel(sr=WaveRnn.rate_hz, n_fft=_FFT, n_mels=_BANDS, fmin=_BAND_HZ[0], fmax=_BAND_HZ[1])


def _convolved(x: Array, layer: Convolution) -> Array:
    """Valid convolution along time, (c, times) to (c', times - kernel + 1)."""
    weight, bias = layer
    times = x.shape[1] - weight.shape[2] + 1
    taps = np.stack([weight[:, :, tap] @ x[:, tap : tap + times] for tap in range(weight.shape[2])])
    return taps.sum(0) + bias[:, None]


def _scaled(x: Array, layer: Scale) -> Array:
    return x * layer.gain[:, None] + layer.offset[:, None]
