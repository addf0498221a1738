"""Graph layers of AASIST: nodes (n, nodes, d), fully connected.

Source: Jung et al. 2022, ICASSP, arXiv 2110.01200, section 2; Tak et al. 2021 for the plain attention.
"""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor, nn


class Attended(nn.Module):
    """A node's new value: projection of what it attends to, plus projection of itself."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.others = nn.Linear(inputs, outputs)
        self.itself = nn.Linear(inputs, outputs)

    def forward(self, attention: Tensor, nodes: Tensor, itself: Tensor) -> Tensor:
        """attention (n, a, b) over nodes (n, b, d), for the nodes (n, a, d) themselves."""
        return self.others(attention @ nodes) + self.itself(itself)


class GraphAttention(nn.Module):
    """Attention among nodes of one kind."""

    def __init__(self, inputs: int, outputs: int, temperature: float):
        super().__init__()
        self.temperature = temperature
        self.pair = nn.Linear(inputs, outputs)
        self.weight = _weight(outputs)
        self.update = Attended(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs)
        self.dropout = nn.Dropout(0.2)

    def forward(self, nodes: Tensor) -> Tensor:
        """(n, nodes, inputs) to (n, nodes, outputs)."""
        nodes = self.dropout(nodes)
        scores = torch.tanh(self.pair(_products(nodes))) @ self.weight
        return _normed(self.norm, self.update(_attention(scores, self.temperature), nodes, nodes))


class MixedAttention(nn.Module):
    """Attention among temporal and spectral nodes together, and a master node that gathers from all of them."""

    def __init__(self, inputs: int, outputs: int, temperature: float):
        super().__init__()
        self.temperature = temperature
        self.from_time = nn.Linear(inputs, inputs)
        self.from_spectrum = nn.Linear(inputs, inputs)
        self.pair = nn.Linear(inputs, outputs)
        self.weight_time = _weight(outputs)
        self.weight_spectrum = _weight(outputs)
        self.weight_across = _weight(outputs)
        self.update = Attended(inputs, outputs)
        self.master_pair = nn.Linear(inputs, outputs)
        self.master_weight = _weight(outputs)
        self.master_update = Attended(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs)
        self.dropout = nn.Dropout(0.2)

    def forward(self, time: Tensor, spectrum: Tensor, master: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(n, t, inputs), (n, s, inputs), (n or 1, 1, inputs) to the same with `outputs`."""
        count = time.shape[1]
        nodes = self.dropout(torch.cat([self.from_time(time), self.from_spectrum(spectrum)], dim=1))
        toward = torch.tanh(self.master_pair(nodes * master)) @ self.master_weight
        master = self.master_update(_attention(toward, self.temperature).transpose(1, 2), nodes, master)
        attention = _attention(self._scores(nodes, count), self.temperature)
        nodes = _normed(self.norm, self.update(attention, nodes, nodes))
        return nodes[:, :count], nodes[:, count:], master

    def _scores(self, nodes: Tensor, count: int) -> Tensor:
        """Scores of all pairs; a pair within time, across, or within the spectrum has a weight of its own."""
        weights = torch.cat([self.weight_time, self.weight_across, self.weight_spectrum], dim=1)
        by_kind = torch.tanh(self.pair(_products(nodes))) @ weights
        spectral = (torch.arange(nodes.shape[1], device=nodes.device) >= count).long()
        kind = spectral[:, None] + spectral
        return by_kind.gather(3, kind[None, :, :, None].expand(len(nodes), -1, -1, 1))


class GraphPool(nn.Module):
    """Keeps the nodes with the highest scores, each times its score.

    The choice is a step: where two scores nearly tie, the smallest change of the input can swap a node.
    """

    def __init__(self, inputs: int, ratio: float, dropout: float = 0.3):
        super().__init__()
        self.ratio = ratio
        self.dropout = nn.Dropout(dropout)
        self.score = nn.Linear(inputs, 1)

    def forward(self, nodes: Tensor) -> Tensor:
        """(n, nodes, d) to (n, max(⌊ratio · nodes⌋, 1), d)."""
        scores = torch.sigmoid(self.score(self.dropout(nodes)))
        kept = scores.topk(max(int(nodes.shape[1] * self.ratio), 1), dim=1).indices
        return (nodes * scores).gather(1, kept.expand(-1, -1, nodes.shape[2]))


def _weight(size: int) -> nn.Parameter:
    return nn.Parameter(nn.init.xavier_normal_(torch.empty(size, 1)))


def _normed(norm: nn.Module, nodes: Tensor) -> Tensor:
    """Batch normalisation over all nodes of all graphs, then SELU; (n, nodes, d), unchanged in shape."""
    return functional.selu(norm(nodes.flatten(0, 1)).view_as(nodes))


def _products(nodes: Tensor) -> Tensor:
    """Element-wise products of all pairs, (n, nodes, nodes, d)."""
    return nodes[:, :, None] * nodes[:, None]


def _attention(scores: Tensor, temperature: float) -> Tensor:
    """Softmax over the nodes that are attended to; (n, a, b, 1) to (n, a, b), (n, b, 1) to (n, b, 1)."""
    attention = torch.softmax(scores / temperature, dim=-2)
    return attention.squeeze(-1) if attention.ndim == 4 else attention
