"""Which clips make a batch: classes balanced, generators and sources equal, human speech of the same source beside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.foundation.errors import DataError
from core.training.datasets.manifest import Clip
from core.training.plan import CLASSES, TrainingPlan

HUMAN, DECODER, CODEC = range(len(CLASSES))


def allowed_classes(clip: Clip) -> tuple[bool, bool, bool]:
    """Which of CLASSES a clip may be, as far as its labels say; an empty label excludes nothing."""
    synthetic, codec = clip.synthetic, clip.neural_codec
    return (synthetic != 1 and codec != 1, synthetic != 0 and codec != 1, codec != 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Clips with the chance of each."""

    indices: NDArray[np.int64]
    chances: NDArray[np.float64]

    def draw(self, rng: np.random.Generator) -> int:
        """One clip's number."""
        return int(rng.choice(self.indices, p=self.chances))


class Sampler:
    """Draws batches of clip numbers: even places not human, odd places human."""

    def __init__(self, clips: Sequence[Clip], plan: TrainingPlan):
        """Sort the clips into pools.

        Raises:
            DataError: a class has no clip (DA-005).
        """
        self._clips, self._plan = clips, plan
        classes = np.array([allowed_classes(clip) for clip in clips])
        human = classes[:, HUMAN] & (classes.sum(axis=1) == 1)
        codec = classes[:, CODEC]
        self._human = self._pool(np.flatnonzero(human), "source")
        self._codec = self._pool(np.flatnonzero(codec), "generator")
        self._decoder = self._pool(np.flatnonzero(~human & ~codec), "generator")
        by_source: dict[str, list[int]] = defaultdict(list)
        for index in np.flatnonzero(human).tolist():
            by_source[clips[index].source].append(index)
        self._human_of = {source: np.array(indices) for source, indices in by_source.items()}
        self._original_of = _originals(clips, np.flatnonzero(human).tolist())

    def batch(self, rng: np.random.Generator) -> list[int]:
        """Numbers of plan.batch clips."""
        pairs = (self._pair(rng) for _ in range(self._plan.batch // 2))
        return [index for pair in pairs for index in pair]

    def _pair(self, rng: np.random.Generator) -> tuple[int, int]:
        generated = (self._codec if rng.random() < self._plan.codec_share else self._decoder).draw(rng)
        originals = self._original_of.get(self._clips[generated].pair_id)
        if originals and rng.random() < self._plan.with_original:
            return generated, int(rng.choice(originals))
        beside = self._human_of.get(self._clips[generated].source)
        if beside is not None and rng.random() < self._plan.paired:
            return generated, int(rng.choice(beside))
        return generated, self._human.draw(rng)

    def _pool(self, indices: NDArray[np.int64], group: str) -> Pool:
        if not indices.size:
            raise DataError("DA-005", "The training data lack a class.", do="Use data with human and generated speech.")
        names = [getattr(self._clips[index], group) for index in indices]
        sizes = Counter(names)
        weights = np.array([1 / max(sizes[name], self._plan.group_floor) for name in names])
        return Pool(indices=indices, chances=weights / weights.sum())


def _originals(clips: Sequence[Clip], human: Sequence[int]) -> dict[str, list[int]]:
    """Human clips by what a generated one calls its pair: the name they share, or the SHA-256 of the original."""
    found: dict[str, list[int]] = defaultdict(list)
    for index in human:
        for name in {clips[index].pair_id, clips[index].sha256} - {""}:
            found[name].append(index)
    return dict(found)
