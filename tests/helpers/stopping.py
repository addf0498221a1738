"""Progress that remembers, and says stop."""

from __future__ import annotations

import math

from core.foundation.progress import Cancelled

NEVER = math.inf


class StopAfter:
    """Remembers what it is told, passes a number of checks, then cancels at each; told shares must be shares."""

    def __init__(self, checks: float = 0):
        """Cancel at the first check after so many, or `NEVER`."""
        self.fractions: list[float] = []
        self.checks = 0
        self._most = checks

    def report(self, fraction: float, message: str = "") -> None:
        """Take how far the work is."""
        assert 0 <= fraction <= 1
        self.fractions.append(fraction)

    def check(self) -> None:
        """Count."""
        self.checks += 1
        if self.checks > self._most:
            raise Cancelled
