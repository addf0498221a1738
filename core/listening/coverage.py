"""Which parts of a recording were listened to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[float, float]
_TOUCH_S = 1e-3
"""Stretches nearer to one another than this are one."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Union of the stretches that were played, however often. Says nothing of attention."""

    spans: tuple[Span, ...] = ()
    """Seconds, in order, apart from one another."""

    def with_spans(self, heard: Iterable[Span]) -> Coverage:
        """The union with further stretches; those without length add nothing."""
        merged: list[Span] = []
        for start, end in sorted([*self.spans, *(span for span in heard if span[1] > span[0])]):
            if merged and start <= merged[-1][1] + _TOUCH_S:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return Coverage(tuple(merged))

    def without(self, other: Coverage) -> Coverage:
        """The parts that the other does not have."""
        left = list(self.spans)
        for start, end in other.spans:
            parts = [part for a, b in left for part in ((a, min(b, start)), (max(a, end), b))]
            left = [(a, b) for a, b in parts if b - a > _TOUCH_S]
        return Coverage(tuple(sorted(left)))

    @property
    def heard_s(self) -> float:
        """Seconds that were heard at least once."""
        return sum(end - start for start, end in self.spans)

    def percent(self, duration_s: float) -> float:
        """The same in per cent of a recording's length; 0..100."""
        return 100.0 * min(self.heard_s / duration_s, 1.0) if duration_s > 0 else 0.0
