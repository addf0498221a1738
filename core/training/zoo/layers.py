"""Building blocks of zoo members; all map (batch, channels, frames) and never shift in time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

from core.training.zoo.design import Design


class Snake(nn.Module):
    """x + sin²(a x) / a with a learned a per channel.

    Source: Ziyin, Hartwig, Ueda (2020), Neural Networks Fail to Learn Periodic Functions, NeurIPS, eq. 3.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.rate = nn.Parameter(torch.ones(channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        return x + torch.sin(self.rate * x).square() / (self.rate + 1e-6)


class ChannelNorm(nn.Module):
    """Layer normalisation over the channels of each frame."""

    def __init__(self, channels: int):
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        return self.norm(x.transpose(1, 2)).transpose(1, 2)


def activation(design: Design, channels: int) -> nn.Module:
    """The design's activation, behind its normalisation where that is of the signal."""
    kinds = {"leaky": lambda: nn.LeakyReLU(0.1), "elu": nn.ELU, "silu": nn.SiLU, "snake": lambda: Snake(channels)}
    act = kinds[design.activation]()
    return nn.Sequential(ChannelNorm(channels), act) if design.norm == "channel" else act


def convolution(
    design: Design, inputs: int, outputs: int, kernel: int, *, dilation: int = 1, groups: int = 1
) -> nn.Module:
    """A convolution that keeps the length; `kernel` is odd."""
    padding = (kernel - 1) * dilation // 2
    return _normed(design, nn.Conv1d(inputs, outputs, kernel, padding=padding, dilation=dilation, groups=groups))


def downsampler(design: Design, inputs: int, outputs: int, stride: int, span: int = 2) -> nn.Module:
    """A strided convolution over `span` strides: n · stride samples to n frames, centred."""
    kernel = span * stride + (span - 1) * stride % 2
    return _normed(design, nn.Conv1d(inputs, outputs, kernel, stride, padding=(kernel - stride) // 2))


class ResidualBlock(nn.Module):
    """Dilated convolutions with a short cut: in a row, side by side, or depth-wise (ConvNeXt)."""

    def __init__(self, design: Design, channels: int, dilations: Sequence[int] = ()):
        super().__init__()
        dilations = dilations or design.dilations
        if design.block == "parallel":
            kernels = (3, design.kernel + 2)
            self.ways = nn.ModuleList(nn.Sequential(*_in_a_row(design, channels, k, dilations)) for k in kernels)
        else:
            make = {"dilated": _in_a_row, "depthwise": _depthwise}[design.block]
            self.ways = nn.ModuleList(make(design, channels, design.kernel, dilations))
        self.gain = nn.Parameter(torch.full((1, channels, 1), 0.3))
        self.parallel = design.block == "parallel"

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        if self.parallel:
            return x + self.gain * torch.stack([way(x) for way in self.ways]).mean(0)
        for way in self.ways:
            x = x + self.gain * way(x)
        return x


class Upsample(nn.Module):
    """One of the four ways of up-sampling, n frames to exactly n · stride.

    Source: transposed and sub-pixel (pixel shuffle): Shi et al. (2016), CVPR, doi:10.1109/CVPR.2016.207; nearest
    neighbour and linear with a convolution: Odena, Dumoulin, Olah (2016), doi:10.23915/distill.00003.
    """

    def __init__(self, design: Design, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.kind, self.stride = design.upsampling, stride
        odd = 2 * design.up_kernel + 1
        if self.kind == "transposed":
            kernel = design.up_kernel * stride
            kernel += (kernel - stride) % 2
            layer = nn.ConvTranspose1d(inputs, outputs, kernel, stride, padding=(kernel - stride) // 2)
            self.layer = _normed(design, layer)
        elif self.kind == "shuffle":
            self.layer = convolution(design, inputs, outputs * stride, 3)
        else:
            self.layer = convolution(design, inputs, outputs, odd)

    def forward(self, x: Tensor) -> Tensor:
        """Raise the rate of (batch, channels, frames)."""
        if self.kind == "transposed":
            return self.layer(x)
        if self.kind == "shuffle":
            y = self.layer(x).unflatten(1, (-1, self.stride))
            return y.permute(0, 1, 3, 2).flatten(2)
        if self.kind == "nearest":
            return self.layer(x.repeat_interleave(self.stride, dim=2))
        return self.layer(F.interpolate(x, scale_factor=self.stride, mode="linear"))


def _in_a_row(design: Design, channels: int, kernel: int, dilations: Sequence[int]) -> list[nn.Module]:
    return [
        nn.Sequential(activation(design, channels), convolution(design, channels, channels, kernel, dilation=d))
        for d in dilations
    ]


def _depthwise(design: Design, channels: int, kernel: int, dilations: Sequence[int]) -> list[nn.Module]:
    return [
        nn.Sequential(
            convolution(design, channels, channels, kernel, dilation=d, groups=channels),
            convolution(design, channels, 2 * channels, 1),
            activation(design, 2 * channels),
            convolution(design, 2 * channels, channels, 1),
        )
        for d in dilations
    ]


def _normed(design: Design, layer: nn.Conv1d | nn.ConvTranspose1d) -> nn.Module:
    """Weights that keep the variance of what passes, counting a transposed convolution's overlaps."""
    inputs, kernel = layer.in_channels // layer.groups, layer.kernel_size[0]
    reach = kernel / layer.stride[0] if isinstance(layer, nn.ConvTranspose1d) else kernel
    nn.init.normal_(layer.weight, std=math.sqrt(1.5 / (inputs * reach)))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return weight_norm(layer) if design.norm == "weight" else layer
