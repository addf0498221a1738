"""Progress that says stop."""

from __future__ import annotations

from core.foundation.progress import Cancelled


class StopAfter:
    """Passes a number of checks, then cancels at each; told shares must be shares."""

    def __init__(self, checks: int = 0):
        """Cancel at the first check after so many."""
        self.left = checks

    def report(self, fraction: float, message: str = "") -> None:
        """Take how far the work is."""
        assert 0 <= fraction <= 1

    def check(self) -> None:
        """Count."""
        self.left -= 1
        if self.left < 0:
            raise Cancelled
