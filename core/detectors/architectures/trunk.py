"""A small residual trunk over a map, joined by a branch over its fine line spectrum: the first detector of our own."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from core.detectors.base import ARCHITECTURES


class Residual(nn.Module):
    """Two 3 × 3 convolutions around a shortcut; the first may stride."""

    def __init__(self, inputs: int, outputs: int, stride: tuple[int, int]):
        super().__init__()
        self.first = _convolution(inputs, outputs, stride)
        self.second = _convolution(outputs, outputs, (1, 1))
        self.pool = nn.AvgPool2d(stride, stride, ceil_mode=True)
        self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, maps: Tensor) -> Tensor:
        """(batch, inputs, bins, frames) to (batch, outputs, bins / stride, frames / stride)."""
        return functional.relu(self.second(functional.relu(self.first(maps))) + self.shortcut(self.pool(maps)))


class LineBranch(nn.Module):
    """Strided one-dimensional convolutions over the fine spectrum; place on the frequency axis is kept."""

    def __init__(self, bins: int, width: int, outputs: int, dropout: float):
        super().__init__()
        self.layers = nn.Sequential(
            nn.BatchNorm1d(1),
            nn.Conv1d(1, width, 9, 4, 4, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, 2 * width, 5, 4, 2, bias=False),
            nn.BatchNorm1d(2 * width),
            nn.ReLU(),
            nn.Conv1d(2 * width, width, 5, 4, 2, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(width * -(-bins // 64), outputs),
            nn.ReLU(),
        )

    def forward(self, fine: Tensor) -> Tensor:
        """(batch, bins) to (batch, outputs)."""
        return self.layers(fine[:, None])


@ARCHITECTURES.register("trunk")
class Trunk(nn.Module):
    """Logits (batch, classes) of maps (batch, 3 + fold, bins, frames) from `linephase`; any number of frames.

    It takes the front end's parts too, (batch, 3, bins, frames) and (batch, fold, bins): the same logits without the
    expanded fine spectrum, which is a third of a training step.
    """

    takes_parts = True

    def __init__(
        self,
        classes: int = 3,
        bins: int = 224,
        fold: int = 16,
        widths: Sequence[int] = (24, 32, 48, 64, 96),
        embedding: int = 64,
        dropout: float = 0.3,
    ):
        super().__init__()
        self.scale = nn.BatchNorm2d(3)
        self.stem = _convolution(3, widths[0], (2, 2), kernel=5)
        strides = [(2, 2)] * (len(widths) - 2) + [(2, 1)]
        self.stages = nn.Sequential(*[Residual(a, b, s) for a, b, s in zip(widths, widths[1:], strides, strict=False)])
        rows = -(-bins // 2 ** len(widths))
        self.lines = LineBranch(bins * fold, 16, embedding, dropout) if fold else None
        self.join = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * widths[-1] * rows, embedding), nn.ReLU())
        self.head = nn.Linear(embedding * (2 if fold else 1), classes)

    def embed(self, maps: Tensor | tuple[Tensor, Tensor]) -> Tensor:
        """Penultimate activations (batch, d)."""
        frames, fine = maps if isinstance(maps, tuple) else (maps[:, :3], maps[:, 3:].mean(dim=-1))
        deep = self.stages(functional.relu(self.stem(self.scale(frames)))).flatten(1, 2)
        spread = (deep.var(dim=-1, unbiased=False) + 1e-5).sqrt()
        joined = self.join(torch.cat([deep.mean(dim=-1), spread], dim=1))
        if self.lines is None:
            return joined
        return torch.cat([joined, self.lines(fine.transpose(1, 2).flatten(1))], dim=1)

    def forward(self, maps: Tensor | tuple[Tensor, Tensor]) -> Tensor:
        """Logits of maps."""
        return self.head(self.embed(maps))


def _convolution(inputs: int, outputs: int, stride: tuple[int, int], kernel: int = 3) -> nn.Sequential:
    layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs))
