"""What two checks say of a map: whether it names what the score needs, and whether it depends on what was learnt.

Sources: Samek et al., IEEE TNNLS 28(11), 2017 (deletion curves); Adebayo et al., Sanity checks for saliency maps,
NeurIPS 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_CORRELATION = 0.5
"""A map whose ranks agree more than this with those of an untrained network shows the input, not what was learnt."""
UNCHECKED = "Not checked: do not rely on this map."
UNRELIABLE = "This map failed the check: do not rely on it."
RELIABLE = "This map passed both checks. It still shows what the model used, not what was forged."
BASELINE_HIGHER = (
    "With care: the map passed both checks, but the baseline itself scores higher than the recording. The map explains "
    "the difference from this baseline; choose another, or have it chosen automatically."
)
BLUR_HIGHER = (
    "With care: the map passed both checks, but the blurred recording, from which BlurIG starts, itself scores higher "
    "than the recording. The map explains the difference from it; choose another method."
)
NONE_LOWER = (
    "Do not rely on this map: each of the baselines (zeros, silence, mean, blur) scores as high as the recording or "
    "higher. There is nothing to compare it with that could show why the recording scores as high as it does."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Faithfulness:
    """How the score moves while boxes are replaced by the baseline: the map's strongest first, or in random order."""

    shares: NDArray[np.float64]
    """(points,) share of the boxes that was replaced, from 0, rising."""
    by_map: NDArray[np.float64]
    """(points,) loss of score; for maps of magnitudes its size."""
    by_chance: NDArray[np.float64]
    """(draws, points) the same in random orders."""

    @property
    def areas(self) -> NDArray[np.float64]:
        """(draws,) mean distance of the map's curve above each random one, on the scale of the score."""
        distance = self.by_map - self.by_chance
        return np.trapezoid(distance, self.shares, axis=-1) / (self.shares[-1] - self.shares[0])

    @property
    def area(self) -> float:
        """Mean of `areas`."""
        return float(self.areas.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Where 95 % of further random orders would put the area (prediction interval, Student's t)."""
        from scipy import stats  # half a second that a window need not wait for

        n = self.areas.size
        reach = stats.t.ppf(0.975, n - 1) * self.areas.std(ddof=1) * np.sqrt(1 + 1 / n)
        return float(self.area - reach), float(self.area + reach)

    @property
    def passed(self) -> bool:
        """Whether the map's order beats random ones beyond what chance among them does."""
        return self.interval[0] > 0

    @property
    def words(self) -> str:
        """What came out, in two sentences."""
        low, high = self.interval
        figures = f"{self.area:+.2f} on the scale of the score, interval {low:+.2f} to {high:+.2f}".replace("-", "−")
        if self.passed:
            return f"Deleting what the map marks moves the score more than deleting at random ({figures})."
        return f"Deleting what the map marks moves the score no more than deleting at random would ({figures})."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanity:
    """How like the map is to maps of the same network with its weights shuffled."""

    correlations: tuple[float, ...]
    """Spearman's rank correlation of magnitudes, one for each draw; empty where there was nothing to shuffle."""

    @property
    def correlation(self) -> float:
        """Their mean."""
        return float(np.mean(self.correlations)) if self.correlations else 1.0

    @property
    def passed(self) -> bool:
        """Whether the map depends on what the network has learnt."""
        return bool(self.correlations) and self.correlation < MAX_CORRELATION

    @property
    def words(self) -> str:
        """What came out, in a sentence."""
        if not self.correlations:
            return "The model has no weights that could be drawn again, so that this check is not passed."
        figure = f"rank correlation {self.correlation:.2f}, limit {MAX_CORRELATION:.1f}".replace("-", "−")
        if self.passed:
            return f"With weights drawn again the map becomes another one ({figure}): it depends on what was learnt."
        return (
            f"With weights drawn again the map stays much the same ({figure}): it shows the input, not what was learnt."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Both checks of one map."""

    faithfulness: Faithfulness
    sanity: Sanity

    @property
    def passed(self) -> bool:
        """Whether both were passed."""
        return self.faithfulness.passed and self.sanity.passed

    @property
    def verdict(self) -> str:
        """In plain words."""
        return RELIABLE if self.passed else UNRELIABLE

    def record(self) -> dict[str, object]:
        """JSON-compatible."""
        faithfulness, sanity = self.faithfulness, self.sanity
        return {
            "passed": self.passed,
            "verdict": self.verdict,
            "faithfulness": {
                "passed": faithfulness.passed,
                "area": faithfulness.area,
                "interval": list(faithfulness.interval),
                "shares": faithfulness.shares.tolist(),
                "by_map": faithfulness.by_map.tolist(),
                "by_chance": faithfulness.by_chance.tolist(),
            },
            "sanity": {"passed": sanity.passed, "rank_correlations": list(sanity.correlations)},
        }
