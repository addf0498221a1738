"""Which clips make a batch, for tasks of any classes; core.training.datasets.sampler has the three-class one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.training.datasets.manifest import Clip
from core.training.datasets.sampler import Sampler
from core.training.plan import TrainingPlan


class Draws(Protocol):
    """Draws the clips of a batch."""

    def batch(self, rng: np.random.Generator) -> list[int]:
        """Numbers of plan.batch clips."""
        ...


def sampler_of(clips: Sequence[Clip], allowed: NDArray[np.bool_], plan: TrainingPlan) -> Draws:
    """The plan's sampler.

    Args:
        clips: All that may be drawn.
        allowed: Which classes each may be, (clips, classes).
        plan: Says how.

    Raises:
        DataError: a class has no clip (DA-005).
    """
    if plan.sampling == "paired":
        return Sampler(clips, plan)
    if plan.sampling == "balanced":
        return Balanced(allowed, plan.batch)
    return Domains([str(getattr(clip, plan.domain)) for clip in clips], allowed, plan.batch)


class Balanced:
    """Each class as often, by turns; a clip that may be several counts for the first."""

    def __init__(self, allowed: NDArray[np.bool_], batch: int):
        self._of = _by_class(allowed)
        self._batch = batch

    def batch(self, rng: np.random.Generator) -> list[int]:
        """Numbers of the clips; where classes do not divide the batch, chance says which get one more."""
        order = rng.permutation(len(self._of))
        return [int(rng.choice(self._of[order[place % len(order)]])) for place in range(self._batch)]


class Domains:
    """Every batch holds each domain in proportion to its clips, and within a domain each class as often.

    Source: co-training batches of CSAM, Xie et al. 2024, arXiv 2405.04880: about 123 codec and 5 vocoder clips of
    128 for sets of 740,747 and 25,380.
    """

    def __init__(self, domains: Sequence[str], allowed: NDArray[np.bool_], batch: int):
        names, of = np.unique(np.asarray(domains), return_inverse=True)
        counts = shares(Counter(of.tolist()), batch)
        self._of = [np.flatnonzero(of == number) for number in range(len(names))]
        self._classes = [_by_class(allowed[members]) for members in self._of]
        self._counts = [counts[number] for number in range(len(names))]

    def batch(self, rng: np.random.Generator) -> list[int]:
        """Numbers of the clips, domain by domain."""
        drawn = []
        for members, classes, count in zip(self._of, self._classes, self._counts, strict=True):
            order = rng.permutation(len(classes))
            drawn += [int(members[rng.choice(classes[order[place % len(order)]])]) for place in range(count)]
        return [drawn[place] for place in rng.permutation(len(drawn))]


def shares(sizes: Counter[int], total: int) -> dict[int, int]:
    """`total` shared out in proportion to sizes, at least one each while there is enough; remainders to the largest.

    Source: method of largest remainders (Hamilton).
    """
    whole = sum(sizes.values())
    exact = {name: total * size / whole for name, size in sizes.items()}
    found = {name: max(int(value), 1) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (exact[name] - int(exact[name]), sizes[name]), reverse=True)
    for name in by_remainder * 2:
        if sum(found.values()) < total:
            found[name] += 1
    for name in sorted(found, key=lambda name: -found[name]) * total:
        if sum(found.values()) > total and found[name] > 0:
            found[name] -= 1
    return found


def _by_class(allowed: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    first = allowed.argmax(axis=1)
    found = [np.flatnonzero((first == number) & allowed.any(axis=1)) for number in range(allowed.shape[1])]
    return [members for members in found if members.size]
