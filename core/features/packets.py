"""Wavelet packets, all nodes of a level at once.

`ptwt.WaveletPacket` walks the tree node by node. Here a level adds up one tap after the other for all nodes and
waveforms, with time as the slow axis, so that nothing is moved between levels. `torch.add` with a factor is a fused
multiply-add, and torch's convolution adds its taps in the same order: the coefficients are ptwt's to the last bit,
which published logits need, since the logarithm of a small coefficient shows its rounding. A matrix product a level is
no faster and moves logits by up to 2e-3; one `ptwt.wavedec` a level takes three to four times as long. Synthesis is
ptwt's, one `waverec` a level.

gan-police's DCNNs: 22050 Hz, sym5 or coif4, level 8, power 2, ln(x + 1e-12).
Source: Gasenzer and Wolter, arXiv 2305.13033; Wolter et al., ptwt, JMLR 2024; Coifman and Wickerhauser, 1992.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import ptwt
import torch
from numpy.typing import NDArray
from ptwt.constants import Wavelet

from core.features.base import FEATURES
from core.features.module import TensorFrontEnd
from core.features.params import Params, param
from core.features.tree import MAX_LEVEL, columns, node_order, packet_axes, shortest, wavelet_named


def packet_coefficients(waveforms: torch.Tensor, wavelet: Wavelet, level: int) -> torch.Tensor:
    """Coefficients (batch, 2**level, columns) of waveforms (batch, frames), bands from low to high frequency.

    Ends are mirrored (`reflect`). Differentiable.
    """
    nodes = waveforms.t().contiguous()
    for _ in range(level):
        nodes = _split(nodes, wavelet)
    # a level puts its low and high children side by side in front of all earlier splits
    tree = nodes.unflatten(1, (1 << level, -1)).permute(2, 1, 0)
    return tree.index_select(1, torch.as_tensor(node_order(level, last_split_first=True), device=tree.device))


def packet_waveforms(coefficients: torch.Tensor, wavelet: Wavelet, frames: int) -> torch.Tensor:
    """Waveforms (batch, frames) whose packets are coefficients (batch, 2**level, columns): the inverse."""
    level = coefficients.shape[1].bit_length() - 1
    order = np.argsort(node_order(level))
    nodes = coefficients.index_select(1, torch.as_tensor(order, device=coefficients.device))
    for depth in reversed(range(level)):
        low, high = nodes.unflatten(1, (-1, 2)).unbind(2)
        whole = ptwt.waverec([low.flatten(0, 1), high.flatten(0, 1)], wavelet)
        whole = whole[:, : columns(frames, len(wavelet.dec_lo), depth)]
        nodes = whole.unflatten(0, (coefficients.shape[0], -1))
    return nodes.squeeze(1)


def _split(nodes: torch.Tensor, wavelet: Wavelet) -> torch.Tensor:
    """One level: nodes (time, rows) to (time // 2, 2 * rows), low children first."""
    frames, taps = nodes.shape[0], len(wavelet.dec_lo)
    before, after = taps - 2, taps - 2 + frames % 2
    padded = torch.cat([nodes[1 : before + 1].flip(0), nodes, nodes[frames - 1 - after : frames - 1].flip(0)])
    length = (frames + taps - 1) // 2
    return torch.cat([_filtered(padded, taps_of, length) for taps_of in (wavelet.dec_lo, wavelet.dec_hi)], dim=1)


def _filtered(padded: torch.Tensor, taps: Sequence[float], length: int) -> torch.Tensor:
    """Every second output of a filter along the slow axis: (length, rows), taps added in the order of convolution."""
    total = padded.new_zeros(length, padded.shape[1])
    for k, tap in enumerate(reversed(taps)):
        total = torch.add(total, padded[k : k + 2 * length - 1 : 2], alpha=tap)
    return total


@FEATURES.register("packets")
class Packets(TensorFrontEnd):
    """Packet map (batch, 1 or 2, 2**level, columns)."""

    name = "packets"

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Params(Params):
        """Tree and scale."""

        wavelet: str = param("sym5", "Any discrete wavelet of PyWavelets, e.g. haar, sym5, coif4, db8.")
        level: int = param(8, "Depth of the tree; 2**level bands.", low=1, high=MAX_LEVEL)
        power: float = param(2.0, "1 for magnitude, 2 for power.", choices=(1.0, 2.0))
        log: bool = param(True, "ln(|c|**power + offset); the coefficients' own values where false.")
        offset: float = param(1e-12, "Added before the logarithm.", low=1e-30, high=1.0)
        signs: bool = param(False, "Whether a second channel holds the signs, so that nothing is lost.")
        block_norm: bool = param(False, "Whether each band is divided by its largest magnitude.")

    def __init__(self, sample_rate: int, params: Params | None = None):
        super().__init__(sample_rate, params)
        self.wavelet = wavelet_named(self.params.wavelet)

    @property
    def unit(self) -> str:
        """What a value of the map is."""
        quantity = "power" if self.params.power == 2.0 else "magnitude"
        return f"ln {quantity}" if self.params.log else "coefficient"

    @property
    def min_frames(self) -> int:
        """Mirroring needs more samples at each level than it adds."""
        return shortest(self.wavelet.dec_len, self.params.level)

    def transform(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Maps (batch, 1, 2**level, columns); with `signs` a second channel of -1, 0, 1."""
        p = self.params
        coefficients = packet_coefficients(waveforms, self.wavelet, p.level)
        if p.block_norm:
            peak = coefficients.abs().amax(dim=-1, keepdim=True)
            coefficients = coefficients / torch.where(peak > 0, peak, 1.0)
        values = torch.log(coefficients.abs() ** p.power + p.offset) if p.log else coefficients
        channels = [values, torch.sign(coefficients)] if p.signs else [values]
        return torch.stack(channels, dim=1)

    def axes(self, frames: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of the coefficients' supports (s) and of the bands (Hz); border columns lie outside the waveform."""
        return packet_axes(frames, self.sample_rate, self.wavelet.dec_len, self.params.level)
