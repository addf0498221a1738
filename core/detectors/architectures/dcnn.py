"""Dilated CNN over wavelet packets or a spectrogram, as gan-police's audiodeepfake-detection uses it.

Source: Gasenzer and Wolter 2023, arXiv 2305.13033; sizes of the published weights.
"""

from __future__ import annotations

from typing import Any, Literal

import torch
import torch.nn.functional as functional
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
        self.cnn = Layers(*(_pooled(dropout) if downsampling == "pool" else _strided()))
        steps, width = _shape_after(self.cnn, frames, bins)
        self.dilated = Layers(
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


class Layers(nn.Sequential):
    """Layers in turn; pooling goes before a PReLU in front of it where that gives the same numbers with less work."""

    def forward(self, input: Tensor) -> Tensor:
        """As of nn.Sequential."""
        layers = list(self)
        while layers:
            layer = layers.pop(0)
            if not isinstance(layer, nn.PReLU):
                input = layer(input)
                continue
            # the maximum of a rising function is the function of the maximum
            if layers and isinstance(layers[0], nn.MaxPool2d) and bool(layer.weight > 0):
                input = layers.pop(0)(input)
            input = _Slope.apply(input, layer.weight) if torch.is_grad_enabled() else layer(input)  # type: ignore[assignment]
        return input


class _Slope(torch.autograd.Function):
    """PReLU with one slope: torch's own backward makes a map of the slope's gradient before it sums it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, slope: Tensor) -> Tensor:
        """Values below 0 times the slope."""
        ctx.save_for_backward(x, slope)
        return functional.prelu(x, slope.to(x.dtype))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor | None]:
        """Of values and slope."""
        (outer,), (x, slope) = gradients, ctx.saved_tensors
        inner = torch.ops.aten.leaky_relu_backward(outer, x, float(slope), False)
        if not ctx.needs_input_grad[1]:  # explanations want the input's gradient only
            return inner, None
        return inner, (outer * x.clamp(max=0)).sum(dtype=torch.float32).to(slope.dtype).view_as(slope)


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
def _shape_after(cnn: nn.Module, frames: int, bins: int) -> tuple[int, int]:
    """Time steps and width that the first half leaves of a map; asked without touching its running statistics."""
    shape = cnn.eval()(torch.zeros(1, 1, frames, bins)).shape
    cnn.train()
    return shape[2], shape[3]
