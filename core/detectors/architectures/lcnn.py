"""Light CNN with max-feature-map activations over a map, as Codecfake and ST-Codecfake use it.

Source: Wu et al. 2018, IEEE TIFS 13(11) (max-feature-map); Xie et al. 2024, arXiv 2405.04880 and 2501.06514 (sizes).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.detectors.base import ARCHITECTURES


class MaxFeatureMap(nn.Module):
    """Element-wise maximum of the two halves of dimension 1."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, 2·c, …) to (n, c, …)."""
        first, second = x.chunk(2, dim=1)
        return torch.maximum(first, second)


@ARCHITECTURES.register("lcnn")
class Lcnn(nn.Module):
    """Logits (n, n_outputs) of maps (n, 1, bins, frames)."""

    def __init__(self, bins: int = 80, frames: int = 505, n_outputs: int = 2, time_first: bool = False):
        """Sizes of the map.

        Args:
            bins: Rows of the map.
            frames: Columns of the map.
            n_outputs: 2 for real and fake, 7 for real and six codecs.
            time_first: The network sees (frames, bins). The flattened size is the same both ways, so weights of the
                other orientation load and run, and mean nothing.
        """
        super().__init__()
        self.time_first = time_first
        self.cnn = nn.Sequential(
            _block(1, 64, kernel=5, pool=True),
            _block(32, 64, kernel=1, norm=True),
            _block(32, 96, kernel=3, pool=True, norm=True),
            _block(48, 96, kernel=1, norm=True),
            _block(48, 128, kernel=3, pool=True),
            _block(64, 128, kernel=1, norm=True),
            _block(64, 64, kernel=3, norm=True),
            _block(32, 64, kernel=1, norm=True),
            _block(32, 64, kernel=3, pool=True),
            nn.Dropout(0.7),
        )
        self.hidden = nn.Linear(32 * (bins // 16) * (frames // 16), 160)
        self.embedding = nn.Linear(80, 256)
        self.mfm = MaxFeatureMap()
        self.head = nn.Linear(256, n_outputs)

    def embed(self, features: Tensor) -> Tensor:
        """Penultimate activations (n, 256)."""
        maps = features.transpose(2, 3) if self.time_first else features
        return self.embedding(self.mfm(self.hidden(self.cnn(maps).flatten(1))))

    def forward(self, features: Tensor) -> Tensor:
        """Logits of maps."""
        return self.head(self.embed(features))


def _block(inputs: int, outputs: int, *, kernel: int, pool: bool = False, norm: bool = False) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), MaxFeatureMap()]
    if pool:
        layers.append(nn.MaxPool2d(2))
    if norm:
        layers.append(nn.BatchNorm2d(outputs // 2, affine=False))
    return nn.Sequential(*layers)
