"""A linear network over a map: logistic regression on a whole clip's Fourier spectrum, or a regression baseline.

Source: Moussa, Bergmann and Riess 2024, doi 10.21437/Interspeech.2024-1652 (logistic regression over all bins);
Gasenzer and Wolter 2023, arXiv 2305.13033 (regression over a whole map).
"""

from __future__ import annotations

from torch import Tensor, nn

from core.detectors.base import ARCHITECTURES


@ARCHITECTURES.register("linear")
class Linear(nn.Module):
    """Logits (n, n_outputs) of maps (n, inputs, bins, frames)."""

    def __init__(self, bins: int, frames: int = 1, inputs: int = 1, n_outputs: int = 2, pooled: bool = True):
        """Sizes.

        Args:
            bins: Rows of the map.
            frames: Columns of the map; of no account when pooled.
            inputs: Channels of the map.
            n_outputs: Number of classes.
            pooled: Columns are averaged first; otherwise each has weights of its own.
        """
        super().__init__()
        self.pooled = pooled
        self.head = nn.Linear(inputs * bins * (1 if pooled else frames), n_outputs)

    def embed(self, features: Tensor) -> Tensor:
        """What the linear layer sees, (n, d)."""
        return (features.mean(dim=3) if self.pooled else features).flatten(1)

    def forward(self, features: Tensor) -> Tensor:
        """Logits of maps."""
        return self.head(self.embed(features))
