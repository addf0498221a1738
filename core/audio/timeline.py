"""Keeps count of what a decoding pass delivered, and of where that parts from the container's own clock."""

from __future__ import annotations

from core.audio.recording import Notice
from core.foundation.units import format_time

_GAP_S = 0.1
"""Time stamps that jump by more than this are told."""


class Timeline:
    """Samples delivered, damage met, jumps of the time stamps."""

    def __init__(self) -> None:
        self.damaged = 0
        self._seconds = 0.0
        self._damage_at: list[float] = []
        self._first_gap: tuple[float, float] | None = None
        self._gaps = 0
        self._clock_ahead: float | None = None
        self._changed_at: float | None = None

    def add(self, frames: int, sample_rate: int, stamp_s: float | None) -> None:
        """Count a decoded frame and compare its time stamp with the samples so far."""
        if stamp_s is not None:
            ahead = stamp_s - self._seconds
            if self._clock_ahead is None:
                self._clock_ahead = ahead
            elif abs(jump := ahead - self._clock_ahead) > _GAP_S:
                self._first_gap = self._first_gap or (self._seconds, jump)
                self._gaps += 1
                self._clock_ahead = ahead
        self._seconds += frames / sample_rate

    def add_damage(self) -> None:
        """Count a packet that cannot be decoded."""
        self.damaged += 1
        if self._damage_at[-1:] != [self._seconds]:
            self._damage_at.append(self._seconds)

    def set_format_change(self) -> None:
        """Sample rate or channels change here and decoding ends."""
        self._changed_at = self._seconds

    def notices(self) -> list[Notice]:
        """What an examiner must know of it."""
        found = []
        if self._damage_at:
            found.append(Notice(code="DE-020", message=self._damage()))
        if self._first_gap:
            at, jump = self._first_gap
            message = (
                f"The container's clock jumps {self._gaps} time{'s' if self._gaps > 1 else ''}, "
                f"first at {format_time(at)} by {jump:+.3f} s. "
                "Times here count samples and differ from a player's clock."
            )
            found.append(Notice(code="DE-023", message=message))
        if self._changed_at is not None:
            message = (
                f"Sample rate or channels change at {format_time(self._changed_at)}; only what is before was used."
            )
            found.append(Notice(code="DE-024", message=message))
        return found

    def _damage(self) -> str:
        first = self._damage_at[0]
        if first >= self._seconds:
            at = format_time(first)
            return f"Cannot decode from {at} on. The first {at} are readable and were used."
        return (
            f"Damaged: {self.damaged} packet{'s' if self.damaged > 1 else ''} cannot be decoded, the first at "
            f"{format_time(first)}. The other {format_time(self._seconds)} are readable and were used; "
            "where something is missing, what follows is too early on the time axis."
        )
