"""A light ConvNeXt-like network over any map, joined over time by mean and deviation.

Source: Liu et al. 2022, CVPR, arXiv 2201.03545 (blocks); Snyder et al. 2018, ICASSP (x-vectors: mean and deviation).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from core.detectors.base import ARCHITECTURES


@ARCHITECTURES.register("convnext")
class ConvNext(nn.Module):
    """Logits (n, n_outputs) of maps (n, inputs, bins, frames); any number of frames."""

    def __init__(
        self,
        bins: int = 80,
        inputs: int = 1,
        widths: Sequence[int] = (24, 48, 96),
        depth: int = 2,
        embedding: int = 64,
        dropout: float = 0.3,
        n_outputs: int = 2,
    ):
        """Sizes.

        Args:
            bins: Rows of the map; their place is kept.
            inputs: Channels of the map.
            widths: Channels of each stage; each halves rows and columns.
            depth: Blocks of a stage.
            embedding: Width of the penultimate layer.
            dropout: Before the two linear layers.
            n_outputs: Number of classes.
        """
        super().__init__()
        layers: list[nn.Module] = [nn.BatchNorm2d(inputs)]
        for before, width in pairwise((inputs, *widths)):
            layers += [nn.Conv2d(before, width, 3, 2, 1), nn.BatchNorm2d(width), *(Block(width) for _ in range(depth))]
        self.stages = nn.Sequential(*layers)
        rows = -(-bins // 2 ** len(widths))
        self.join = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * widths[-1] * rows, embedding), nn.GELU())
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(embedding, n_outputs)

    def embed(self, features: Tensor) -> Tensor:
        """Penultimate activations (n, embedding)."""
        deep = self.stages(features).flatten(1, 2).float()
        spread = (deep.var(dim=-1, unbiased=False) + 1e-5).sqrt()
        return self.join(torch.cat([deep.mean(dim=-1), spread], dim=1))

    def forward(self, features: Tensor) -> Tensor:
        """Logits of maps."""
        return self.head(self.dropout(self.embed(features)))


class Block(nn.Module):
    """Depthwise 7 × 7 convolution and two pointwise ones, beside a shortcut; batch norm in place of layer norm."""

    def __init__(self, width: int):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(width, width, 7, padding=3, groups=width),
            nn.BatchNorm2d(width),
            nn.Conv2d(width, 4 * width, 1),
            nn.GELU(),
            nn.Conv2d(4 * width, width, 1),
        )
        self.scale = nn.Parameter(torch.full((width, 1, 1), 0.1))

    def forward(self, maps: Tensor) -> Tensor:
        """Unchanged in shape."""
        return maps + self.scale * self.layers(maps)
