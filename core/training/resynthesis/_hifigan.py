"""The network of HiFi-GAN V2."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

_FACTORS, _KERNELS, _DILATIONS = (8, 8, 2, 2), (3, 7, 11), (1, 3, 5)


def load_hifigan(path: Path) -> HifiGanNetwork:
    """Read weights.

    Raises:
        OSError: the file cannot be read.
    """
    network = HifiGanNetwork().eval()
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()})
    return network


class HifiGanNetwork(nn.Module):
    """(batch, 80, frames) to (batch, 256 · frames).

    Source: Kong, Kim, Bae (2020), HiFi-GAN, NeurIPS, arXiv:2010.05646, appendix A.1 (V2).
    """

    def __init__(self, width: int = 128):
        super().__init__()
        self.widths = widths = [width >> k for k in range(len(_FACTORS) + 1)]
        self.conv_pre = nn.Conv1d(80, width, 7, padding=3)
        self.upsampler = nn.ModuleList(
            nn.ConvTranspose1d(a, b, 2 * factor, factor, padding=factor // 2)
            for a, b, factor in zip(widths, widths[1:], _FACTORS, strict=False)
        )
        self.resblocks = nn.ModuleList(_Block(c, kernel) for c in widths[1:] for kernel in _KERNELS)
        self.conv_post = nn.Conv1d(widths[-1], 1, 7, padding=3)

    def forward(self, mel: Tensor) -> Tensor:
        """All stages, then the last convolution."""
        return torch.tanh(self.conv_post(F.leaky_relu(self.stages(mel, len(_FACTORS)))))[:, 0]

    def stages(self, mel: Tensor, count: int) -> Tensor:
        """The first stages: up-sample, then the mean of three residual blocks; (batch, widths[count], frames)."""
        x = self.conv_pre(mel)
        for stage, up in enumerate(self.upsampler[:count]):
            x = up(F.leaky_relu(x, 0.1))
            blocks = self.resblocks[stage * len(_KERNELS) : (stage + 1) * len(_KERNELS)]
            x = torch.stack([block(x) for block in blocks]).mean(0)
        return x


class _Block(nn.Module):
    def __init__(self, channels: int, kernel: int):
        super().__init__()
        self.convs1 = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, dilation=d, padding=d * (kernel // 2)) for d in _DILATIONS
        )
        self.convs2 = nn.ModuleList(nn.Conv1d(channels, channels, kernel, padding=kernel // 2) for _ in _DILATIONS)

    def forward(self, x: Tensor) -> Tensor:
        for first, second in zip(self.convs1, self.convs2, strict=True):
            x = x + second(F.leaky_relu(first(F.leaky_relu(x, 0.1)), 0.1))
        return x
