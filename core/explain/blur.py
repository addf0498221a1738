"""Maps blurred along time and frequency: the path of BlurIG.

Source: Xu, Venugopalan and Sundararajan, Attribution in scale and space, CVPR 2020, arXiv 2004.03383, with the path
linear in the blur's scale.
"""

from __future__ import annotations

import numpy as np
import torch
from scipy import fft


class Blur:
    """Gaussian blurs of one map, mirrored at its edges; each costs one inverse cosine transform."""

    def __init__(self, values: torch.Tensor):
        """Take a map (…, bins, frames)."""
        self._like = values
        self._spectrum = np.asarray(fft.dctn(values.detach().cpu().double().numpy(), axes=(-2, -1), norm="ortho"))
        rows, columns = (np.pi * np.arange(size) for size in values.shape[-2:])
        self._rates = np.add.outer(rows**2, columns**2)

    def at(self, scale: float) -> tuple[torch.Tensor, torch.Tensor]:
        """The map blurred by a Gaussian whose deviation is that share of either axis, and its change with the share.

        At 0 it is the map itself; at 1 little but its mean is left. Through the heat kernel of the cosine transform:
        coefficient (j, k) times exp(-(π scale)² (j² + k²) / 2).
        """
        faded = self._spectrum * np.exp(-0.5 * scale**2 * self._rates)
        return self._back(faded), self._back(-scale * self._rates * faded)

    def _back(self, spectrum: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(fft.idctn(spectrum, axes=(-2, -1), norm="ortho")).to(self._like)
