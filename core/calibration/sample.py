"""Scores with known truth, and how much each clip counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.calibration.curve import Floats
from core.foundation.errors import CalibrationError

MIN_SOURCES = 5
"""Fewest sources of either class that a calibration can rest on."""
MOST_OF_A_GENERATOR, MOST_OF_A_SOURCE = 10.0, 25.0
"""Most clips that one generator in one source, and one source, count as in a class."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Clips by their scores, for one question."""

    scores: Floats
    """(n, detectors), log-odds."""
    truth: NDArray[np.bool_]
    """(n,) True where the first proposition holds."""
    sources: NDArray[np.str_]
    """(n,) where each clip comes from; clips of one source are no independent evidence."""
    generators: NDArray[np.str_]
    """(n,) what made it; empty for human speech."""

    def part(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Sample:
        """Some of the clips."""
        return replace(
            self,
            scores=self.scores[chosen],
            truth=self.truth[chosen],
            sources=self.sources[chosen],
            generators=self.generators[chosen],
        )

    def weights(self) -> Floats:
        """How many clips each one counts as (n,), 0..1: equal until a generator or a source has many.

        Caps, and not equal shares, since a source of one clip must not count like one of twenty.
        """
        sides = np.char.add(self.truth.astype(int).astype(str), "\0")
        of_source = np.char.add(sides, self.sources)
        of_generator = np.char.add(np.char.add(of_source, "\0"), self.generators)
        weights = np.ones(self.truth.size)
        for groups, most in ((of_generator, MOST_OF_A_GENERATOR), (of_source, MOST_OF_A_SOURCE)):
            _, group = np.unique(groups, return_inverse=True)
            weights *= np.minimum(1.0, most / np.bincount(group, weights))[group]
        return weights

    def resampled(self, rng: np.random.Generator) -> Floats:
        """Factors (n,) by which the clips count when the sources are drawn again; both classes are always there.

        Source: cluster bootstrap, Field and Welsh (2007), J. R. Statist. Soc. B 69(3), 369-390.
        """
        names, source = np.unique(self.sources, return_inverse=True)
        while True:
            factors = rng.multinomial(len(names), np.full(len(names), 1 / len(names)))[source].astype(np.float64)
            if factors[self.truth].any() and factors[~self.truth].any():
                return factors


def checked(sample: Sample) -> Sample:
    """The sample, if a calibration can be made of it.

    Raises:
        CalibrationError: sizes differ or nothing is there (CL-001), a score is no number (CL-002), a class is missing
            (CL-003), too few sources (CL-004), or a detector gives the same score to all (CL-005).
    """
    scores, truth = sample.scores, sample.truth
    if scores.ndim != 2 or not scores.size or {len(scores), *_lengths(sample)} != {len(truth)}:
        raise _error("CL-001", "Scores and clips do not belong together: there are none, or their numbers differ.")
    if not np.isfinite(scores).all():
        raise _error("CL-002", f"{int((~np.isfinite(scores)).any(axis=1).sum())} clips have a score that is no number.")
    if truth.all() or not truth.any():
        side = "for" if truth.all() else "against"
        raise _error("CL-003", f"All {len(truth)} clips speak {side} the first proposition; both sides are needed.")
    fewest = min(len(set(sample.sources[truth == side].tolist())) for side in (True, False))
    if fewest < MIN_SOURCES:
        raise _error("CL-004", f"One class comes from {fewest} sources only; at least {MIN_SOURCES} are needed.")
    if (np.ptp(scores, axis=0) == 0).any():
        raise _error("CL-005", "A detector gives the same score to every clip.")
    return sample


def _lengths(sample: Sample) -> set[int]:
    return {len(sample.sources), len(sample.generators)}


def _error(code: str, what: str) -> CalibrationError:
    return CalibrationError(
        code,
        what,
        means="No calibration was made, and without one there is no likelihood ratio.",
        do="Use a labelled data set with both classes from many sources (manifest column `source`).",
    )
