"""What a recording is, and the facts that name it. Reading is in reading.py, measuring in condition.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.audio.peaks import PeakPyramid


@dataclass(frozen=True, slots=True, kw_only=True)
class FileId:
    """Which file this is. Says that bytes are the same, not that a recording is genuine."""

    path: Path
    """Path as received."""
    size_bytes: int
    sha256: str
    """SHA-256 of the file's bytes, of the very state that was decoded."""
    pcm_sha256: str
    """SHA-256 of the decoded samples, interleaved, in `pcm_encoding`: stays when only the container changes."""
    pcm_encoding: str
    """`int32le` (integer formats, left-justified), `float32le` or `float64le`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFacts:
    """What the container says of the sound, and what came out of the decoder."""

    container: str
    """Container as the reader names it, e.g. `WAV`, `FLAC`, `Matroska / WebM`."""
    codec: str
    """Coding of the sound, e.g. `PCM 16 bit`, `AAC`, `Opus`; see coding.py."""
    sample_rate: int
    channels: int
    frames: int
    """Frames that were decoded, not those the header promises."""
    bits: int | None = None
    """Bits per sample of an integer or float PCM coding; None for lossy codings."""
    bit_rate: int | None = None
    """Bits per second as declared by the container; None where it says nothing."""
    mean_bit_rate: float | None = None
    """Bits per second of a lossy coding, all channels, over the packets that were decoded; None where not counted."""
    decoder: str = ""
    """Decoder and version, e.g. `libsndfile 1.2.2`."""
    tags: tuple[tuple[str, str], ...] = ()
    """All tags, verbatim, in the file's order."""
    facts: tuple[tuple[str, str], ...] = ()
    """All other container facts, e.g. ("RIFF chunks", "fmt data LIST"); words for what is not recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something about a recording that an examiner must see, though work goes on."""

    code: str
    message: str


class PcmSource(Protocol):
    """Random access to decoded samples; safe to call from several threads."""

    def read(self, start_frame: int, stop_frame: int) -> NDArray[np.float32]:
        """Samples as float32 (channels, frames), full scale ±1; ends clipped to the file."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording:
    """An opened recording: identity, facts, waveform envelope, and samples on demand (never loaded whole)."""

    id: FileId
    stream: StreamFacts
    peaks: PeakPyramid
    notices: tuple[Notice, ...] = ()
    pcm: PcmSource = field(repr=False)

    @property
    def sample_rate(self) -> int:
        """Frames per second, Hz."""
        return self.stream.sample_rate

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self.stream.channels

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.stream.frames

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.stream.frames / self.stream.sample_rate

    def read(self, start_frame: int = 0, stop_frame: int | None = None) -> NDArray[np.float32]:
        """Samples as float32 (channels, frames) from start (inclusive) to stop (exclusive), full scale ±1.

        Raises:
            AudioError: the file changed or vanished since it was opened (IN-007, IN-012).
        """
        return self.pcm.read(start_frame, self.frames if stop_frame is None else stop_frame)

    def blocks(
        self, block_frames: int, start_frame: int = 0, stop_frame: int | None = None
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield (first frame, samples (channels, ≤ block_frames)) without gap or overlap."""
        stop = self.frames if stop_frame is None else min(stop_frame, self.frames)
        for start in range(start_frame, stop, block_frames):
            yield start, self.read(start, min(start + block_frames, stop))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Segment:
    """A stretch of a recording; seconds are derived, never stored."""

    start_frame: int
    end_frame: int
    """First frame after the stretch."""

    def seconds(self, sample_rate: int) -> tuple[float, float]:
        """Start and end in seconds."""
        return self.start_frame / sample_rate, self.end_frame / sample_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Measured state of the signal. Describes the recording; says nothing of who or what made it."""

    speech_s: float
    """Seconds of frames with speech-like activity, whole file."""
    bandwidth_hz: float
    """Highest frequency with energy clearly above the noise floor."""
    snr_db: float
    """Speech over the floor that each band falls back to, dB, 0..100; an estimate without a clean reference."""
    clipped_pct: float
    """Per cent of samples in runs at the extreme value."""
    codec: str
    """The coding of the file, and traces of earlier lossy coding where they show, in words."""
    peak_dbfs: float
    rms_dbfs: float
    dc_offset: float
    """Mean of the samples, full scale ±1."""
    effective_bits: float | None
    """Bits in use, from the spacing of the sample values; None for lossy codings, where it is the decoder's."""
    digital_silence_pct: float
    """Per cent of samples in runs of exact zeros of 10 ms or longer."""
    speech: tuple[Segment, ...] = ()
    """Active stretches, at the recording's rate."""
    channel_note: str = ""
    """How the channels relate: identical, independent, one silent."""
    snr_measured: bool = True
    """False where no pause lets the noise floor be seen; `snr_db` is then a lower bound and says nothing of noise."""
