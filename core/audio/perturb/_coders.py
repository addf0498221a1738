"""Seam to FFmpeg's coders through PyAV: encode and decode one channel in memory, at a real bit rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from core.audio.frames import interleaved
from core.audio.perturb.base import Wave
from core.audio.resample import resample
from core.foundation.errors import PerturbationError

if TYPE_CHECKING:
    from av import AudioCodecContext, Packet

_DTYPES = {"fltp": np.float32, "flt": np.float32, "s16": np.int16}
_FLUSH_FRAMES = 3
"""Frames of silence after the end, so that the coder's delay takes nothing from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """An encoder and its decoder."""

    title: str
    encoder: str
    decoder: str
    rates_hz: tuple[int, ...]
    """Sample rates it takes, rising."""
    sample_format: str
    delay_frames: int = 0
    """By how much what it decodes is late, at its own rate, where FFmpeg does not take that away."""
    options: Mapping[str, str] = field(default_factory=dict)
    """FFmpeg's private options of the encoder."""

    def rate_for(self, rate_hz: int) -> int:
        """The lowest rate that loses nothing of rate_hz, or else the highest."""
        return next((rate for rate in self.rates_hz if rate >= rate_hz), self.rates_hz[-1])

    def words(self, rate_hz: int) -> str:
        """`libopus at 16000 Hz, vbr constrained, in libavcodec 62.11.100`, for sound of that rate."""
        import av

        version = ".".join(str(part) for part in av.library_versions["libavcodec"])
        settings = [f"{name} {value}" for name, value in self.options.items()]
        return ", ".join([f"{self.encoder} at {self.rate_for(rate_hz)} Hz", *settings, f"in libavcodec {version}"])

    def lacks(self) -> PerturbationError | None:
        """The error where FFmpeg was built without it (PE-002)."""
        missing = [name for name, mode in ((self.encoder, "w"), (self.decoder, "r")) if not _has(name, mode)]
        if not missing:
            return None
        return PerturbationError(
            "PE-002",
            f"{self.title} is not available: FFmpeg, as it is installed here, has no {missing[0]}.",
            means="Nothing was changed.",
            do="Leave this perturbation out, or install a PyAV whose FFmpeg has it.",
        )


@dataclass(frozen=True, slots=True)
class Stream:
    """What an encoder wrote."""

    packets: tuple[Packet, ...]
    header: bytes | None
    rate_hz: int

    @property
    def size_bytes(self) -> int:
        """Bytes of all packets, without any container."""
        return sum(packet.size for packet in self.packets)

    def kbps(self, seconds: float) -> float | None:
        """Mean bit rate (kbit/s) of the packets that begin within so many seconds; None where they do not say it.

        The silence put after the sound is left out: no file would hold it.
        """
        size, lasted_s = 0, 0.0
        for packet in self.packets:
            if lasted_s >= seconds or not (packet.duration and packet.time_base):
                break
            size, lasted_s = size + packet.size, lasted_s + float(packet.duration * packet.time_base)
        return 8 * size / lasted_s / 1000 if lasted_s else None


def encode(waveform: Wave, rate_hz: int, coder: Coder, bit_rate: int) -> Stream:
    """Encode (frames,) and a little silence after it; what exceeds full scale is scaled down first.

    Raises:
        PerturbationError: FFmpeg has no such coder (PE-002).
    """
    if lack := coder.lacks():
        raise lack
    own_hz = coder.rate_for(rate_hz)
    context = _encoder(coder, own_hz, bit_rate)
    size = context.frame_size
    samples = _samples(resample(waveform, rate_hz, own_hz), coder.sample_format, size)
    packets = [p for at in range(0, len(samples), size) for p in context.encode(_frame(samples, at, coder, context))]
    return Stream((*packets, *context.encode(None)), context.extradata, own_hz)


def decode(stream: Stream, rate_hz: int, coder: Coder) -> Wave:
    """The samples of a stream at rate_hz, the coder's delay taken away; longer than what was encoded."""
    import av  # FFmpeg's libraries: only where something is coded

    context: Any = av.CodecContext.create(coder.decoder, "r")
    if stream.header:
        context.extradata = stream.header
    context.sample_rate, context.layout = stream.rate_hz, "mono"
    frames = [frame for packet in (*stream.packets, None) for frame in context.decode(packet)]
    blocks = [interleaved(frame)[:, 0] for frame in frames]
    samples = np.concatenate(blocks)
    scale = np.float32(1 if samples.dtype.kind == "f" else 2.0**-31)
    return resample(samples.astype(np.float32)[coder.delay_frames :] * scale, frames[0].sample_rate, rate_hz)


def file_kbps(file: BinaryIO, seconds: float) -> float:
    """Mean bit rate (kbit/s) over so many seconds of what a file holds of sound, without its container."""
    import av

    file.seek(0)
    with av.open(file, "r") as container:
        return 8 * sum(packet.size for packet in container.demux(audio=0)) / seconds / 1000


def _encoder(coder: Coder, rate_hz: int, bit_rate: int) -> AudioCodecContext:
    import av

    context: Any = av.CodecContext.create(coder.encoder, "w")
    context.sample_rate, context.layout, context.format = rate_hz, "mono", coder.sample_format
    context.bit_rate, context.options = bit_rate, dict(coder.options)
    context.open()
    return context


def _samples(waveform: Wave, sample_format: str, size: int) -> np.ndarray:
    """Whole frames in the encoder's number format."""
    scaled = waveform / max(float(np.abs(waveform).max()), 1.0)
    padded = np.pad(scaled, (0, -len(scaled) % size + _FLUSH_FRAMES * size))
    return padded if _DTYPES[sample_format] is np.float32 else np.rint(padded * 32767).astype(np.int16)


def _frame(samples: np.ndarray, at: int, coder: Coder, context: AudioCodecContext) -> Any:
    from av import AudioFrame

    block = samples[None, at : at + context.frame_size]
    frame = AudioFrame.from_ndarray(block, format=coder.sample_format, layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = context.sample_rate, at, Fraction(1, context.sample_rate)
    return frame


@lru_cache(maxsize=64)
def _has(codec: str, mode: str) -> bool:
    import av
    from av.codec.codec import UnknownCodecError

    try:
        av.Codec(codec, mode)  # type: ignore[arg-type]
    except UnknownCodecError:
        return False
    return True
