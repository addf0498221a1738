"""Which moment of a recording is heard at which frame of an output: the clock behind the playhead."""

from __future__ import annotations

import bisect
import threading
from dataclasses import dataclass

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Run:
    """Frames in which the recording's time runs evenly."""

    first: int
    source: object
    source_s: float
    step_s: float

    def at(self, frame: float) -> float:
        return self.source_s + (frame - self.first) * self.step_s


class Timeline:
    """Grows as pieces are handed to an output, in order; may be asked from another thread."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._frames = 0
        self._lock = threading.Lock()

    @property
    def frames(self) -> int:
        """Frames handed to the output so far."""
        return self._frames

    def add(self, frames: int, source_s: float, step_s: float, source: object = None) -> None:
        """Note the next frames: the recording's time of the first, and from each to the next (0 = it stands still).

        Args:
            frames: How many.
            source_s: Seconds.
            step_s: Seconds.
            source: What is played, told by identity.
        """
        with self._lock:
            last = self._runs[-1] if self._runs else None
            is_next = (
                last is not None
                and last.source is source
                and last.step_s == step_s
                and abs(last.at(self._frames) - source_s) <= step_s / 2
            )
            if not is_next:
                self._runs.append(_Run(self._frames, source, source_s, step_s))
            self._frames += frames

    def pause(self, frames: int) -> None:
        """Note frames of silence in which the recording's time stands still."""
        with self._lock:
            last = self._runs[-1] if self._runs else None
        if last is None:
            self._frames += frames
        else:
            self.add(frames, last.at(self._frames), 0.0, last.source)

    def at(self, frame: float) -> float | None:
        """Time in the recording heard at a frame, up to the last one handed out; None before the first."""
        with self._lock:
            run = self._run(frame)
            return None if run is None else run.at(min(max(frame, run.first), self._frames))

    def source(self, frame: float) -> object:
        """What is heard at a frame; None before the first."""
        with self._lock:
            run = self._run(frame)
            return None if run is None else run.source

    def spans(self, first: float, last: float) -> tuple[tuple[object, Span], ...]:
        """What was heard from one frame to another, in order: each source with the stretch of it."""
        with self._lock:
            last = min(last, self._frames)
            ends = [*(run.first for run in self._runs), self._frames][1:]
            parts = ((run, max(first, run.first), min(last, end)) for run, end in zip(self._runs, ends, strict=False))
            return tuple((run.source, (run.at(a), run.at(b))) for run, a, b in parts if b > a and run.step_s > 0)

    def forget(self, before: float) -> None:
        """Drop what was heard before a frame."""
        with self._lock:
            at = bisect.bisect_right(self._runs, before, key=lambda run: run.first) - 1
            if at > 0:
                del self._runs[:at]

    def _run(self, frame: float) -> _Run | None:
        if not self._runs:
            return None
        at = bisect.bisect_right(self._runs, frame, key=lambda run: run.first) - 1
        return self._runs[max(at, 0)]
