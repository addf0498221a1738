"""Wavelet packets, all nodes of a level at once.

`ptwt.WaveletPacket` walks the tree node by node. Here a level is one batched matrix product over all nodes and
waveforms, with time as the slow axis, so that nothing is moved between levels; the numbers are the same. One
`ptwt.wavedec` a level gives them too, in three times the time: its padding and two-channel convolution leave most
of the arithmetic units idle. Synthesis is ptwt's, one `waverec` a level.

gan-police's DCNNs: 22050 Hz, sym5 or coif4, level 8, power 2, ln(x + 1e-12).
Source: Gasenzer and Wolter, arXiv 2305.13033; Wolter et al., ptwt, JMLR 2024; Coifman and Wickerhauser, 1992.
"""

from __future__ import annotations

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

_OUTPUTS = 4
"""Coefficients of each child that one row block makes: more would multiply by more zeros, fewer makes thin products."""


def packet_coefficients(waveforms: torch.Tensor, wavelet: Wavelet, level: int) -> torch.Tensor:
    """Coefficients (batch, 2**level, columns) of waveforms (batch, frames), bands from low to high frequency.

    Ends are mirrored (`reflect`). Differentiable.
    """
    filters = _block_filters(wavelet).to(waveforms)
    nodes = waveforms.t().contiguous()
    for _ in range(level):
        nodes = _split(nodes, filters, len(wavelet.dec_lo))
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


def _block_filters(wavelet: Wavelet) -> torch.Tensor:
    """Both analysis filters at consecutive even shifts, in turn: (2 * _OUTPUTS, 2 * _OUTPUTS + taps - 2)."""
    pair = torch.tensor([wavelet.dec_lo[::-1], wavelet.dec_hi[::-1]], dtype=torch.float64)
    taps = pair.shape[1]
    rows = torch.zeros(_OUTPUTS, 2, 2 * _OUTPUTS + taps - 2, dtype=torch.float64)
    for output in range(_OUTPUTS):
        rows[output, :, 2 * output : 2 * output + taps] = pair
    return rows.flatten(0, 1)


def _split(nodes: torch.Tensor, filters: torch.Tensor, taps: int) -> torch.Tensor:
    """One level: nodes (time, rows) to (time // 2, 2 * rows), low children first."""
    frames, rows = nodes.shape
    length = (frames + taps - 1) // 2
    outputs = min(_OUTPUTS, length)
    blocks = -(-length // outputs)
    span = 2 * outputs + taps - 2
    before, after = taps - 2, taps - 2 + frames % 2
    missing = 2 * outputs * (blocks - 1) + span - (before + frames + after)
    padded = torch.cat(
        [
            nodes[1 : before + 1].flip(0),
            nodes,
            nodes[frames - 1 - after : frames - 1].flip(0),
            nodes.new_zeros(missing, rows),
        ]
    )
    spans = padded.unfold(0, span, 2 * outputs).transpose(1, 2)  # views, overlapping
    products = torch.bmm(filters[: 2 * outputs, :span].expand(blocks, -1, -1), spans)
    return products.view(blocks * outputs, 2 * rows)[:length]


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
