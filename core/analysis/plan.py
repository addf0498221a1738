"""The recipe of an examination: everything that determines its numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.foundation.hashing import sha256_value


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisPlan:
    """Which models, on which channel and device, and how window scores become a file's score."""

    models: tuple[str, ...] = ()
    """Model ids; empty for the suite that ships."""
    device: str = "auto"
    """auto, cpu or cuda."""
    reference: bool = False
    """Reference mode: one thread, deterministic algorithms, CPU: bit-identical numbers on the same machine."""
    channel: str = "mix"
    """`mix` (mean of the channels) or a channel's number from 0."""
    segment_s: float = 1.0
    """Step of the track of segments."""
    trim: float = 0.1
    """Share of windows trimmed at each end before the mean that gives a file's score."""
    batch: int = 16
    """Windows per batch; does not move the numbers beyond rounding."""

    def sha256(self) -> str:
        """Hash of the recipe."""
        return sha256_value(asdict(self))
