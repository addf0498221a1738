"""AASIST: graph attention over a raw waveform.

Source: Jung et al. 2022, ICASSP, arXiv 2110.01200; sizes of the published AASIST and AASIST-L.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from core.detectors.architectures._graph import GraphAttention, GraphPool, MixedAttention
from core.detectors.base import ARCHITECTURES

_FILTERS, _TAPS = 70, 129
_SPECTRAL_NODES = _FILTERS // 3


@ARCHITECTURES.register("aasist")
class Aasist(nn.Module):
    """Logits (n, n_outputs) of waveforms (n, frames)."""

    filters: Tensor

    def __init__(
        self,
        channels: Sequence[int] = (32, 32, 64, 64, 64, 64),
        graph_dims: Sequence[int] = (64, 32),
        pool_ratios: Sequence[float] = (0.5, 0.7, 0.5),
        n_outputs: int = 2,
        sample_rate: int = 16000,
    ):
        """Sizes.

        Args:
            channels: Output channels of the six residual blocks.
            graph_dims: Width of the plain and of the mixed graph layers.
            pool_ratios: Share of nodes kept: spectral, temporal, mixed.
            n_outputs: 2 for spoof and bona fide, 7 for real and six codecs.
            sample_rate: Rate for which the fixed filter bank is computed.
        """
        super().__init__()
        self.register_buffer("filters", sinc_filters(sample_rate), persistent=False)
        self.norm = nn.BatchNorm2d(1)
        self.encoder = nn.Sequential(*map(Residual, (1, *channels[:-1]), channels))
        width, mixed = graph_dims
        self.spectral_position = nn.Parameter(torch.randn(1, _SPECTRAL_NODES, channels[-1]))
        self.spectral_attention = GraphAttention(channels[-1], width, temperature=2.0)
        self.temporal_attention = GraphAttention(channels[-1], width, temperature=2.0)
        self.spectral_pool = GraphPool(width, pool_ratios[0])
        self.temporal_pool = GraphPool(width, pool_ratios[1])
        self.branches = nn.ModuleList([Branch(width, mixed, pool_ratios[2]) for _ in range(2)])
        self.way_dropout = nn.Dropout(0.2)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(5 * mixed, n_outputs)

    def embed(self, waveforms: Tensor) -> Tensor:
        """Penultimate activations (n, 160): max and mean over temporal and over spectral nodes, and the master."""
        maps = self._encoded(waveforms).abs()
        spectral = self.spectral_attention(maps.amax(dim=3).transpose(1, 2) + self.spectral_position)
        temporal = self.temporal_attention(maps.amax(dim=2).transpose(1, 2))
        spectral, temporal = self.spectral_pool(spectral), self.temporal_pool(temporal)
        ways = [map(self.way_dropout, branch(temporal, spectral)) for branch in self.branches]
        temporal, spectral, master = (torch.maximum(first, second) for first, second in zip(*ways, strict=True))
        readout = [temporal.abs().amax(1), temporal.mean(1), spectral.abs().amax(1), spectral.mean(1), master[:, 0]]
        return torch.cat(readout, dim=1)

    def forward(self, waveforms: Tensor) -> Tensor:
        """Logits of waveforms."""
        return self.head(self.dropout(self.embed(waveforms)))

    def _encoded(self, waveforms: Tensor) -> Tensor:
        """Maps (n, channels, 23, time) of waveforms."""
        bands = functional.conv1d(waveforms[:, None], self.filters)
        maps = functional.max_pool2d(bands.abs()[:, None], 3)
        return self.encoder(functional.selu(self.norm(maps)))


class Residual(nn.Module):
    """Two 2 × 3 convolutions beside a shortcut, then a third of the time steps.

    The published code normalises and activates the input of blocks 2 to 6 and then drops the result: the first
    convolution sees the raw input. The published weights depend on it, so that step is left out here.
    """

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, (2, 3), padding=(1, 1))
        self.norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, (2, 3), padding=(0, 1))
        self.shortcut = nn.Conv2d(inputs, outputs, (1, 3), padding=(0, 1)) if inputs != outputs else nn.Identity()

    def forward(self, maps: Tensor) -> Tensor:
        """(n, inputs, bands, time) to (n, outputs, bands, time // 3)."""
        inner = self.second(functional.selu(self.norm(self.first(maps))))
        return functional.max_pool2d(inner + self.shortcut(maps), (1, 3))


class Branch(nn.Module):
    """Two mixed attention layers; the second adds to the first."""

    def __init__(self, inputs: int, outputs: int, pool_ratio: float):
        super().__init__()
        self.master = nn.Parameter(torch.randn(1, 1, inputs))
        self.first = MixedAttention(inputs, outputs, temperature=100.0)
        self.temporal_pool = GraphPool(outputs, pool_ratio)
        self.spectral_pool = GraphPool(outputs, pool_ratio)
        self.second = MixedAttention(outputs, outputs, temperature=100.0)

    def forward(self, temporal: Tensor, spectral: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Temporal, spectral and master nodes of temporal and spectral nodes."""
        temporal, spectral, master = self.first(temporal, spectral, self.master)
        temporal, spectral = self.temporal_pool(temporal), self.spectral_pool(spectral)
        more = self.second(temporal, spectral, master)
        return temporal + more[0], spectral + more[1], master + more[2]


def sinc_filters(sample_rate: int, filters: int = _FILTERS, length: int = _TAPS) -> Tensor:
    """Fixed band-pass filters (filters, 1, length): neighbouring bands, equally wide on the mel scale, Hamming window.

    Source: Ravanelli and Bengio 2018 (sinc filters) with mel = 2595 log10(1 + f / 700); edges from 0 to Nyquist.
    """
    top = 2595 * np.log10(1 + sample_rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, filters + 1) / 2595) - 1)
    taps = np.arange(length) - length // 2
    low_pass = 2 * edges[:, None] / sample_rate * np.sinc(2 * edges[:, None] * taps / sample_rate)
    return torch.tensor(np.diff(low_pass, axis=0) * np.hamming(length), dtype=torch.float32)[:, None]
