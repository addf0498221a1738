"""Samples in memory in place of a file's: what was computed from a recording, read like one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audio.peaks import PeakBuilder, PeakPyramid
from core.audio.recording import Recording

if TYPE_CHECKING:
    from core.audio.perturb import Coding

_BLOCK_FRAMES = 1 << 18


class MemorySource:
    """Random access to samples (channels, frames) that begin at a frame; silence around them, up to the last frame."""

    def __init__(self, samples: NDArray[np.float32], first_frame: int, frames: int):
        self._samples, self._first, self._frames = samples, first_frame, frames

    def read(self, start_frame: int, stop_frame: int) -> NDArray[np.float32]:
        """Samples (channels, frames) float32; see PcmSource."""
        start, stop = max(start_frame, 0), min(stop_frame, self._frames)
        out = np.zeros((self._samples.shape[0], max(stop - start, 0)), np.float32)
        low = max(start, self._first)
        high = min(start + out.shape[1], self._first + self._samples.shape[1])
        if high > low:
            out[:, low - start : high - start] = self._samples[:, low - self._first : high - self._first]
        return out

    def close(self) -> None:
        """Nothing is held open."""


def derived(recording: Recording, samples: NDArray[np.float32], first_frame: int | None = None) -> Recording:
    """A recording of samples computed from another, under the other's name and hashes: never evidence itself.

    Args:
        recording: What they were computed from.
        samples: float32 (channels, frames) at its rate.
        first_frame: Where they lie on its time axis, which is kept; without it the recording is as long as they are.
    """
    frames = samples.shape[1] if first_frame is None else recording.frames
    stream = dataclasses.replace(recording.stream, channels=samples.shape[0], frames=frames)
    made = dataclasses.replace(recording, stream=stream, pcm=MemorySource(samples, first_frame or 0, frames))
    return dataclasses.replace(made, peaks=_peaks(made)) if first_frame is None else made


def stored_in(recording: Recording, coding: Coding) -> Recording:
    """The recording with the facts of a coding, as if a file in it had been opened: its name and mean bit rate."""
    bits_per_s = None if coding.kbps is None else 1000 * coding.kbps * recording.channels
    facts = dataclasses.replace(recording.stream, codec=coding.name, bits=None, bit_rate=None, mean_bit_rate=bits_per_s)
    return dataclasses.replace(recording, stream=facts)


def _peaks(recording: Recording) -> PeakPyramid:
    """Its own envelope, by which clipping is measured: that of what it was computed from has other channels."""
    builder = PeakBuilder(recording.channels)
    for _, samples in recording.blocks(_BLOCK_FRAMES):
        builder.add(samples)
    return builder.finish()
