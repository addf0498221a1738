"""How the time of one recording maps to that of another, and what that rests on. Plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import mono
from core.audio.recording import Recording
from core.audio.resample import StreamResampler

Method = Literal["start", "marker", "correlation", "hand"]
_PPM = 1e-6
AGREE_S = 0.001
"""Places agree that lie nearer than this to a line through two of them."""
CLEAR_RATIO = 1.25
"""Peak ratio from which on a chunk counts as found."""
_BLOCK_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """A recording, or a stretch of one; all times are the recording's own."""

    recording: Recording
    start_s: float = 0.0
    stop_s: float | None = None
    """None for the recording's end."""
    channel: str = "mix"

    @property
    def end_s(self) -> float:
        """Where it ends, seconds."""
        return self.recording.duration_s if self.stop_s is None else min(self.stop_s, self.recording.duration_s)

    @property
    def duration_s(self) -> float:
        """Its length, seconds."""
        return max(self.end_s - self.start_s, 0.0)

    @property
    def frames(self) -> tuple[int, int]:
        """First frame, and the frame after its last."""
        rate = self.recording.sample_rate
        return max(round(self.start_s * rate), 0), min(round(self.end_s * rate), self.recording.frames)

    def read(self, start_frame: int, stop_frame: int) -> NDArray[np.float32]:
        """Samples float32 (stop_frame - start_frame,) of the channel; zeros beyond the ends of the recording.

        Raises:
            AudioError: the file changed or vanished, or there is no such channel.
        """
        first, last = max(start_frame, 0), min(stop_frame, self.recording.frames)
        out = np.zeros(stop_frame - start_frame, np.float32)
        if last > first:
            out[first - start_frame : last - start_frame] = mono(self.recording, first, last, self.channel)
        return out

    def blocks(self, rate: int) -> Iterator[NDArray[np.float32]]:
        """Yield the whole part at a sample rate, block by block, in bounded memory."""
        own, (first, last) = self.recording.sample_rate, self.frames
        step = round(_BLOCK_S * own)
        read = (mono(self.recording, at, min(at + step, last), self.channel) for at in range(first, last, step))
        if rate == own:
            yield from read
            return
        stream = StreamResampler(own, rate)
        for block in read:
            yield stream.add(block)
        yield stream.finish()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A short stretch that was looked for in the other recording."""

    time_s: float
    """Its middle, on the reference's time."""
    shift_s: float
    """Reference time minus the other's own time there."""
    ratio: float
    """Highest peak of the correlation over the next one; about 1 where nothing was found."""
    agrees: bool = False
    """Whether it lies on the line that most of them share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an alignment by correlation rests on."""

    chunks: tuple[Chunk, ...]
    chance: float
    """Bound on the probability that as many chunks agree in recordings that have nothing in common."""
    spread_s: float = 0.0
    """Root mean square distance of all agreeing chunks from their line."""
    offset_error_s: float = 0.0
    """Half-width of the offset's 95 % interval, as `core.compare.line` says; 0 where it could not be measured."""
    drift_error_ppm: float = 0.0
    """The same of the drift. Where none was found: the largest that the chunks let pass."""
    inverted: bool = False
    """Whether the other recording has the opposite polarity."""
    is_reliable: bool = False
    reason: str = ""
    """Why it is not, in words."""

    @property
    def agreeing(self) -> int:
        """Chunks that share one line."""
        return sum(chunk.agrees for chunk in self.chunks)

    @property
    def peak_ratio(self) -> float:
        """Median peak ratio of the agreeing chunks; 1 without any."""
        found = [chunk.ratio for chunk in self.chunks if chunk.agrees]
        return float(np.median(found)) if found else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Maps the reference's time T to the other's own time t: t = (T - offset) · (1 + drift)."""

    method: Method = "start"
    offset_s: float = 0.0
    """Where the other's time 0 lies on the reference's time."""
    drift_ppm: float = 0.0
    """Parts per million by which the other's clock runs faster: the same sound lasts longer in it."""
    evidence: Evidence | None = None

    @property
    def is_reliable(self) -> bool:
        """Whether it may be used; False only where it was looked for and not found."""
        return self.evidence is None or self.evidence.is_reliable

    @property
    def rate(self) -> float:
        """Seconds of the other in a second of the reference."""
        return 1.0 + self.drift_ppm * _PPM

    def to_other(self, reference_s: float) -> float:
        """The other's own time at a time of the reference, seconds."""
        return (reference_s - self.offset_s) * self.rate

    def to_reference(self, other_s: float) -> float:
        """The reference's time at a time of the other, seconds."""
        return self.offset_s + other_s / self.rate

    def moved(self, by_s: float) -> Alignment:
        """The other recording shifted by hand, later for positive seconds."""
        return replace(self, method="hand", offset_s=self.offset_s + by_s, evidence=None)


def by_start(reference: Part, other: Part) -> Alignment:
    """Both parts start together."""
    return Alignment(method="start", offset_s=reference.start_s - other.start_s)


def by_marker(reference_s: float, other_s: float) -> Alignment:
    """A time of the one is a time of the other."""
    return Alignment(method="marker", offset_s=reference_s - other_s)


def by_hand(offset_s: float, drift_ppm: float = 0.0) -> Alignment:
    """An offset that was typed in."""
    return Alignment(method="hand", offset_s=offset_s, drift_ppm=drift_ppm)
