"""A blind listening test: can a listener tell A from B? Order drawn beforehand, no score before the end.

In each trial X is A or B, drawn with equal chances and independently of the other trials. Under the hypothesis that X
is guessed the number of right answers is binomial with a half.

Source: W. A. Munson and M. B. Gardner, "Standardizing auditory tests", JASA 22 (1950), 675; C. J. Clopper and
E. S. Pearson, Biometrika 26 (1934), 404-413.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Letter = Literal["A", "B"]
TRIALS = (5, 100)
SCHEMA = "auditrace.abx/1"
GENERATOR = "numpy PCG64"
_WHOLES = (100, 1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What the answers amount to."""

    right: int
    trials: int
    p_value: float
    """Probability of this many right answers or more if each was guessed: exact binomial, one-sided."""
    interval: tuple[float, float]
    """95 % interval of the share of right answers (Clopper-Pearson, two-sided)."""

    @property
    def words(self) -> str:
        """The result in sentences, without a verdict."""
        low, high = self.interval
        return (
            f"The listener told A and B apart in {self.right} of {self.trials} trials; by guessing, {self.right} or "
            f"more would be reached in {how_often(self.p_value)} such tests (exact binomial test, one-sided, chance "
            f"1/2: {_p(self.p_value)}). Share of right answers: {self.right / self.trials:.2f}, 95 % confidence "
            f"interval {low:.2f} to {high:.2f} (Clopper-Pearson); whoever guesses has 0.50 on average."
        )


def evaluate(right: int, trials: int) -> Statistics:
    """Exact one-sided p value and two-sided 95 % interval for right answers out of trials."""
    from scipy.stats import binomtest  # a quarter of a second that the window need not wait for

    interval = binomtest(right, trials, 0.5).proportion_ci(0.95, method="exact")
    return Statistics(
        right=right,
        trials=trials,
        p_value=float(binomtest(right, trials, 0.5, alternative="greater").pvalue),
        interval=(float(interval.low), float(interval.high)),
    )


def draw_seed() -> int:
    """A seed nobody knows: 63 bits from the operating system, which fit every JSON reader's integer."""
    return secrets.randbits(63)


def draw_order(trials: int, seed: int) -> tuple[Letter, ...]:
    """What X is in each trial; the same for the same seed."""
    coins = np.random.Generator(np.random.PCG64(seed)).integers(0, 2, trials)
    return tuple("A" if coin == 0 else "B" for coin in coins)


def commitment(trials: int, seed: int) -> str:
    """SHA-256 that fixes the order of a test before it begins without telling it."""
    return hashlib.sha256(json.dumps([SCHEMA, seed, trials]).encode()).hexdigest()


def how_often(p_value: float) -> str:
    """`about 7 of 100`: a probability as a share of tests, with two figures where there are fewer than 5 in 100."""
    if p_value > 0.995:
        return "all" if p_value == 1 else "more than 99 of 100"
    whole = next((whole for whole in _WHOLES if p_value * whole >= 5), _WHOLES[-1])
    return f"about {p_value * whole:.0f} of {whole:,}" if p_value * whole >= 1 else f"fewer than 1 of {whole:,}"


class BlindTest:
    """One test while it runs. Tells X to the player only; the score to no one before the last answer."""

    def __init__(self, trials: int, seed: int):
        """Draw the order.

        Raises:
            ValueError: fewer than 5 or more than 100 trials.
        """
        if not TRIALS[0] <= trials <= TRIALS[1]:
            raise ValueError(f"{trials} trials; {TRIALS[0]} to {TRIALS[1]} are possible")
        self.trials, self.seed = trials, seed
        self._order = draw_order(trials, seed)
        self._answers: list[Letter] = []

    @property
    def trial(self) -> int:
        """Number of the trial that waits for its answer, from 1; one more than `trials` at the end."""
        return len(self._answers) + 1

    @property
    def is_over(self) -> bool:
        """Whether every trial was answered."""
        return len(self._answers) == self.trials

    def x(self) -> Letter:
        """What X is in the present trial: for the player, never for the screen."""
        return self._order[min(len(self._answers), self.trials - 1)]

    def answer(self, letter: Letter) -> None:
        """Answer the present trial; an answer cannot be taken back.

        Raises:
            ValueError: the test is over.
        """
        if self.is_over:
            raise ValueError("the test is over")
        self._answers.append(letter)

    def statistics(self) -> Statistics:
        """The result.

        Raises:
            ValueError: the test is not over.
        """
        if not self.is_over:
            raise ValueError("no score before the last answer")
        return evaluate(sum(x == answer for x, answer in zip(self._order, self._answers, strict=True)), self.trials)

    def record(self) -> dict[str, Any]:
        """All that is needed to check it, JSON-compatible; an abandoned test has no result."""
        result = self.statistics() if self.is_over else None
        return {
            "schema": SCHEMA,
            "trials": self.trials,
            "seed": self.seed,
            "generator": GENERATOR,
            "order": "".join(self._order),
            "answers": "".join(self._answers),
            "completed": self.is_over,
            "right": result.right if result else None,
            "p_one_sided": result.p_value if result else None,
            "interval_95": list(result.interval) if result else None,
        }


def _p(p_value: float) -> str:
    figures = np.format_float_positional(p_value, precision=3, fractional=False, trim="-")
    return f"p = {figures}" if p_value >= 1e-6 else "p below 0.000001"
