"""Light CNN, then two bidirectional recurrent layers beside a shortcut: the ASVspoof 2021 baseline, used by gan-police.

Source: Wang and Yamagishi 2021, Interspeech, arXiv 2103.11326, section 3.1 (LCNN-LSTM-sum).
"""

from __future__ import annotations

from torch import Tensor, nn

from core.detectors.architectures.lcnn import MaxFeatureMap
from core.detectors.base import ARCHITECTURES


@ARCHITECTURES.register("lcnn-blstm")
class LcnnBlstm(nn.Module):
    """Logits (n, n_outputs) of maps (n, inputs, bins, frames); any number of frames from 16."""

    def __init__(self, bins: int = 60, inputs: int = 1, n_outputs: int = 2, dropout: float = 0.7):
        """Sizes.

        Args:
            bins: Rows of the map.
            inputs: Channels of the map.
            n_outputs: Number of classes.
            dropout: Between convolutions and recurrent layers.
        """
        super().__init__()
        self.cnn = nn.Sequential(
            *_block(inputs, 64, kernel=5, pool=True),
            *_block(32, 64, kernel=1, norm=True),
            *_block(32, 96, kernel=3, pool=True, norm=True),
            *_block(48, 96, kernel=1, norm=True),
            *_block(48, 128, kernel=3, pool=True),
            *_block(64, 128, kernel=1, norm=True),
            *_block(64, 64, kernel=3, norm=True),
            *_block(32, 64, kernel=1, norm=True),
            *_block(32, 64, kernel=3, pool=True),
            nn.Dropout(dropout),
        )
        width = 32 * (bins // 16)
        self.first = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)
        self.second = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(width, n_outputs)

    def embed(self, features: Tensor) -> Tensor:
        """Penultimate activations (n, d): the mean over time of what enters and leaves the recurrent layers."""
        steps = self.cnn(features).flatten(1, 2).transpose(1, 2)
        return (steps + self.second(self.first(steps)[0])[0]).mean(dim=1)

    def forward(self, features: Tensor) -> Tensor:
        """Logits of maps."""
        return self.head(self.embed(features))


def _block(inputs: int, outputs: int, *, kernel: int, pool: bool = False, norm: bool = False) -> list[nn.Module]:
    layers: list[nn.Module] = [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), MaxFeatureMap()]
    if pool:
        layers.append(nn.MaxPool2d(2))
    if norm:
        layers.append(nn.BatchNorm2d(outputs // 2, affine=False))
    return layers
