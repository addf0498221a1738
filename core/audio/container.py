"""Seam to PyAV (FFmpeg): every coding libsndfile cannot read, and the container's tags and facts for all files."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import av.error
import av.logging
import numpy as np
from numpy.typing import NDArray

from core.audio.decoding import BLOCK_FRAMES, DTYPES, PcmBlock, PcmEncoding, SampleFormat
from core.audio.recording import Notice
from core.foundation.errors import AudioError
from core.foundation.units import format_time

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_log = logging.getLogger(__name__)
av.logging.set_level(None)

# Only formats that are recognised by content and hold their own samples: a playlist (hls, concat, sdp) could make
# FFmpeg open other files or addresses.
_FORMATS = (
    "wav,w64,aiff,caf,au,nist,voc,flac,ogg,mp3,aac,ac3,eac3,dts,truehd,amr,amrnb,amrwb,asf,xwma,avi,"
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,flv,mpeg,mpegts,mxf,ape,wv,tta,tak,mpc,mpc8,oma,qcp,dsf,iff,rm,ircam,loas,gsm,act,"
    "g729,ea,smjpeg,svag,nut,wtv,vqf,shn,spdif,sox,sol,rso,rpl,paf,pvf,xa,xwma,avr,aea,brstm,codec2,daud,epaf,hca"
)
_BUFFER_BYTES = 1 << 18
_GAP_S = 0.1
"""Time stamps that jump by more than this are told."""
_PCM_KINDS: dict[str, tuple[PcmEncoding, int]] = {
    "u8": ("int32le", 24),
    "s16": ("int32le", 16),
    "s32": ("int32le", 0),
    "flt": ("float32le", 0),
    "dbl": ("float64le", 0),
}
"""FFmpeg sample format -> PCM encoding, and the shift that left-justifies an integer in 32 bits."""


class _Nameless:
    """A file without its name, so that FFmpeg judges content alone."""

    def __init__(self, path: Path):
        self._file = path.open("rb")

    def read(self, size: int) -> bytes:
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()


class ContainerDecoder:
    """Decodes the first sound stream with FFmpeg. Damaged packets are left out and told."""

    exact_seek = False

    def __init__(self, path: Path):
        """Open the file and decode its first frame.

        Raises:
            AudioError: not a recording (IN-006), no sound in it (IN-008), or a coding that cannot be decoded (DE-001).
        """
        self._path = path
        self._input = _open(path)
        self._bad_packets: list[float] = []
        self._gaps: list[tuple[float, float]] = []
        self._changed_at: float | None = None
        self._frames_out = 0
        try:
            self._stream = _sound_stream(self._input, path)
            self._frames = self._decode()
            self._first = self._first_frame()
            self.format = _format(self._input, self._stream, self._first)
        except BaseException:
            self._input.close()
            raise

    def blocks(self) -> Iterator[PcmBlock]:
        """Yield all samples; see Decoder."""
        gathered: list[PcmBlock] = []
        frames = 0
        for frame in self._same_format_frames():
            block = _interleaved(frame)
            gathered.append(block)
            frames += len(block)
            if frames >= BLOCK_FRAMES // 2:
                yield np.concatenate(gathered)
                gathered, frames = [], 0
        if gathered:
            yield np.concatenate(gathered)

    def notices(self) -> list[Notice]:
        """Damage, gaps and changes that the pass met."""
        found = []
        if self._bad_packets:
            found.append(_damage_notice(self._bad_packets, self._frames_out / self.format.sample_rate))
        if self._gaps:
            found.append(_gap_notice(self._gaps))
        if self._changed_at is not None:
            found.append(
                Notice(
                    code="DE-024",
                    message=f"The sample rate or the number of channels changes at {format_time(self._changed_at)}; "
                    "only the part before it was used.",
                )
            )
        return found

    def close(self) -> None:
        """Close the file."""
        self._input.close()

    def _decode(self) -> Iterator[AudioFrame]:
        packets = self._input.demux(self._stream)
        while True:
            try:
                packet = next(packets)
                frames = packet.decode()
            except StopIteration:
                return
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, OSError) as error:
                _log.debug("packet after frame %d: %s", self._frames_out, error)
                self._bad_packets.append(self._frames_out / max(self._stream.rate or 0, 1))
                if len(self._bad_packets) > 1000 + self._frames_out // 256:
                    return
                continue
            yield from frames

    def _first_frame(self) -> AudioFrame:
        for frame in self._decode_frames():
            return frame
        raise _undecodable(self._path, self._stream)

    def _decode_frames(self) -> Iterator[AudioFrame]:
        for frame in self._frames:
            if frame.samples:
                yield frame

    def _same_format_frames(self) -> Iterator[AudioFrame]:
        key = _key(self._first)
        yield self._counted(self._first)
        for frame in self._decode_frames():
            if _key(frame) != key:
                self._changed_at = self._frames_out / self.format.sample_rate
                return
            yield self._counted(frame)

    def _counted(self, frame: AudioFrame) -> AudioFrame:
        if frame.pts is not None and frame.time_base:
            at = float(frame.pts * frame.time_base)
            if self._frames_out == 0:
                self._clock_start = at
            expected = self._clock_start + self._frames_out / self.format.sample_rate
            lost = sum(length for _, length in self._gaps)
            if abs(at - expected - lost) > _GAP_S:
                self._gaps.append((self._frames_out / self.format.sample_rate, at - expected - lost))
        self._frames_out += frame.samples
        return frame

    _clock_start = 0.0


def container_facts(path: Path) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Tags and facts (tags, facts) as FFmpeg reads them; facts say so where it cannot."""
    try:
        with _open(path) as container:
            return _tags(container), _facts(container)
    except AudioError:
        return (), (("tags", "not readable: FFmpeg does not recognise the container"),)


def _open(path: Path) -> InputContainer:
    try:
        return av.open(
            _Nameless(path),
            mode="r",
            metadata_errors="backslashreplace",
            buffer_size=_BUFFER_BYTES,
            container_options={"format_whitelist": _FORMATS, "protocol_whitelist": "none"},
        )
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise AudioError(
            "IN-006",
            f"{path.name} is not a recording in a format this program knows.",
            means="Its content is no known audio or video format, or its beginning is damaged.",
            do="Ask for the file as it left the recorder; a proprietary player may be able to export it.",
        ) from error


def _sound_stream(container: InputContainer, path: Path) -> AudioStream:
    if not container.streams.audio:
        raise AudioError("IN-008", f"{path.name} holds no sound.", do="Choose a file with a sound track.")
    stream = container.streams.audio[0]
    if not hasattr(stream.codec_context, "name") or stream.codec_context is None:
        raise _undecodable(path, stream)
    return stream


def _undecodable(path: Path, stream: AudioStream) -> AudioError:
    name = stream.codec_context.name if stream.codec_context is not None else "unknown"
    return AudioError(
        "DE-001",
        f"Nothing in {path.name} can be decoded (coding: {name}).",
        means="The sound may be encrypted, in a coding this program does not know, or damaged from its beginning.",
        do="Ask for the original file, or for an export in an open format.",
    )


def _key(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name


def _format(container: InputContainer, stream: AudioStream, first: AudioFrame) -> SampleFormat:
    kind = first.format.packed.name
    if kind not in _PCM_KINDS:
        raise AudioError("DE-001", f"Samples of the kind {kind} are not supported.")
    encoding = _PCM_KINDS[kind][0]
    return SampleFormat(
        container=container.format.long_name,
        codec=stream.codec_context.name,
        decoder=_decoder_name(),
        sample_rate=first.sample_rate,
        channels=len(first.layout.channels),
        encoding=encoding,
        bit_rate=stream.bit_rate or container.bit_rate or None,
        promised_frames=_promised(container, stream, first.sample_rate),
    )


def _promised(container: InputContainer, stream: AudioStream, rate: int) -> int | None:
    if stream.duration and stream.time_base:
        return round(stream.duration * stream.time_base * rate)
    return round(container.duration / av.time_base * rate) if container.duration else None


def _interleaved(frame: AudioFrame) -> PcmBlock:
    samples: NDArray[Any] = frame.to_ndarray()
    channels = len(frame.layout.channels)
    rows = samples.T if frame.format.is_planar else samples.reshape(-1, channels)
    encoding, shift = _PCM_KINDS[frame.format.packed.name]
    if samples.dtype == np.uint8:
        rows = rows.astype(np.int32) - 128
    block = rows.astype(DTYPES[encoding])
    return block << shift if shift else np.ascontiguousarray(block)


def _decoder_name() -> str:
    version = ".".join(str(part) for part in av.library_versions["libavcodec"])
    return f"FFmpeg libavcodec {version} (PyAV {av.__version__})"


def _damage_notice(at_s: list[float], readable_s: float) -> Notice:
    return Notice(
        code="DE-020",
        message=f"Damaged: {len(at_s)} packets cannot be decoded, the first at {format_time(at_s[0])}. "
        f"{format_time(readable_s)} are readable and were used; what is missing makes later times too early.",
    )


def _gap_notice(gaps: list[tuple[float, float]]) -> Notice:
    at, length = gaps[0]
    return Notice(
        code="DE-023",
        message=f"The container's time stamps jump {len(gaps)} times, first at {format_time(at)} by {length:+.3f} s. "
        "Times in this program count samples; they differ from the player's clock by these jumps.",
    )


def _tags(container: InputContainer) -> tuple[tuple[str, str], ...]:
    tags = [(key, str(value)) for key, value in container.metadata.items()]
    for stream in container.streams:
        tags += [(f"stream {stream.index}: {key}", str(value)) for key, value in stream.metadata.items()]
    return tuple(tags)


def _facts(container: InputContainer) -> tuple[tuple[str, str], ...]:
    duration = f"{container.duration / av.time_base:.6f} s" if container.duration else "not recorded"
    start = f"{container.start_time / av.time_base:.6f} s" if container.start_time else "0 or not recorded"
    return (
        ("container (FFmpeg)", container.format.long_name),
        ("declared duration", duration),
        ("declared start time", start),
        ("declared bit rate", f"{container.bit_rate} bit/s" if container.bit_rate else "not recorded"),
        ("streams", "; ".join(_describe(stream) for stream in container.streams) or "none"),
    )


def _describe(stream: Any) -> str:
    codec = stream.codec_context.name if stream.codec_context is not None else "unknown coding"
    return f"{stream.index} {stream.type} {codec}"
