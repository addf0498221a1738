"""RawNet2: fixed sinc filters over a raw waveform, residual blocks with scaled feature maps, and a recurrent layer.

Source: Jung et al. 2020, Interspeech, arXiv 2004.00526 (feature-map scaling); Tak et al. 2021, ICASSP, arXiv 2011.01108
(anti-spoofing; sizes as WaveFake's baseline, Frank and Schönherr 2021, arXiv 2111.02813).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from core.detectors.architectures.aasist import sinc_filters
from core.detectors.base import ARCHITECTURES


@ARCHITECTURES.register("rawnet2")
class RawNet2(nn.Module):
    """Logits (n, n_outputs) of waveforms (n, frames); any number of frames from about 0.3 s at 16 kHz."""

    filters: Tensor

    def __init__(
        self,
        channels: Sequence[int] = (20, 20, 128, 128, 128, 128),
        filters: int = 20,
        taps: int = 1025,
        hidden: int = 1024,
        layers: int = 3,
        n_outputs: int = 2,
        sample_rate: int = 16000,
    ):
        """Sizes.

        Args:
            channels: Output channels of the residual blocks; each leaves a third of the time steps.
            filters: Number of sinc filters.
            taps: Their length, odd.
            hidden: Width of the recurrent layers and of the embedding.
            layers: Number of recurrent layers.
            n_outputs: Number of classes.
            sample_rate: Rate for which the filters are computed.
        """
        super().__init__()
        self.register_buffer("filters", sinc_filters(sample_rate, filters, taps), persistent=False)
        self.norm = nn.BatchNorm1d(filters)
        self.encoder = nn.Sequential(*map(Block, (filters, *channels[:-1]), channels))
        self.last_norm = nn.BatchNorm1d(channels[-1])
        self.recurrent = nn.GRU(channels[-1], hidden, layers, batch_first=True)
        self.embedding = nn.Linear(hidden, hidden)
        self.head = nn.Linear(hidden, n_outputs)

    def embed(self, waveforms: Tensor) -> Tensor:
        """Penultimate activations (n, hidden): of the last time step."""
        bands = functional.max_pool1d(functional.conv1d(waveforms[:, None], self.filters).abs(), 3)
        steps = self.encoder(functional.selu(self.norm(bands)))
        steps, _ = self.recurrent(functional.selu(self.last_norm(steps)).transpose(1, 2))
        return self.embedding(steps[:, -1])

    def forward(self, waveforms: Tensor) -> Tensor:
        """Logits of waveforms."""
        return self.head(self.embed(waveforms))


class Block(nn.Module):
    """Two convolutions beside a shortcut, a third of the time steps, then every map scaled and moved by its mean."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.before = nn.BatchNorm1d(inputs)
        self.first = nn.Conv1d(inputs, outputs, 3, padding=1)
        self.norm = nn.BatchNorm1d(outputs)
        self.second = nn.Conv1d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv1d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        self.scale = nn.Linear(outputs, outputs)

    def forward(self, steps: Tensor) -> Tensor:
        """(n, inputs, time) to (n, outputs, time // 3)."""
        inner = self.first(functional.leaky_relu(self.before(steps), 0.3))
        inner = self.second(functional.leaky_relu(self.norm(inner), 0.3))
        pooled = functional.max_pool1d(inner + self.shortcut(steps), 3)
        weight = torch.sigmoid(self.scale(pooled.mean(dim=2)))[..., None]
        return pooled * weight + weight
