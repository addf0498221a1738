"""Training that runs away: numbers that are none, and a loss that ends far above where it began."""

from __future__ import annotations

import math
from collections import deque
from statistics import median
from typing import Any

from core.foundation.errors import TrainingError

_LAST = 20
"""Losses whose median is what training ended with."""
_GROWN = 10.0
"""A loss that ends more than so many times above its first one has run away."""


class Losses:
    """The first loss of a run and its last ones."""

    def __init__(self) -> None:
        """None yet."""
        self.first = math.nan
        self._last: deque[float] = deque(maxlen=_LAST)

    def add(self, loss: float) -> None:
        """Take the loss of a step; one that is no number is told of elsewhere."""
        if math.isfinite(loss):
            self.first = loss if math.isnan(self.first) else self.first
            self._last.append(loss)

    @property
    def last(self) -> float:
        """Median of the last ones; NaN where there is none."""
        return median(self._last) if self._last else math.nan

    @property
    def ran_away(self) -> bool:
        """Whether the loss ended far above where it began."""
        return self.last > _GROWN * max(self.first, 1e-9)

    def state(self) -> dict[str, Any]:
        """Plain values for a checkpoint."""
        return {"first": self.first, "last": list(self._last)}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint's values."""
        self.first, self._last = state["first"], deque(state["last"], maxlen=_LAST)


def no_number(what: str, step: int) -> TrainingError:
    """TR-005; what it means is known where the weights are."""
    return TrainingError(
        "TR-005",
        what,
        means="Training ended.",
        do="Lower the learning rate, or use float32; look at the losses in the log.",
        facts={"step": step},
    )


def caution(losses: Losses, best_step: int) -> TrainingError:
    """TR-014: a loss that ran away, with the step whose weights are kept all the same; for the card too."""
    return TrainingError(
        "TR-014",
        f"The loss ended at {losses.last:.3g}, more than {_GROWN:g} times the {losses.first:.3g} that it began with: "
        f"training ran away. The weights are those of step {best_step}.",
        means="The pack is written all the same, and its card says so.",
        do="Lower the learning rate before you rely on it.",
    )
