"""Occlusion: what the score loses when a box of time and frequency is replaced by the baseline.

Source: Zeiler and Fergus, Visualizing and understanding convolutional networks, ECCV 2014, arXiv 1311.2901.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from core.explain.domains import Domain
from core.explain.passes import Passes
from core.explain.targets import Score
from core.foundation.progress import Progress

BOXES = 16
"""Boxes along each axis, at most."""


def boxes(bins: int, frames: int) -> list[tuple[slice, slice]]:
    """A grid of equal boxes that covers the map once."""
    rows, columns = (np.linspace(0, size, min(BOXES, size) + 1).round().astype(int) for size in (bins, frames))
    return [
        (slice(top, bottom), slice(left, right)) for top, bottom in pairwise(rows) for left, right in pairwise(columns)
    ]


@torch.no_grad()
def occlusion(domain: Domain, score: Score, progress: Progress) -> torch.Tensor:
    """Score density (bins, frames): each box's loss of score, spread evenly over its cells.

    So the sum over the map is the sum of all losses: score(input) - score(baseline) where parts add up, and larger or
    smaller where they work together.
    """
    bins, frames = domain.inputs.shape[2:]
    grid = boxes(bins, frames)
    forward = Passes(domain, score, -(-len(grid) // domain.batch) + 1, progress)
    whole = forward(domain.inputs)
    values = domain.inputs.new_zeros(bins, frames)
    for first in range(0, len(grid), domain.batch):
        part = grid[first : first + domain.batch]
        occluded = domain.inputs.repeat(len(part), 1, 1, 1)
        for row, box in enumerate(part):
            occluded[row, :, *box] = domain.baseline[0, :, *box]
        for box, loss in zip(part, whole - forward(occluded), strict=True):
            values[box] = loss / values[box].numel()
    return values
