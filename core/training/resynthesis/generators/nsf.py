"""Neural source-filter vocoders: an excitation made from F0 goes through networks that the spectrum steers."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from core.training.resynthesis._nsf_source import HOP, analyse, cyclic_source, harmonic_sines
from core.training.resynthesis.base import GENERATORS, Generator, Wave, optional

_LOWEST = -4.0
"""Of the normalised features: digital silence lies far outside what the networks have seen."""
_TAPS = 31
_SMOOTH = 320
"""Frames over which the cut-off between voiced and noisy band is averaged."""


class SourceFilter(Generator):
    """What the variants share: context from mel and F0, five harmonic blocks, one of noise, merged by bands."""

    level_dbfs = -22.0
    lag: ClassVar[int] = 0

    def __init__(self, folder: Path):
        """Needs its weights and the package pyworld."""
        super().__init__(folder)
        self._world = optional("pyworld", "pyworld")
        self._w = {name: tensor.float() for name, tensor in load_file(folder / self.weights[0]).items()}

    def copy(self, waveform: Wave, rng: np.random.Generator, kbps: float | None) -> Wave:
        """Analysis, excitation, filter blocks, merging."""
        mel, f0 = analyse(np.pad(waveform, (0, self.lag)).astype(np.float64), self._world)
        with torch.inference_mode():
            made = self._synthesis(torch.from_numpy(np.column_stack([mel, f0])).float(), np.repeat(f0, HOP), rng)
        return made[0, self.lag :].numpy()

    def _synthesis(self, features: Tensor, f0: NDArray[np.float64], rng: np.random.Generator) -> Tensor:
        features = ((features - self._w["input_mean"]) / self._w["input_std"]).clamp_min(_LOWEST)
        context, control = self._condition(features)
        harmonic, noise = self._source(f0, rng)
        for number in range(5):
            harmonic = self._block(f"m_filter.l_har_blocks.{number}", harmonic, context, 10)
        noise = self._noise(noise, context)
        return self._merge(harmonic, noise, torch.from_numpy(f0 > 0).float()[None], control)

    def _noise(self, noise: Tensor, context: Tensor) -> Tensor:
        return self._block("m_filter.l_noi_blocks.0", noise, context, 5)

    def _source(self, f0: NDArray[np.float64], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Excitation (1, frames): eight harmonics merged to one; and noise (1, frames)."""
        sines = torch.from_numpy(harmonic_sines(f0, rng)).float()
        merged = torch.tanh(self._w["m_source.l_linear.weight"] @ sines + self._w["m_source.l_linear.bias"])
        return merged, torch.from_numpy(rng.standard_normal((1, len(f0))) * 0.1 / 3).float()

    def _condition(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Context (64, frames) and what steers the cut-off (1, 1, frames) of normalised features (times, 81)."""
        raised = self._raise(self._convolved(self._recurrent(features), ["m_cond.l_conv1d"]))
        return torch.cat([raised[0, :63], self._raise(features.T[None, -1:])[0]]), raised[:, 63:]

    def _recurrent(self, features: Tensor) -> Tensor:
        prefix = "m_cond.l_blstm.l_blstm."
        layer = torch.nn.LSTM(81, 32, bidirectional=True)
        layer.load_state_dict({k[len(prefix) :]: v for k, v in self._w.items() if k.startswith(prefix)})
        return layer(features[:, None])[0][:, 0].T[None]

    def _convolved(self, x: Tensor, layers: list[str]) -> Tensor:
        for layer in layers:
            x = torch.tanh(F.conv1d(x, self._w[f"{layer}.weight"], self._w[f"{layer}.bias"], padding=1))
        return x

    def _raise(self, x: Tensor) -> Tensor:
        """(1, c, times) to (1, c, HOP · times), smoothed twice."""
        return self._smooth(self._smooth(x.repeat_interleave(HOP, -1), HOP), HOP)

    def _smooth(self, x: Tensor, size: int) -> Tensor:
        left = (size - 1) // 2
        return F.avg_pool1d(F.pad(x, (left, size - 1 - left), mode="replicate"), size, 1)

    def _block(self, key: str, x: Tensor, context: Tensor, layers: int, *, residual: bool = True) -> Tensor:
        """Dilated causal convolutions of 64 channels over an excitation (1, frames)."""
        h, frames = torch.tanh(self._linear(f"{key}.l_ff_1", x)), x.shape[1]
        for number in range(layers):  # a convolution as one matrix product
            past = F.pad(h, (2 << number, 0))
            taps = torch.cat([past[:, :frames], past[:, 1 << number :][:, :frames], h])
            name = f"{key}.l_convs.{number}"
            weight = self._w[f"{name}.weight"].permute(0, 2, 1).reshape(64, 192)
            h = h + torch.tanh(self._linear(name, taps, weight)) + context
        deep = torch.tanh(self._linear(f"{key}.l_ff_2", h * self._w[f"{key}.scale"]))
        made = self._linear(f"{key}.l_ff_3", deep)
        return torch.tanh(made) + x if residual else made

    def _linear(self, name: str, x: Tensor, weight: Tensor | None = None) -> Tensor:
        weight, bias = self._w[f"{name}.weight"] if weight is None else weight, self._w.get(f"{name}.bias")
        return weight @ x if bias is None else torch.addmm(bias[:, None], weight, x)

    def _merge(self, harmonic: Tensor, noise: Tensor, voiced: Tensor, control: Tensor) -> Tensor:
        """Harmonics below a cut-off that moves, noise above it."""
        cutoff = self._smooth(0.2 * control + 0.4 * voiced[None] + 0.3, _SMOOTH)[0]
        return _sinc(harmonic, cutoff, high=False) + _sinc(noise, cutoff, high=True)


@GENERATORS.register("nsf-hn-sinc-9")
class HarmonicSinc9(SourceFilter):
    """Neural source-filter vocoder, cut-off between harmonics and noise learnt; slow.

    Source: Wang, Takaki, Yamagishi (2020), Neural Source-Filter Waveform Models, IEEE/ACM TASLP 28; Wang, Yamagishi
    (2019), Neural Harmonic-plus-Noise Waveform Model with Trainable Maximum Voice Frequency, SSW 10. Weights of
    project-NN-Pytorch-scripts.
    """

    weights = ("nsf_hn-sinc-nsf-9.safetensors",)


@GENERATORS.register("nsf-hn-sinc-10")
class HarmonicSinc10(SourceFilter):
    """Neural source-filter vocoder, cut-off learnt, convolutions in place of a recurrent layer; slow.

    Source: as HarmonicSinc9.
    """

    weights = ("nsf_hn-sinc-nsf-10.safetensors",)

    def _condition(self, features: Tensor) -> tuple[Tensor, Tensor]:
        layers = [f"m_cond.l_conv1ds.{number}" for number in range(3)]
        raised = self._raise(self._convolved(features.T[None], layers))
        return torch.cat([raised[0, :63], self._raise(features.T[None, -1:])[0]]), raised[:, 63:]


@GENERATORS.register("nsf-hn")
class HarmonicNoise(SourceFilter):
    """Neural source-filter vocoder, one fixed pair of bands for voiced and one for unvoiced speech; slow.

    Source: as HarmonicSinc9.
    """

    weights = ("nsf_hn-nsf.safetensors",)

    def _condition(self, features: Tensor) -> tuple[Tensor, Tensor]:
        raised = self._raise(self._convolved(self._recurrent(features), ["m_cond.l_conv1d"]))
        return raised[0], raised[:, :0]

    def _smooth(self, x: Tensor, size: int) -> Tensor:
        left = (size - 1) // 2
        return F.avg_pool1d(F.pad(x, (left, size - 1 - left)), size, 1)

    def _merge(self, harmonic: Tensor, noise: Tensor, voiced: Tensor, control: Tensor) -> Tensor:
        share = torch.sigmoid(10 * (voiced - 0.5))
        as_voiced = self._fir(harmonic, "lp_v") + self._fir(noise, "hp_v")
        as_unvoiced = self._fir(harmonic, "lp_u") + self._fir(noise, "hp_u")
        return share * as_voiced + (1 - share) * as_unvoiced

    def _fir(self, x: Tensor, name: str) -> Tensor:
        taps = self._w[f"m_filter.l_fir_{name}.weight"]
        return F.conv1d(F.pad(x[None], (taps.shape[2] - 1, 0)), taps)[0]


@GENERATORS.register("nsf-cyc-noise-4")
class CyclicNoise(SourceFilter):
    """Neural source-filter vocoder whose excitation is noise that decays anew in each period; slow.

    Source: Wang, Yamagishi (2020), Using Cyclic Noise as the Source Signal for Neural Source-Filter-Based Speech
    Waveform Model, Interspeech.
    """

    weights = ("nsf_cyc-noise-nsf-4.safetensors",)
    lag = 10

    def _condition(self, features: Tensor) -> tuple[Tensor, Tensor]:
        raised = self._raise(self._convolved(self._recurrent(features), ["m_cond.l_conv1d"]))
        return raised[0, :64], raised[:, 64:]

    def _source(self, f0: NDArray[np.float64], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        excitation = torch.from_numpy(cyclic_source(f0, rng)).float()[None]
        return excitation, torch.from_numpy(rng.standard_normal((1, len(f0))) * 0.001).float()

    def _noise(self, noise: Tensor, context: Tensor) -> Tensor:
        return self._block("m_filter.l_noi_blocks.0", noise, context, 5, residual=False)


def _sinc(x: Tensor, cutoff: Tensor, *, high: bool) -> Tensor:
    """Windowed-sinc filter of causal taps; x and cutoff (1 is half the rate) are (1, frames)."""
    k = torch.arange(_TAPS)[:, None] - float(_TAPS // 2)
    taps = cutoff * torch.sinc(cutoff * k)
    taps = (torch.sinc(k) - taps if high else taps) * (0.54 + 0.46 * torch.cos(2 * np.pi * k / _TAPS))
    taps = taps / (taps * (-1.0) ** k if high else taps).sum(0)
    delayed = F.pad(x[0], (_TAPS - 1, 0)).unfold(0, _TAPS, 1).flip(1).T
    return (delayed * taps).sum(0, keepdim=True)
