"""What a decoder is: the samples of a file from first to last, in the decoder's own number format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Notice
from core.foundation.errors import AudioError

PcmEncoding = Literal["int32le", "float32le", "float64le"]
PcmBlock = NDArray[np.int32 | np.float32 | np.float64]
_BLOCK_SAMPLES = 1 << 17

DTYPES: dict[PcmEncoding, np.dtype] = {
    "int32le": np.dtype("<i4"),
    "float32le": np.dtype("<f4"),
    "float64le": np.dtype("<f8"),
}
_INT_SCALE = np.float32(2.0**-31)
_MAX_LEVEL = 1e10
"""No scale puts samples beyond this; float32 powers of them would overflow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFormat:
    """What a decoder delivers and how the file calls it."""

    container: str
    codec: str
    decoder: str
    sample_rate: int
    channels: int
    encoding: PcmEncoding
    bits: int | None = None
    bit_rate: int | None = None
    promised_frames: int | None = None
    """Frames the header promises; None where it says nothing one could rely on."""
    promise_slack_s: float = 0.0
    """How much less than promised is no damage: encoders count their delays and padding in different ways."""


def block_frames(channels: int) -> int:
    """Frames that a decoder yields at once: half a megabyte of samples, however many channels."""
    return max(_BLOCK_SAMPLES // channels, 1)


class Decoder(Protocol):
    """One decoding pass over a file."""

    format: SampleFormat
    exact_seek: bool
    """Whether any frame can be read again, bit for bit, without decoding from the start."""

    def blocks(self) -> Iterator[PcmBlock]:
        """Yield samples (≤ about block_frames(channels), channels), C order, in `format.encoding`; each its own memory.

        Raises:
            DecodingStopped: the decoder gave up before the end.
        """
        ...

    def position(self) -> float:
        """How much of the file has been taken in, 0..1; may step back."""
        ...

    def packet_bytes(self) -> int | None:
        """Bytes of the packets that became samples, once the pass is over; None where the decoder shows no packets."""
        ...

    def notices(self) -> list[Notice]:
        """What the examiner must know of the pass, once it is over."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class DecodingStopped(Exception):
    """A decoder met damage that it cannot pass. Another one is tried; never reaches a user."""


def no_samples(path: Path) -> AudioError:
    """The error for a file that can be read and is empty."""
    return AudioError(
        "IN-009",
        f"{path.name} holds no samples.",
        means="The container is there, the sound is not.",
        do="Ask for the original file.",
    )


def to_float32(block: PcmBlock) -> tuple[NDArray[np.float32], int]:
    """Samples as float32, full scale ±1, and how many are no level: NaN, infinite or beyond ±1e10; these become 0.

    Integers are scaled by 2^-31; float64 is rounded.
    """
    if block.dtype.kind == "i":
        return block.astype(np.float32) * _INT_SCALE, 0
    with np.errstate(over="ignore"):  # overflow becomes inf and is counted below
        samples = block.astype(np.float32)
    if np.abs(samples).max(initial=0) <= _MAX_LEVEL:  # false for NaN too
        return samples, 0
    bad = ~(np.abs(samples) <= _MAX_LEVEL)
    samples[bad] = 0.0
    return samples, int(np.count_nonzero(bad))
