"""Lyra V1: a WaveGRU that speaks 120 bits each 40 ms, from the files of google/lyra 0.0.2."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import signal, sparse
from scipy.special import expit

from core.training.resynthesis.base import GENERATORS, Generator, Wave

Array = NDArray[np.floating]
_HOP, _FFT, _STEPS = 640, 2048, 160
"""Samples of a frame, and steps of the network in it: each makes one sample of four bands."""
_FLOOR = 500.0
"""Least energy of a mel band, on the 16-bit scale."""
_LAG = 990
"""Samples by which features, network and filter bank together are late."""
_CELLS, _BANDS, _LOGISTICS = 1024, 4, 8
_LOW_PAIR = (0.097930908203125, 0.564300537109375, 0.8737335205078125)
_HIGH_PAIR = (0.3255157470703125, 0.748626708984375, 0.961456298828125)
"""All-passes of the two branches of its filter bank, whole multiples of 2^-16."""


@GENERATORS.register("lyra-v1")
class LyraV1(Generator):
    """Neural codec at 3 kbit/s: quantised mel features steer a sparse recurrent network; slow.

    Source: Kleijn et al. (2021), Generative Speech Coding with Predictive Variance Regularization, ICASSP.
    """

    family = "codec"
    bitrates_kbps = (3.0,)
    weights = ("lyra_v1_wavegru.npz",)

    def __init__(self, folder: Path):
        """Needs its weights."""
        super().__init__(folder)
        with np.load(folder / self.weights[0]) as stored:
            self._w = {name: stored[name].astype(np.float32) for name in stored.files}
        self._mean = self._w["quant.mean_vectors"].astype(np.float64)
        self._rotation = self._w["quant.transmat"].reshape(160, 160).astype(np.float64)
        self._codebooks = list(self._books())

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """Features, quantiser, network, synthesis filter bank."""
        x = np.pad(waveform, (0, _LAG))
        features = self._quantised(_features(np.pad(x, (0, -len(x) % _HOP))))
        draws = rng.random((_STEPS * len(features), 36), dtype=np.float32).clip(1e-5, 1 - 1e-5)
        bands = self._sampled(self._condition(features) + self._w["ar_to_gates.b"], draws)
        return _merged(bands.T.astype(np.float64))[_LAG:].astype(np.float32)

    def _books(self) -> Iterator[Array]:
        start = 0
        for size, dims in self._w["quant.codebook_dimensions"].astype(int).reshape(-1, 2):
            yield self._w["quant.code_vectors"][start : start + size * dims].reshape(size, dims)
            start += size * dims

    def _quantised(self, features: Array) -> Array:
        """Nearest entries of 80 two-dimensional codebooks in the rotated space, (times, 160) to the same."""
        rotated, start = (features - self._mean) @ self._rotation, 0
        for book in self._codebooks:
            part = slice(start, start + book.shape[1])
            rotated[:, part] = book[((rotated[:, None, part] - book) ** 2).sum(2).argmin(1)]
            start = part.stop
        return rotated @ np.linalg.inv(self._rotation) + self._mean

    def _linear(self, x: Array, layer: str) -> Array:
        return x @ self._w[f"{layer}.w"].T + self._w[f"{layer}.b"]

    def _condition(self, features: Array) -> Array:
        """Input of the gates, (8 · times, 3072): a row for 20 steps."""
        silence, times = np.full((1, 160), np.log(_FLOOR) / 10), len(features)
        past = np.concatenate([np.zeros((1, 160)), silence, features]).astype(np.float32)
        x = self._linear(np.hstack([past[:-2], past[1:-1], past[2:]]), "conv1d")
        for number, dilation in enumerate((1, 2, 4)):
            h = np.maximum(x, 0)
            earlier = np.pad(h, ((dilation, 0), (0, 0)))[:times]
            x = x + self._linear(np.hstack([earlier, h]), f"conditioning_stack_{number}")
        for number in range(3):
            x = np.maximum(self._linear(x, f"transpose_{number}"), 0).reshape(-1, 512)
        return self._linear(self._linear(x, "conv_cond"), "conv_to_gates")

    def _sampled(self, condition: Array, draws: Array) -> Array:
        """Samples of the bands on the 16-bit scale, (steps, 4), from uniform draws (steps, 36)."""
        w = self._w
        recurrent, project = sparse.csr_matrix(w["gru_layer.w"]), sparse.csr_matrix(w["proj.w"])
        head, offset = (np.concatenate([w[f"{name}.{kind}"] for name in ("mix", "means", "scales")]) for kind in "wb")
        h, last = np.zeros(_CELLS, np.float32), np.zeros(_BANDS, np.float32)
        made = np.zeros((len(draws), _BANDS), np.float32)
        for step, draw in enumerate(draws):
            x = w["ar_to_gates.w"] @ last + condition[step // 20]
            u = recurrent @ h + w["gru_layer.b"]
            gates = expit(u[: 2 * _CELLS] + x[: 2 * _CELLS])
            candidate = np.tanh(gates[:_CELLS] * u[2 * _CELLS :] + x[2 * _CELLS :])
            h = candidate + gates[_CELLS:] * (h - candidate)
            mixed = head @ np.maximum(project @ h + w["proj.b"], 0) + offset
            made[step] = _drawn(mixed.reshape(3, _BANDS, _LOGISTICS), draw)
            last = made[step] / 32768
        return made


def _drawn(mixture: Array, draw: Array) -> Array:
    """One sample of each band from its mixture of logistics, on the 16-bit scale."""
    weights, means, scales = mixture
    chosen = (weights - np.log(-np.log(draw[:32].reshape(_BANDS, _LOGISTICS)))).argmax(1)  # Gumbel draw
    band, spread = np.arange(_BANDS), np.log(draw[32:] / (1 - draw[32:]))
    value = means[band, chosen] + np.logaddexp(0, scales[band, chosen]) * spread
    return np.trunc(np.clip(256 * value, -32768, 32767))


def _features(waveform: Wave) -> Array:
    """Log-mel features (times, 160); each frame covers the one before it too."""
    samples = np.pad(np.clip(np.round(waveform.astype(np.float64) * 32768), -32768, 32767), (_HOP, 0))
    cut = np.lib.stride_tricks.sliding_window_view(samples, 2 * _HOP)[::_HOP]
    spectrum = np.abs(np.fft.rfft(cut * signal.get_window("hann", 2 * _HOP), _FFT))
    return np.log(np.maximum(spectrum @ _filters().T, _FLOOR)) / 10


@functools.cache
def _filters() -> Array:
    """(160, 1025): triangles of unit height, even in HTK mel from 0 to 7920 Hz; nothing at 0 Hz."""
    mel = 1127 * np.log1p(np.linspace(0, 8000, _FFT // 2 + 1) / 700)
    edges = np.linspace(0, 1127 * np.log1p(7920 / 700), 162)
    bank = np.maximum(0, 1 - np.abs(mel - edges[1:-1, None]) / (edges[1] - edges[0]))
    bank[:, 0] = 0
    return bank


def _merged(bands: Array) -> Array:
    """The waveform (4 · steps,) of four bands (4, steps) on the 16-bit scale; the upper two lie the other way round."""
    return _pair(_pair(bands[0], bands[1]), _pair(bands[3], bands[2])) / 32768


def _pair(low: Array, high: Array) -> Array:
    """Quadrature mirror synthesis with all-passes."""
    made = np.empty(2 * len(low))
    made[0::2], made[1::2] = _all_pass(low + high, _LOW_PAIR), _all_pass(low - high, _HIGH_PAIR)
    return made


def _all_pass(x: Array, coefficients: tuple[float, ...]) -> Array:
    for each in coefficients:
        x = np.asarray(signal.lfilter([each, 1], [1, each], x))
    return x
