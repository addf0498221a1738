"""Dilated CNN over wavelet packets or a spectrogram, as gan-police's audiodeepfake-detection uses it.

Source: Gasenzer and Wolter 2023, arXiv 2305.13033; sizes of the published weights.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from core.detectors.base import ARCHITECTURES


@ARCHITECTURES.register("dcnn")
class Dcnn(nn.Module):
    """Logits (n, n_outputs) of maps (n, 1, bins, frames): convolutions over the map, then over its time steps.

    In the second half the time steps are the channels. Their number follows from `frames`, so a map of another length
    does not fit.
    """

    def __init__(
        self,
        bins: int = 256,
        frames: int = 95,
        n_outputs: int = 2,
        downsampling: Literal["pool", "stride"] = "pool",
        dropout: bool = True,
        dilation: bool = True,
    ):
        """Sizes and variants.

        Args:
            bins: Rows of the map.
            frames: Columns of the map.
            n_outputs: Number of classes.
            downsampling: `pool`: max-pooling thrice (weights sym5 and stft); `stride`: strided convolutions (coif4).
            dropout: Off for the ablation without it. Weights of `stride` fit no dropout in the first half.
            dilation: Off for the ablation without it.
        """
        super().__init__()
        self.cnn = nn.Sequential(*(_pooled(dropout) if downsampling == "pool" else _strided()))
        steps, width = _shape_after(self.cnn, frames, bins)
        self.dilated = nn.Sequential(
            *_time_block(steps, kernel=3, padding=1, dilation=1),
            *_time_block(steps, kernel=5, padding=2, dilation=2 if dilation else 1),
            *_time_block(steps, kernel=7, padding=2, dilation=4 if dilation else 1),
            nn.Dropout(0.2 if dropout else 0.0),
        )
        shrunk = 24 if dilation else 2
        self.head = nn.Linear((64 - shrunk) * (width - shrunk), n_outputs)

    def embed(self, features: Tensor) -> Tensor:
        """Penultimate activations (n, d), the mean over the time steps: the head is linear, so its logits' mean too."""
        maps = self.cnn(features.transpose(2, 3))
        return self.dilated(maps.transpose(1, 2)).flatten(2).mean(dim=1)

    def forward(self, features: Tensor) -> Tensor:
        """Logits of maps."""
        return self.head(self.embed(features))


def _pooled(dropout: bool) -> list[nn.Module]:
    return [
        *_conv(1, 64, kernel=3, padding=2, then=nn.MaxPool2d(2)),
        *_conv(64, 64, kernel=1),
        *_conv(64, 96, kernel=3, padding=1, then=nn.MaxPool2d(2)),
        *_conv(96, 128, kernel=3, padding=1),
        *_conv(128, 32, kernel=3, padding=1),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.PReLU(),
        nn.MaxPool2d(2),
        nn.Dropout(0.6 if dropout else 0.0),
    ]


def _strided() -> list[nn.Module]:
    return [
        *_conv(1, 64, kernel=3, padding=2, stride=2),
        *_conv(64, 64, kernel=1),
        *_conv(64, 96, kernel=3, padding=1, stride=2),
        *_conv(96, 128, kernel=3, padding=1),
        *_conv(128, 32, kernel=3, padding=1),
        nn.Conv2d(32, 64, 3, stride=2),
        nn.PReLU(),
    ]


def _conv(
    inputs: int, outputs: int, *, kernel: int, padding: int = 0, stride: int = 1, then: nn.Module | None = None
) -> list[nn.Module]:
    layers: list[nn.Module] = [nn.Conv2d(inputs, outputs, kernel, stride, padding), nn.PReLU()]
    if then is not None:
        layers.append(then)
    return [*layers, nn.BatchNorm2d(outputs, affine=False)]


def _time_block(steps: int, *, kernel: int, padding: int, dilation: int) -> list[nn.Module]:
    return [
        nn.BatchNorm2d(steps),
        nn.Conv2d(steps, steps, kernel, padding=padding, dilation=dilation),
        nn.PReLU(),
    ]


@torch.inference_mode()
def _shape_after(cnn: nn.Sequential, frames: int, bins: int) -> tuple[int, int]:
    """Time steps and width that the first half leaves of a map; asked without touching its running statistics."""
    shape = cnn.eval()(torch.zeros(1, 1, frames, bins)).shape
    cnn.train()
    return shape[2], shape[3]
