"""From a stretch of a recording to the samples that are played, block by block, each with its time in the recording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.audio.resample import StreamResampler
from core.listening.band import band_taps, filter_inside
from core.listening.limiter import amplify, reach_frames
from core.listening.treatment import Treatment, pick_channels

if TYPE_CHECKING:
    from core.audio.tempo import TempoStream

BLOCK_S = 0.5
_FIRST_BLOCK_S = 0.1
"""Short, so that a change is heard soon."""
_TAIL_S = 0.15
"""Read beyond the end where filters need it, so that the end carries no trace of the cut."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Programme:
    """What is to be heard."""

    recording: Recording
    start_s: float
    stop_s: float
    loop: bool = False
    begin_s: float | None = None
    """Where the first pass begins; at the start if left out."""
    treatment: Treatment = field(default_factory=Treatment)

    @property
    def length_s(self) -> float:
        """Seconds of the recording from start to stop."""
        return self.stop_s - self.start_s


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """Samples on their way to the ear."""

    samples: NDArray[np.float32]
    """(channels, frames)."""
    source_s: float
    """Time in the recording of the first frame."""
    step_s: float
    """Time in the recording from one frame to the next."""
    programme: Programme
    """What it is a piece of."""
    limited_db: float = 0.0
    """By how much the limiter turned down the strongest peak."""

    def cut(self, first: int, last: int | None = None) -> Piece:
        """The frames from first (inclusive) to last (exclusive)."""
        return replace(self, samples=self.samples[:, first:last], source_s=self.source_s + first * self.step_s)


def render(programme: Programme, rate_hz: int, channels: int) -> Iterator[Piece]:
    """Yield a programme at an output's rate and number of channels; without end where it loops.

    Raises:
        AudioError: the file changed or vanished (IN-007, IN-012), or there is no such channel (IN-021).
    """
    begin_s = programme.start_s if programme.begin_s is None else programme.begin_s
    yield from _pass(programme, begin_s, rate_hz, channels)
    # a loop of no frame would turn for ever without yielding
    while programme.loop and programme.length_s * programme.recording.sample_rate > 1.5:
        yield from _pass(programme, programme.start_s, rate_hz, channels)


def _pass(programme: Programme, begin_s: float, rate_hz: int, channels: int) -> Iterator[Piece]:
    rate_in, speed = programme.recording.sample_rate, programme.treatment.speed
    first, last = round(begin_s * rate_in), round(programme.stop_s * rate_in)
    if first >= last:
        return
    length = max(round((last - first) / rate_in / speed * rate_hz), 1)
    begin_s, step_s, done = first / rate_in, speed / rate_hz, 0
    for out, limited_db in _converted(programme, first, last, rate_hz, channels):
        samples = _spread(out[:, : length - done], channels)
        if samples.shape[1]:
            source_s = begin_s + done * step_s
            yield Piece(samples=samples, source_s=source_s, step_s=step_s, programme=programme, limited_db=limited_db)
        done += samples.shape[1]


def _converted(
    programme: Programme, first: int, last: int, rate_hz: int, channels: int
) -> Iterator[tuple[NDArray[np.float32], float]]:
    """Yield samples at the output's rate and the programme's speed, and what the limiter took; a little too many."""
    converter = _Converter(programme.recording.sample_rate, rate_hz, programme.treatment.speed)
    for samples, limited_db in _treated(programme, first, last + converter.tail_frames, channels):
        yield converter.add(samples), limited_db
    yield converter.finish(), 0.0


class _Converter:
    """The output's rate, and the speed."""

    def __init__(self, rate_in: int, rate_out: int, speed: float):
        self._rates, self._speed = (rate_in, rate_out), speed
        self._resamplers: list[StreamResampler] = []
        self._tempo: TempoStream | None = None
        self.tail_frames = round(_TAIL_S * rate_in) if rate_in != rate_out or speed != 1 else 0

    def add(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._rates[0] != self._rates[1]:
            if not self._resamplers:
                self._resamplers = [StreamResampler(*self._rates) for _ in samples]
            samples = np.stack([r.add(row) for r, row in zip(self._resamplers, samples, strict=True)])
        if self._speed == 1:
            return samples
        if self._tempo is None:
            from core.audio.tempo import TempoStream  # brings FFmpeg, which few listeners need

            self._tempo = TempoStream(self._rates[1], len(samples), self._speed)
        return self._tempo.add(samples)

    def finish(self) -> NDArray[np.float32]:
        rest = np.stack([r.finish() for r in self._resamplers]) if self._resamplers else np.empty((1, 0), np.float32)
        if self._tempo is None:
            return rest
        return np.concatenate([self._tempo.add(rest) if rest.shape[1] else rest, self._tempo.finish()], axis=1)


def _treated(programme: Programme, first: int, last: int, channels: int) -> Iterator[tuple[NDArray[np.float32], float]]:
    """Yield all frames from first to last, at the recording's rate, with what the limiter took from the strongest."""
    recording, treatment = programme.recording, programme.treatment
    rate = recording.sample_rate
    taps = band_taps(*treatment.band_hz, rate) if treatment.band_hz else np.ones(1)
    is_exact = len(taps) == 1 and treatment.gain_db == 0
    margin = 0 if is_exact else len(taps) // 2 + reach_frames(rate)
    at, step = first, max(round(_FIRST_BLOCK_S * rate), 1)
    while at < last:
        until = min(at + step, last)
        samples = _gathered(pick_channels(_read(recording, at - margin, until + margin), treatment.channel), channels)
        if is_exact:
            yield samples, 0.0
        else:
            yield amplify(filter_inside(samples, taps), treatment.gain_db, rate)
        at, step = until, max(round(BLOCK_S * rate), 1)


def _read(recording: Recording, first: int, last: int) -> NDArray[np.float32]:
    """Samples of a stretch that may reach beyond the recording, which is silent there."""
    samples = recording.read(max(first, 0), min(last, recording.frames))
    before = max(-first, 0)
    return np.pad(samples, ((0, 0), (before, last - first - before - samples.shape[1])))


def _gathered(samples: NDArray[np.float32], wanted: int) -> NDArray[np.float32]:
    """As many channels as the output has, or their mean."""
    return samples if len(samples) in (1, wanted) else samples.mean(axis=0, keepdims=True)


def _spread(samples: NDArray[np.float32], wanted: int) -> NDArray[np.float32]:
    return samples if len(samples) == wanted else np.repeat(samples, wanted, axis=0)
