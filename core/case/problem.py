"""What checking a case can find."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a case that is not as it was recorded."""

    code: str
    """EV-…, as in resources/help/messages.md."""
    subject: str
    """What it is about: `exhibit Q1`, `run R3`, `log row 7`."""
    message: str
    """What happened, in one sentence."""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
