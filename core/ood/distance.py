"""How far a recording lies from the training data, in the space of a network's embeddings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.ood.envelope import DomainCheck

OUTSIDE_PCT, EDGE_PCT = 99.0, 95.0
_DIGITS = 6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Mean embedding of each training class, and the spread they share."""

    means: tuple[tuple[float, ...], ...]
    """(classes, d)."""
    precision: tuple[tuple[float, ...], ...]
    """(d, d) inverse of the covariance within classes."""
    edge: float
    """Distance beyond which 5 % of the validation's clips lie."""
    outside: float
    """Distance beyond which 1 % of them lie."""

    def distances(self, embeddings: NDArray[np.floating]) -> Floats:
        """Mahalanobis distance (n,) of embeddings (n, d) to the nearest class."""
        return _distances(embeddings, np.array(self.means), np.array(self.precision))

    def check(self, distance: float, model: str) -> DomainCheck:
        """Whether a recording at that distance is like what the model knows."""
        if distance > self.outside:
            reason = (
                f"AP-036: to {model} the sound is unlike its training data: distance {distance:.1f}, "
                f"and 99 in 100 of the recordings it was validated on are within {self.outside:.1f}."
            )
            return DomainCheck(verdict="outside", reasons=(reason,))
        if distance > self.edge:
            reason = (
                f"AP-047: to {model} the sound is rather unlike its training data: distance {distance:.1f}, "
                f"and 95 in 100 of the recordings it was validated on are within {self.edge:.1f}."
            )
            return DomainCheck(verdict="edge", reasons=(reason,))
        return DomainCheck(verdict="inside", reasons=())


def fit_neighbourhood(
    embeddings: NDArray[np.floating], classes: ArrayLike, validation: NDArray[np.floating]
) -> Neighbourhood:
    """Means and shared spread of the training data, and how far recordings of other sources lie from them.

    The covariance is shrunk, so that it can be inverted however few the clips.

    Args:
        embeddings: Of training clips (n, d).
        classes: Class of each (n,).
        validation: Embeddings (m, d) of clips that were not trained on.

    Source: Ledoit and Wolf (2004), J. Multivar. Anal. 88(2), 365-411; computed by scikit-learn.
    """
    from sklearn.covariance import LedoitWolf

    values, (names, member) = np.asarray(embeddings, np.float64), np.unique(np.asarray(classes), return_inverse=True)
    means = np.stack([values[member == number].mean(axis=0) for number in range(len(names))])
    precision: Floats = np.asarray(LedoitWolf(assume_centered=True).fit(values - means[member]).get_precision())
    edge, outside = np.percentile(_distances(validation, means, precision), [EDGE_PCT, OUTSIDE_PCT])
    return Neighbourhood(means=_rows(means), precision=_rows(precision), edge=float(edge), outside=float(outside))


def _distances(embeddings: NDArray[np.floating], means: Floats, precision: Floats) -> Floats:
    """Smallest distance over the classes (n,).

    Source: Lee et al. (2018), A simple unified framework for detecting out-of-distribution samples, NeurIPS.
    """
    gaps = np.asarray(embeddings, np.float64)[:, None] - means
    squares = np.einsum("nci,ij,ncj->nc", gaps, precision, gaps)
    return np.sqrt(np.maximum(squares.min(axis=1), 0.0))


def _rows(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    """To six significant digits: half of the file, and far below what the limits tell apart."""
    return tuple(tuple(float(f"{value:.{_DIGITS}g}") for value in row) for row in matrix.tolist())
