"""One mixture of Gaussians for each class over the columns of a cepstral map; fitted, not trained by gradient.

Source: Frank and Schönherr 2021, WaveFake, arXiv 2111.02813 (LFCC and MFCC, 128 diagonal components).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from core.detectors.base import ARCHITECTURES


@ARCHITECTURES.register("gmm")
class Mixtures(nn.Module):
    """Logits (n, n_outputs) of maps (n, 1, bins, frames): mean log-likelihood of the columns under each class."""

    def __init__(self, bins: int = 60, components: int = 128, n_outputs: int = 2):
        super().__init__()
        self.log_weights = nn.Parameter(torch.full((n_outputs, components), -math.log(components)))
        self.means = nn.Parameter(torch.zeros(n_outputs, components, bins))
        self.variances = nn.Parameter(torch.ones(n_outputs, components, bins))
        self.head = Offsets(n_outputs)

    def joint(self, features: Tensor) -> Tensor:
        """ln(weight · density) of each component for each column, (n, frames, n_outputs, components)."""
        columns = features.squeeze(1).transpose(1, 2)
        precisions = 1 / self.variances
        constant = self.log_weights - 0.5 * (
            self.variances.log().sum(-1) + (self.means.square() * precisions).sum(-1) + self._bins_term
        )
        squares = torch.einsum("nfb,kcb->nfkc", columns.square(), precisions)
        cross = torch.einsum("nfb,kcb->nfkc", columns, self.means * precisions)
        return constant + cross - 0.5 * squares

    @property
    def _bins_term(self) -> float:
        return self.means.shape[-1] * math.log(2 * math.pi)

    def embed(self, features: Tensor) -> Tensor:
        """Mean over the columns of each component's share within its class, (n, n_outputs · components)."""
        return self.joint(features).softmax(dim=-1).mean(dim=1).flatten(1)

    def forward(self, features: Tensor) -> Tensor:
        """Logits of maps."""
        return self.head(self.joint(features).logsumexp(dim=-1).mean(dim=1))


class Offsets(nn.Module):
    """Adds a number to each class."""

    def __init__(self, classes: int):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(classes))

    def forward(self, logits: Tensor) -> Tensor:
        """(n, classes), unchanged in shape."""
        return logits + self.bias
