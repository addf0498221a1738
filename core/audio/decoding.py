"""What a decoder is: the samples of a file from first to last, in the decoder's own number format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Notice

PcmEncoding = Literal["int32le", "float32le", "float64le"]
PcmBlock = NDArray[np.int32 | np.float32 | np.float64]
_BLOCK_SAMPLES = 1 << 17

DTYPES: dict[PcmEncoding, np.dtype] = {
    "int32le": np.dtype("<i4"),
    "float32le": np.dtype("<f4"),
    "float64le": np.dtype("<f8"),
}
_INT_SCALE = np.float32(2.0**-31)


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


def block_frames(channels: int) -> int:
    """Frames that a decoder yields at once: half a megabyte of samples, however many channels."""
    return max(_BLOCK_SAMPLES // channels, 1)


class Decoder(Protocol):
    """One decoding pass over a file."""

    format: SampleFormat
    exact_seek: bool
    """Whether any frame can be read again, bit for bit, without decoding from the start."""

    def blocks(self) -> Iterator[PcmBlock]:
        """Yield samples (≤ about block_frames(channels), channels), C order, in `format.encoding`.

        Raises:
            DecodingStopped: the decoder gave up before the end.
        """
        ...

    def notices(self) -> list[Notice]:
        """What the examiner must know of the pass, once it is over."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class DecodingStopped(Exception):
    """A decoder met damage that it cannot pass. Another one is tried; never reaches a user."""


def to_float32(block: PcmBlock) -> tuple[NDArray[np.float32], int]:
    """Samples as float32, full scale ±1, and how many were not finite (these become 0).

    Integers are scaled by 2^-31; float64 is rounded, and what float32 cannot hold counts as not finite.
    """
    if block.dtype.kind == "i":
        return block.astype(np.float32) * _INT_SCALE, 0
    with np.errstate(over="ignore"):  # overflow becomes inf and is counted below
        samples = block.astype(np.float32)
    with np.errstate(invalid="ignore"):  # inf - inf
        if np.isfinite(samples.sum(dtype=np.float64)):  # one pass: a sum of float32 cannot overflow float64
            return samples, 0
    bad = ~np.isfinite(samples)
    samples[bad] = 0.0
    return samples, int(np.count_nonzero(bad))
