"""Seam to soundfile (libsndfile): WAV and its relatives, AIFF, AU, CAF, W64, FLAC, Ogg."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from core.audio.coding import libsndfile_coding
from core.audio.decoding import DTYPES, DecodingStopped, PcmBlock, PcmEncoding, SampleFormat, block_frames, to_float32
from core.audio.guard import FileGuard, unreadable
from core.audio.recording import Notice
from core.foundation.errors import AudioError

# Without one of these at its start a file is not given to libsndfile: it would take some name extensions
# (.au, .vox, .snd) as licence to read any bytes as samples. MPEG audio goes to FFmpeg, which says where it is damaged.
_MAGIC = (
    *(b"RIFF", b"RIFX", b"RF64", b"riff\x2e\x91\xcf\x11", b"FORM", b"fLaC", b"OggS", b"caff", b".snd", b"dns."),
    *(b"NIST_1A", b"Creative Voice File", b" paf", b"fap ", b"PVF1"),
)
_BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32, "DOUBLE": 64}
_LOSSY_FLOAT = ("VORBIS", "OPUS")
_UNKNOWN_FRAMES = 1 << 62
"""libsndfile's frame count for a stream whose header leaves it open is close to 2^63."""


class NotForSoundfile(Exception):
    """libsndfile does not read this file, or not reliably. Another decoder is tried; never reaches a user."""


class SoundfileDecoder:
    """Decodes with libsndfile."""

    def __init__(self, path: Path):
        """Open the file.

        Raises:
            NotForSoundfile: not a file for libsndfile.
        """
        with path.open("rb") as head:
            if not head.read(32).startswith(_MAGIC):
                raise NotForSoundfile(path.suffix)
        try:
            self._file = sf.SoundFile(path)
        except (sf.SoundFileError, TypeError) as error:  # TypeError: the name ends in .raw
            raise NotForSoundfile(path.suffix) from error
        # no frames: the length in the header may have been left open, which FFmpeg reads to the end
        if self._file.format == "RAW" or self._file.subtype.startswith("MPEG") or self._file.frames == 0:
            self._file.close()
            raise NotForSoundfile(path.suffix)
        self.format = _format(self._file)
        # Vorbis and Opus do not return the same samples after a seek; ADPCM and GSM only at the edges of their blocks;
        # a FLAC stream without a length cannot seek
        self._done = 0
        self.exact_seek = self._file.subtype in (*_BITS, "ULAW", "ALAW") and self.format.promised_frames is not None

    def blocks(self) -> Iterator[PcmBlock]:
        """Yield all samples; see Decoder."""
        # 16 bits are read as such: libsndfile takes five times as long to widen them
        is_narrow = self._file.subtype == "PCM_16"
        dtype = np.dtype(np.int16) if is_narrow else DTYPES[self.format.encoding]
        while True:
            buffer: NDArray[Any] = np.empty((block_frames(self.format.channels), self.format.channels), dtype)
            try:
                frames = len(self._file.read(out=buffer))
            except sf.SoundFileError as error:
                raise DecodingStopped(str(error)) from error
            if not frames:
                return
            self._done += frames
            yield buffer[:frames].astype(np.int32) << 16 if is_narrow else buffer[:frames]

    def position(self) -> float:
        """Share of the promised frames; see Decoder."""
        return min(self._done / (self.format.promised_frames or max(self._done, 1)), 1.0)

    def packet_bytes(self) -> None:
        """libsndfile shows no packets; see Decoder."""

    def notices(self) -> list[Notice]:
        """None of its own: damage shows in the count of frames."""
        return []

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class SoundfileSource:
    """Random access through libsndfile, for codings where a seek is exact."""

    def __init__(self, guard: FileGuard, frames: int):
        self._guard = guard
        self._frames = frames
        self._lock = threading.Lock()
        self._file = sf.SoundFile(guard.path)
        self._dtype = np.float64 if self._file.subtype == "DOUBLE" else np.float32

    def read(self, start_frame: int, stop_frame: int) -> NDArray[np.float32]:
        """Samples (channels, frames) float32; see PcmSource.

        Raises:
            AudioError: the file changed (IN-007), vanished (IN-012) or cannot be read (IN-003).
        """
        start, stop = max(start_frame, 0), min(stop_frame, self._frames)
        if stop <= start:
            return np.empty((self._file.channels, 0), np.float32)
        self._guard.check()
        with self._lock:
            block = self._read(start, stop - start)
        return np.ascontiguousarray(to_float32(block)[0].T)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def _read(self, start: int, frames: int) -> PcmBlock:
        block = np.empty((frames, self._file.channels), self._dtype)
        try:
            self._file.seek(start)
            got = len(self._file.read(out=block))
        except (sf.SoundFileError, OSError) as error:
            raise unreadable(self._guard.path, OSError(str(error))) from error
        if got != frames:
            self._guard.check()
            raise AudioError(
                "IN-003",
                f"{self._guard.path.name} cannot be read: it ends before frame {start + frames}.",
                do="Check the medium, or make a new copy.",
            )
        return block


def _format(file: sf.SoundFile) -> SampleFormat:
    return SampleFormat(
        container=file.format,
        codec=libsndfile_coding(file.format, file.subtype),
        decoder=f"libsndfile {sf.__libsndfile_version__}",
        sample_rate=file.samplerate,
        channels=file.channels,
        encoding=_encoding(file.subtype),
        bits=_BITS.get(file.subtype),
        promised_frames=file.frames if 0 < file.frames < _UNKNOWN_FRAMES else None,
    )


def _encoding(subtype: str) -> PcmEncoding:
    if subtype == "DOUBLE":
        return "float64le"
    return "float32le" if subtype == "FLOAT" or subtype in _LOSSY_FLOAT else "int32le"
