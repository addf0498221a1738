"""Two checks of a map: does deleting what it marks matter, and does the map depend on what the network has learnt?"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.detectors.base import Detector
from core.explain.attribution import Attribution
from core.explain.explaining import Recipe, explain_window, scene
from core.explain.verdicts import Checks, Faithfulness, Sanity
from core.foundation.progress import SILENT, Progress, span
from core.foundation.rng import generator
from core.foundation.side_by_side import in_order
from core.foundation.threads import one_thread_each

if TYPE_CHECKING:
    from core.explain.domains import Domain
    from core.explain.targets import Score

SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Shares of the boxes that are deleted; close together where a map is to show what it knows."""
DRAWS = 8
"""Random orders."""
REDRAWN = 3
"""Networks with shuffled weights."""


def checked(
    detector: Detector,
    waveform: NDArray[np.float32],
    recipe: Recipe,
    found: Attribution,
    progress: Progress = SILENT,
) -> Attribution:
    """The attribution with both checks.

    Args:
        detector: The model that was explained.
        waveform: The window that was explained.
        recipe: As it was explained.
        found: What came out.
        progress: Asked between passes.
    """
    faithfulness = faithfulness_of(detector, waveform, recipe, found, span(progress, 0.0, 0.4))
    sanity = sanity_of(detector, waveform, recipe, found, span(progress, 0.4, 1.0))
    return dataclasses.replace(found, checks=Checks(faithfulness=faithfulness, sanity=sanity))


def faithfulness_of(
    detector: Detector,
    waveform: NDArray[np.float32],
    recipe: Recipe,
    found: Attribution,
    progress: Progress = SILENT,
) -> Faithfulness:
    """Deletion of boxes in the map's order against deletion in random orders, all by the same baseline."""
    from core.explain.occlusion import boxes

    domain, score, *_ = scene(detector, waveform, recipe)
    grid = boxes(*found.values.shape)
    means = np.array([found.values[box].mean(dtype=np.float64) for box in grid])
    orders = _orders(means, found.model)
    counts = np.unique(np.round(np.array(SHARES) * len(grid)).astype(int))
    with one_thread_each() as threads:
        losses = _losses(domain, score, grid, orders, counts, threads, progress)
    if found.is_unsigned:
        losses = np.abs(losses)
    return Faithfulness(shares=counts / len(grid), by_map=losses[0], by_chance=losses[1:])


def sanity_of(
    detector: Detector,
    waveform: NDArray[np.float32],
    recipe: Recipe,
    found: Attribution,
    progress: Progress = SILENT,
) -> Sanity:
    """Rank correlation of the map's magnitudes with those of networks whose weights were shuffled."""
    correlations = []
    for seed in range(REDRAWN):
        part = span(progress, seed / REDRAWN, (seed + 1) / REDRAWN)
        other = detector.redrawn(seed + 1)
        if other is None:
            return Sanity(correlations=())
        another = explain_window(other, waveform, recipe, found.start_s, part)
        correlations.append(_rank_correlation(found.values, another.values))
    return Sanity(correlations=tuple(correlations))


def _orders(means: NDArray[np.float64], name: str) -> list[NDArray[np.intp]]:
    """The boxes from the strongest on, ties in random order; then random orders."""
    chance = generator(1, "deletion", name)
    ties = chance.permutation(means.size)
    return [np.lexsort((ties, -means)), *(chance.permutation(means.size) for _ in range(DRAWS))]


def _losses(
    domain: Domain,
    score: Score,
    grid: list[tuple[slice, slice]],
    orders: list[NDArray[np.intp]],
    counts: NDArray[np.intp],
    threads: int,
    progress: Progress,
) -> NDArray[np.float64]:
    """Loss of score (orders, counts)."""
    import torch

    from core.explain.passes import Passes

    jobs = [(order, int(count)) for order in orders for count in counts]
    passes = Passes(domain, score, len(jobs), progress)

    def deleted(job: tuple[NDArray[np.intp], int]) -> float:
        order, count = job
        inputs = domain.inputs.clone()
        for number in order[:count]:
            rows, columns = grid[number]
            inputs[0, :, rows, columns] = domain.baseline[0, :, rows, columns]
        with torch.no_grad():
            return float(passes(inputs)[0])

    scores = np.array([value for _, value in in_order(deleted, jobs, threads, progress)])
    by_order = scores.reshape(len(orders), len(counts))
    return by_order[:, :1] - by_order


def _rank_correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Spearman's correlation of magnitudes; 1 where a map is constant, since such a map shows nothing of the model."""
    from scipy import stats

    a, b = np.abs(one).ravel(), np.abs(other).ravel()
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 1.0
    return float(stats.spearmanr(a, b).statistic)  # pyright: ignore[reportAttributeAccessIssue]
