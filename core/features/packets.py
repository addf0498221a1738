"""Wavelet packets, all nodes of a level at once.

`ptwt.WaveletPacket` walks the tree node by node. Here a level is worked for all nodes and waveforms together, with
time as the slow axis, so that nothing is moved between levels: as one batched matrix product, or tap by tap while
there are few rows. Both add the taps in the order of torch's convolution, with fused multiply-adds, so that the
coefficients are ptwt's to the last bit; published logits need that, since the logarithm of a small coefficient shows
its rounding (thin matrix products add in another order and moved logits by up to 2e-3). One `ptwt.wavedec` a level
gives the same numbers in three times the time. Synthesis is ptwt's, one `waverec` a level.

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
from core.foundation.progress import heed

_FEW_ROWS = 16
"""Below this many rows matrix products are thin: they would add the taps in another order."""
_OUTPUTS = 4
"""Coefficients of each child that one block makes: more would multiply by more zeros, fewer makes thin products."""


def packet_coefficients(waveforms: torch.Tensor, wavelet: Wavelet, level: int) -> torch.Tensor:
    """Coefficients (batch, 2**level, columns) of waveforms (batch, frames), bands from low to high frequency.

    Ends are mirrored (`reflect`). Differentiable.
    """
    blocks = _block_filters(wavelet).to(waveforms)
    nodes = waveforms.t().contiguous()
    for _ in range(level):
        heed()
        nodes = _split(nodes, wavelet, blocks)
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


def _split(nodes: torch.Tensor, wavelet: Wavelet, block_filters: torch.Tensor) -> torch.Tensor:
    """One level: nodes (time, rows) to (time // 2, 2 * rows), low children first."""
    frames, rows = nodes.shape
    taps = len(wavelet.dec_lo)
    length = (frames + taps - 1) // 2
    before, after = taps - 2, taps - 2 + frames % 2
    mirrored = [nodes[1 : before + 1].flip(0), nodes, nodes[frames - 1 - after : frames - 1].flip(0)]
    if rows < _FEW_ROWS:
        padded = torch.cat(mirrored)
        return torch.cat([_tap_by_tap(padded, filter_, length) for filter_ in (wavelet.dec_lo, wavelet.dec_hi)], dim=1)
    outputs = min(_OUTPUTS, length)
    blocks = -(-length // outputs)
    unused = nodes.new_zeros(2 * (outputs * blocks - length), rows)
    span = 2 * outputs + taps - 2
    spans = torch.cat([*mirrored, unused]).unfold(0, span, 2 * outputs).transpose(1, 2)  # views, overlapping
    filters = block_filters[: 2 * outputs, :span].expand(blocks, -1, -1)
    return torch.bmm(filters, spans).view(blocks * outputs, 2 * rows)[:length]


def _tap_by_tap(padded: torch.Tensor, taps: Sequence[float], length: int) -> torch.Tensor:
    """Every second output of a filter along the slow axis: (length, rows)."""
    total = padded.new_zeros(length, padded.shape[1])
    for k, tap in enumerate(reversed(taps)):
        total.add_(padded[k : k + 2 * length - 1 : 2], alpha=tap)
    return total


def _block_filters(wavelet: Wavelet) -> torch.Tensor:
    """Both filters at consecutive even shifts, in turn: (2 * _OUTPUTS, 2 * _OUTPUTS + taps - 2)."""
    pair = torch.tensor([wavelet.dec_lo[::-1], wavelet.dec_hi[::-1]], dtype=torch.float64)
    shifted = [torch.nn.functional.pad(pair, (2 * k, 2 * (_OUTPUTS - 1 - k))) for k in range(_OUTPUTS)]
    return torch.cat(shifted)


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
