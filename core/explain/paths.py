"""Ways from a baseline to an input, and what a score gains along them.

Source: Sundararajan, Taly and Yan, Axiomatic attribution for deep networks, ICML 2017.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import torch

from core.explain.attribution import Method, Rule
from core.explain.blur import Blur
from core.explain.domains import Domain
from core.explain.passes import Passes
from core.foundation.progress import SILENT
from core.foundation.side_by_side import in_order

Path = Callable[[float], tuple[torch.Tensor, torch.Tensor]]
"""Point of the way (1, channels, bins, frames) and its speed there, of a place from 0 (baseline) to 1 (input)."""
Nodes = tuple[np.ndarray, np.ndarray]
"""Places and weights of a rule."""
TOLERANCE = 0.02
"""An adaptive path is fine enough where its parts together leave less than this of the difference (or of 1)."""
MOST = 2.5
"""An adaptive path takes at most this many times the points it starts with."""
_POINTS = 8
"""Of each part of an adaptive path."""


def path_of(domain: Domain, method: Method) -> Path:
    """The straight line from the baseline, or for `blurig` from the blurred input through ever finer scales."""
    if method == "blurig":
        blur = Blur(domain.magnitude)

        def sharpened(place: float) -> tuple[torch.Tensor, torch.Tensor]:
            blurred, change = blur.at(1.0 - place)
            return blurred * domain.carrier, -change * domain.carrier

        return sharpened
    difference = domain.inputs - domain.baseline
    return lambda place: (domain.baseline + place * difference, difference)


def nodes(rule: Rule, steps: int) -> Nodes:
    """Places in 0..1 and weights that sum to 1: Gauss-Legendre points, or steps + 1 equal ones with half ends."""
    if rule == "trapezoid":
        weights = np.full(steps + 1, 1.0 / steps)
        weights[[0, -1]] /= 2
        return np.linspace(0.0, 1.0, steps + 1), weights
    places, weights = np.polynomial.legendre.leggauss(steps)
    return (places + 1) / 2, weights / 2


def integrate(passes: Passes, path: Path, at: Nodes, batch: int, threads: int) -> torch.Tensor:
    """Attribution (bins, frames), double: the gradient times the speed, over the path, summed over channels."""
    cuts = range(0, len(at[0]), batch)
    parts = [(at[0][i : i + batch], at[1][i : i + batch]) for i in cuts]
    found = [value for _, value in in_order(lambda part: _pass(passes, path, part), parts, threads, SILENT)]
    return torch.stack(found).sum(dim=0)


@dataclass(order=True)
class _Part:
    """A stretch of the path; the one that explains its own gain of score worst comes first."""

    order: float = field(init=False)
    start: float = field(compare=False)
    stop: float = field(compare=False)
    before: float = field(compare=False)
    after: float = field(compare=False)
    """Scores at its ends."""
    values: torch.Tensor = field(compare=False)

    def __post_init__(self) -> None:
        self.order = -self.error

    @property
    def error(self) -> float:
        """What its map leaves unexplained of its gain."""
        return abs(float(self.values.sum()) - (self.after - self.before))


def adaptive(passes: Passes, path: Path, steps: int, batch: int, threads: int) -> tuple[torch.Tensor, int]:
    """The same by parts of eight Gauss-Legendre points each, the worst halved until all are good or none may be added.

    Scores between the parts are known, so that each part's completeness error says where the path needs more points.

    Returns:
        The attribution, and how many points were taken.
    """
    edges = np.linspace(0.0, 1.0, max(steps // _POINTS, 1) + 1)
    parts = _parts(passes, path, list(edges), batch, threads)
    whole = max(abs(parts[-1].after - parts[0].before), 1.0)
    heapq.heapify(parts)
    points, most = _POINTS * len(parts), MOST * steps
    while sum(part.error for part in parts) > TOLERANCE * whole and points + 2 * _POINTS <= most:
        for part in _halved(passes, path, heapq.heappop(parts), batch, threads):
            heapq.heappush(parts, part)
        points += 2 * _POINTS
    return torch.stack([part.values for part in parts]).sum(dim=0), points


def _parts(passes: Passes, path: Path, edges: list[float], batch: int, threads: int) -> list[_Part]:
    """Parts between neighbouring places."""
    scores = _scores(passes, path, edges, threads)
    stretches = list(itertools.pairwise(edges))
    values = _values(passes, path, stretches, batch, threads)
    return [
        _Part(start=start, stop=stop, before=before, after=after, values=value)
        for (start, stop), (before, after), value in zip(stretches, itertools.pairwise(scores), values, strict=True)
    ]


def _halved(passes: Passes, path: Path, part: _Part, batch: int, threads: int) -> tuple[_Part, _Part]:
    """Both halves of a part."""
    middle = (part.start + part.stop) / 2
    left, right = _values(passes, path, [(part.start, middle), (middle, part.stop)], batch, threads)
    (score,) = _scores(passes, path, [middle], threads)
    return (
        _Part(start=part.start, stop=middle, before=part.before, after=score, values=left),
        _Part(start=middle, stop=part.stop, before=score, after=part.after, values=right),
    )


def _values(
    passes: Passes, path: Path, stretches: Iterable[tuple[float, float]], batch: int, threads: int
) -> list[torch.Tensor]:
    places, weights = nodes("gauss-legendre", _POINTS)

    def of(stretch: tuple[float, float]) -> torch.Tensor:
        start, length = stretch[0], stretch[1] - stretch[0]
        at = (start + length * places, length * weights)
        return integrate(passes, path, at, batch, 1)

    return [value for _, value in in_order(of, stretches, threads, SILENT)]


def _scores(passes: Passes, path: Path, places: list[float], threads: int) -> list[float]:
    def of(place: float) -> float:
        with torch.no_grad():
            return float(passes(path(place)[0], counts=False)[0])

    return [score for _, score in in_order(of, places, threads, SILENT)]


def _pass(passes: Passes, path: Path, part: Nodes) -> torch.Tensor:
    """One batch of points, weighed and summed: (bins, frames)."""
    points, speeds = zip(*(path(float(place)) for place in part[0]), strict=True)
    inputs = torch.cat(points).requires_grad_()
    gradient = torch.autograd.grad(passes(inputs).sum(), inputs)[0]
    weights = torch.as_tensor(part[1], dtype=inputs.dtype, device=inputs.device)
    terms = (gradient * torch.cat(speeds)).sum(dim=1)
    return torch.einsum("n,nbf->bf", weights, terms).double()
