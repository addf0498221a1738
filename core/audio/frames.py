"""Frames as FFmpeg decodes them, turned into blocks of samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.audio.decoding import DTYPES, PcmBlock, PcmEncoding

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

_KINDS: dict[str, tuple[str, PcmEncoding, int]] = {
    "u8": ("u1", "int32le", 24),
    "s16": ("i2", "int32le", 16),
    "s32": ("i4", "int32le", 0),
    "flt": ("f4", "float32le", 0),
    "dbl": ("f8", "float64le", 0),
}
"""FFmpeg sample format -> numpy type, PCM encoding, and the shift that left-justifies an integer in 32 bits."""
_MAX_PLANES = 8
"""PyAV reads beyond the frame's table of planes where there are more."""
_HEAD_FRAMES = 30


class Coded(NamedTuple):
    """A decoded frame, with what the file holds of it."""

    frame: AudioFrame
    packet_bytes: int
    """Size of the packets that became this frame."""


def encoding(frame: AudioFrame) -> PcmEncoding | None:
    """PCM encoding of a frame's samples; None where they cannot be read."""
    kind = _KINDS.get(frame.format.packed.name)
    too_many = frame.format.is_planar and len(frame.layout.channels) > _MAX_PLANES
    return None if kind is None or too_many else kind[1]


def interleaved(frame: AudioFrame) -> PcmBlock:
    """Samples (frames, channels) in the PCM encoding of the frame's format."""
    dtype, target, shift = _KINDS[frame.format.packed.name]
    channels = len(frame.layout.channels)
    planes: Any = frame.planes[:channels]  # buffers, which PyAV's type hints do not say
    rows: NDArray[Any]
    if frame.format.is_planar:
        # not frame.to_ndarray: with eight planes PyAV 18 adds a ninth that is no memory
        rows = np.stack([np.frombuffer(plane, dtype, frame.samples) for plane in planes], axis=1)
    else:
        rows = np.frombuffer(planes[0], dtype, frame.samples * channels).reshape(-1, channels)
    if dtype == "u1":
        rows = rows.astype(np.int32) - 128
    block = rows.astype(DTYPES[target])  # a copy: the frame's memory is used again
    return block << shift if shift else block


def seconds(frame: AudioFrame) -> float | None:
    """Time stamp of a frame; None where it has none."""
    return None if frame.pts is None or not frame.time_base else float(frame.pts * frame.time_base)


def same_format(one: AudioFrame, other: AudioFrame) -> bool:
    """Whether sample rate, channels and sample format agree."""
    return _format(one) == _format(other)


def from_prevailing_format(frames: Iterator[Coded | None]) -> Iterator[Coded | None]:
    """The frames, with None for those before the first of the format that prevails at the beginning.

    Remains of another stream at the start of a file (a cut MP3) would otherwise decide what the file is.

    Args:
        frames: Decoded frames, None for what could not be decoded.
    """
    head: list[Coded | None] = []
    formats: Counter[tuple[int, str, str]] = Counter()
    for coded in frames:
        head.append(coded)
        if coded is not None:
            formats[_format(coded.frame)] += 1
        if formats.total() >= _HEAD_FRAMES:
            break
    started = False
    for coded in head:
        started = started or (coded is not None and _format(coded.frame) == formats.most_common(1)[0][0])
        yield coded if started else None
    yield from frames


def _format(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name
