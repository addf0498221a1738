"""Seam to PyAV (FFmpeg): every coding libsndfile cannot read, and the container's tags and facts for all files."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error
import av.logging
import numpy as np

from core.audio.aac import aac_name
from core.audio.chunks import mp3_counts_frames
from core.audio.coding import ffmpeg_coding
from core.audio.container_facts import Facts, facts, tags
from core.audio.decoding import PcmBlock, SampleFormat, block_frames, no_samples
from core.audio.frames import Coded, encoding, from_prevailing_format, interleaved, same_format, seconds
from core.audio.recording import Notice
from core.audio.timeline import Timeline
from core.foundation.errors import AudioError

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_log = logging.getLogger(__name__)
av.logging.set_level(None)

# Only formats that are recognised by content and hold their own samples: a playlist (hls, concat, sdp) could make
# FFmpeg open other files or addresses.
_FORMATS = (
    "wav,w64,aiff,caf,au,nist,voc,flac,ogg,mp3,aac,loas,ac3,eac3,dts,truehd,amr,asf,xwma,avi,mov,mp4,m4a,3gp,3g2,mj2,"
    "matroska,webm,flv,mpeg,mpegts,mxf,ape,wv,tta,tak,mpc,mpc8,oma,qcp,dsf,iff,rm,ircam,nut,wtv,vqf,shn,sox,paf,pvf,avr"
)
_TRUSTED_DURATION = ("mov", "matroska", "asf", "wav", "flac", "ogg", "avi", "aiff", "caf", "w64", "wv", "ape", "tta")
"""Containers that record a duration; for others FFmpeg estimates it from the bit rate."""
_PROMISE_SLACK_S = 0.3
_BUFFER_BYTES = 1 << 18
_HOPELESS_PACKETS = 2000
"""Give up after this many packets that cannot be decoded, if they are more than those that can."""
_LOSSLESS_16 = ("flac", "alac", "wavpack", "ape", "tta", "tak", "shorten", "wmalossless")


class _Nameless:
    """A file without its name, so that FFmpeg judges content alone."""

    def __init__(self, path: Path):
        self._file = path.open("rb")
        self.read, self.tell, self.close = self._file.read, self._file.tell, self._file.close

    def seek(self, offset: int, whence: int = 0) -> int:
        """As of a file, but -1 for a place before its beginning: PyAV prints an exception's traceback."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError):
            return -1


class ContainerDecoder:
    """Decodes the first sound stream with FFmpeg. Packets that cannot be decoded are left out and told."""

    exact_seek = False

    def __init__(self, path: Path):
        """Open the file and decode its first frame.

        Raises:
            AudioError: not a recording (IN-006), no sound in it (IN-008), or a coding that cannot be decoded (DE-001).
        """
        self._path, self._size, self._packet_bytes = path, max(path.stat().st_size, 1), 0
        self._file, self._input = _open(path)
        try:
            self._stream = _sound_stream(self._input, path)
            self._timeline = Timeline()
            self._frames = from_prevailing_format(self._decode())
            self._first = self._first_frame()
            self.format = _format(self._input, self._stream, self._first.frame, path)
        except BaseException:
            self.close()
            raise

    def blocks(self) -> Iterator[PcmBlock]:
        """Yield all samples; see Decoder."""
        enough = block_frames(self.format.channels)
        gathered: list[PcmBlock] = []
        for coded in self._steady_frames():
            frame = coded.frame
            self._timeline.add(frame.samples, frame.sample_rate, seconds(frame))
            self._packet_bytes += coded.packet_bytes
            gathered.append(interleaved(frame))
            if sum(map(len, gathered)) >= enough:
                yield np.concatenate(gathered)
                gathered = []
        if gathered:
            yield np.concatenate(gathered)

    def position(self) -> float:
        """Share of the file's bytes; see Decoder."""
        return min(self._file.tell() / self._size, 1.0)

    def packet_bytes(self) -> int:
        """Without packets that cannot be decoded, and those after a change of format; see Decoder."""
        return self._packet_bytes

    def notices(self) -> list[Notice]:
        """Damage, gaps and changes that the pass met, and streams that were left out."""
        found = self._timeline.notices()
        others = len(self._input.streams.audio) - 1
        if others:
            streams = f"{others} more sound stream{'s' if others > 1 else ''}"
            found.append(Notice(code="DE-025", message=f"The file has {streams}; only the first one was used."))
        return found

    def close(self) -> None:
        """Close the file."""
        self._input.close()
        self._file.close()

    def _decode(self) -> Iterator[Coded | None]:
        """All frames; None for a packet that cannot be decoded."""
        packets, good, bad, size = self._input.demux(self._stream), 0, 0, 0
        while bad <= max(_HOPELESS_PACKETS, good):
            try:
                packet = next(packets)
                frames = packet.decode()
            except (StopIteration, av.error.EOFError):
                return
            except (av.error.FFmpegError, OSError) as error:
                _log.debug("packet not decoded: %s", error)
                bad += 1
                yield None
                continue
            good += 1
            size += packet.size
            for frame in frames:
                if frame.samples:
                    yield Coded(frame, size)
                    size = 0

    def _first_frame(self) -> Coded:
        for coded in self._frames:
            if coded is not None:
                return coded
            self._timeline.add_damage()
        raise _undecodable(self._path, _coding(self._stream)) if self._timeline.damaged else no_samples(self._path)

    def _steady_frames(self) -> Iterator[Coded]:
        """Frames up to where the sample rate, the channels or the sample format change."""
        yield self._first
        for coded in self._frames:
            if coded is None:
                self._timeline.add_damage()
            elif same_format(coded.frame, self._first.frame):
                yield coded
            else:
                self._timeline.set_format_change()
                return


def packet_bytes(path: Path) -> int | None:
    """Bytes of all packets of the first sound stream, without container, tags and pictures; nothing is decoded.

    For what another decoder reads; None where FFmpeg finds none.
    """
    try:
        file, container = _open(path)
    except AudioError:
        return None
    try:
        return _packet_bytes(container)
    finally:
        container.close()
        file.close()


def _packet_bytes(container: InputContainer) -> int | None:
    total = 0
    try:
        for packet in container.demux(container.streams.audio[0]):
            total += packet.size
    except (av.error.FFmpegError, OSError, IndexError) as error:
        _log.debug("packets not counted to the end: %s", error)
    return total or None


def container_facts(path: Path) -> Facts:
    """Tags and facts as FFmpeg reads them; the facts say so where it cannot."""
    try:
        file, container = _open(path)
    except AudioError:
        return Facts((), (("tags", "not readable: FFmpeg does not recognise the container"),))
    try:
        return Facts(tags(container), facts(container))
    finally:
        container.close()
        file.close()


def _open(path: Path) -> tuple[_Nameless, InputContainer]:
    file = _Nameless(path)
    try:
        return file, av.open(
            file,
            mode="r",
            metadata_errors="backslashreplace",
            buffer_size=_BUFFER_BYTES,
            container_options={"format_whitelist": _FORMATS, "protocol_whitelist": "none"},
        )
    except (av.error.FFmpegError, ValueError, OSError) as error:
        file.close()
        raise AudioError(
            "IN-006",
            f"{path.name} is not a recording in a format this program knows.",
            means="Its content is no known audio or video format, has no header (raw samples), or begins damaged.",
            do="Ask for the file as it left the recorder; a proprietary player may be able to export it.",
        ) from error


def _sound_stream(container: InputContainer, path: Path) -> AudioStream:
    if not container.streams.audio:
        raise AudioError("IN-008", f"{path.name} holds no sound.", do="Choose a file with a sound track.")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise _undecodable(path, _coding(stream))
    return stream


def _undecodable(path: Path, coding: str) -> AudioError:
    return AudioError(
        "DE-001",
        f"Nothing in {path.name} can be decoded (coding: {coding}).",
        means="The sound may be encrypted, in a coding this program does not know, or damaged from its beginning.",
        do="Ask for the original file, or for an export in an open format.",
    )


def _coding(stream: AudioStream) -> str:
    return stream.codec_context.name if stream.codec_context is not None else "unknown"


def _coding_name(stream: AudioStream, bits: int | None) -> str:
    """After the first frame is decoded: only then the profile is known of streams without a header."""
    context = stream.codec_context
    name = context.codec.canonical_name
    return aac_name(context.extradata, context.profile) if name == "aac" else ffmpeg_coding(name, bits)


def _format(container: InputContainer, stream: AudioStream, first: AudioFrame, path: Path) -> SampleFormat:
    channels, found = len(first.layout.channels), encoding(first)
    if found is None:
        raise _undecodable(path, f"{_coding(stream)} with {channels} channels of {first.format.name}")
    alone = len(container.streams) == 1
    bits = _bits(_coding(stream), first.format.packed.name)
    return SampleFormat(
        container=container.format.long_name,
        codec=_coding_name(stream, bits),
        decoder=_decoder_name(),
        sample_rate=first.sample_rate,
        channels=channels,
        encoding=found,
        bits=bits,
        bit_rate=stream.bit_rate or (container.bit_rate if alone else None) or None,
        promised_frames=_promised(container, stream, first.sample_rate, path),
        promise_slack_s=_PROMISE_SLACK_S,
    )


def _bits(coding: str, kind: str) -> int | None:
    if pcm := re.match(r"pcm_[usf](\d+)", coding):
        return int(pcm[1])
    return 16 if coding in _LOSSLESS_16 and kind == "s16" else None


def _promised(container: InputContainer, stream: AudioStream, rate: int, path: Path) -> int | None:
    counted = container.format.name == "mp3" and mp3_counts_frames(path)
    if not counted and not container.format.name.startswith(_TRUSTED_DURATION):
        return None
    if stream.duration and stream.time_base:
        return round(stream.duration * stream.time_base * rate)
    if container.duration and len(container.streams) == 1:
        return round(container.duration / av.time_base * rate)
    return None


def _decoder_name() -> str:
    version = ".".join(str(part) for part in av.library_versions["libavcodec"])
    return f"FFmpeg libavcodec {version} (PyAV {av.__version__})"
