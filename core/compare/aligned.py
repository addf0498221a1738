"""A recording as it would lie on another one's clock: shifted by a fraction of a sample, at its rate, without drift."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.audio.resample import resample
from core.compare.alignment import Alignment, Part

USABLE = 0.9
"""Share of the lower Nyquist frequency up to which shifting and resampling leave levels as they are."""
_TAPS = 48
_KAISER = 9.0
_LEAD = 512
"""Output samples worked beyond either end, so that filters have settled."""
_WHOLE = 0.01
"""Shifts this close to a whole sample are taken for one, and nothing is filtered."""


def stretch(part: Part, start_s: float, frames: int, rate: int, speed: float = 1.0) -> NDArray[np.float32]:
    """Samples float32 (frames,) at a rate from a time of the part's recording on; zeros beyond its ends.

    Args:
        part: Where from.
        start_s: Time of the first sample in the recording, to a fraction of a sample.
        frames: How many.
        rate: Hz.
        speed: Seconds of the recording in a second of the result.
    """
    own = part.recording.sample_rate
    ratio = own * speed / rate
    if ratio == 1.0:
        return _shifted(part, start_s * own, frames)
    at = start_s * own - _LEAD * ratio
    read = _shifted(part, at, math.ceil((frames + 2 * _LEAD) * ratio))
    return resample(read, own * speed, rate)[_LEAD : _LEAD + frames]


def is_exact(recording: Recording, alignment: Alignment, rate: int) -> bool:
    """Whether the aligned samples are the recording's own: same rate, no drift, a whole number of samples."""
    at = alignment.offset_s * rate
    return recording.sample_rate == rate and not alignment.drift_ppm and abs(at - round(at)) <= _WHOLE


def usable_hz(reference: Recording, other: Recording, alignment: Alignment) -> float:
    """Highest frequency at which levels of the aligned recording may be compared with those of the reference."""
    if is_exact(other, alignment, reference.sample_rate):
        return reference.sample_rate / 2
    return USABLE * min(reference.sample_rate, other.sample_rate) / 2


@dataclass(frozen=True, slots=True, eq=False)
class AlignedPcm:
    """A PcmSource on the reference's clock; frame 0 is the reference's time 0."""

    part: Part
    alignment: Alignment
    rate: int
    frames: int

    def read(self, start_frame: int, stop_frame: int) -> NDArray[np.float32]:
        """Samples as float32 (1, frames); see PcmSource."""
        start, stop = max(start_frame, 0), min(stop_frame, self.frames)
        if stop <= start:
            return np.empty((1, 0), np.float32)
        start_s = self.alignment.to_other(start / self.rate)
        return stretch(self.part, start_s, stop - start, self.rate, self.alignment.rate)[None]

    def close(self) -> None:
        """Nothing: the recording belongs to others."""


def aligned(reference: Recording, other: Part, alignment: Alignment) -> Recording:
    """The other recording, one channel, on the reference's clock, as long as the reference; silent where it is not.

    Its hashes and peaks stay those of the file: it is there for its samples.
    """
    pcm = AlignedPcm(other, alignment, reference.sample_rate, reference.frames)
    stream = replace(other.recording.stream, sample_rate=reference.sample_rate, channels=1, frames=reference.frames)
    return replace(other.recording, stream=stream, pcm=pcm)


def _shifted(part: Part, at: float, frames: int) -> NDArray[np.float32]:
    """`frames` samples from a place between samples on: windowed-sinc interpolation."""
    first = math.floor(at)
    fraction = at - first
    if min(fraction, 1 - fraction) <= _WHOLE:
        first = round(at)
        return part.read(first, first + frames)
    from scipy import signal  # 0.3 s that the window need not wait for

    read = part.read(first - _TAPS, first + frames + _TAPS)
    place = np.arange(-_TAPS, _TAPS + 1) + fraction
    taps = np.sinc(place) * np.i0(_KAISER * np.sqrt(1 - np.square(place / (_TAPS + 1)))) / np.i0(_KAISER)
    return np.asarray(signal.oaconvolve(read, taps, mode="valid"), np.float32)
