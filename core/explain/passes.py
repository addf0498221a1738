"""Passes through a model that report progress and can be stopped between batches."""

from __future__ import annotations

import threading

import torch

from core.explain.domains import Domain
from core.explain.targets import Score
from core.foundation.progress import Progress


class Passes:
    """Scores (n,) of inputs (n, channels, bins, frames); each call is one pass of an expected number. Thread-safe."""

    def __init__(self, domain: Domain, score: Score, expected: int, progress: Progress):
        self._domain, self._score = domain, score
        self._expected, self._done = max(expected, 1), 0
        self._progress = progress
        self._turn = threading.Lock()

    def __call__(self, inputs: torch.Tensor, *, counts: bool = True) -> torch.Tensor:
        """One pass; one that does not count moves no progress.

        Raises:
            Cancelled: the user stopped the work.
        """
        self._progress.check()
        scores = self._score(self._domain.logits(inputs))
        if counts:
            with self._turn:
                self._done += 1
                self._progress.report(min(self._done / self._expected, 1.0), "explaining")
        return scores
