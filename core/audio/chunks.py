"""The outermost structure of a file: which chunks or boxes it has, and whether it ends where its header says."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

_MAX_CHUNKS = 200
_CONTENT = ("data", "SSND", "LIST", "mdat", "moov")
_OPEN_SIZES = (0, 0xFFFFFFFF, (1 << 64) - 1)
"""Sizes a program writes when it does not know the length yet: a stream, a recorder that lost power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One chunk (RIFF, AIFF, CAF, Wave64) or box (MP4)."""

    name: str
    offset: int
    """Where its header begins, bytes from the start of the file."""
    size: int
    """Bytes of content that the header promises."""
    end: int
    """Where its content ends if the header is right."""
    open: bool = False
    """The header leaves the size open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStructure:
    """What the file says of itself in its outermost layer."""

    kind: str
    """E.g. `WAV`; empty where the beginning is not known."""
    extensions: tuple[str, ...] = ()
    """Name extensions that fit the content; empty where any may."""
    chunks: tuple[Chunk, ...] = ()
    size_bytes: int = 0
    cut: bool = False
    """It lacks the mark with which such a file ends."""

    @property
    def missing_bytes(self) -> int:
        """Bytes of sound that a header promises and that are not there."""
        ends = [chunk.end for chunk in self.chunks if chunk.name in _CONTENT and not chunk.open]
        return max(max(ends, default=0) - self.size_bytes, 0)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """For StreamFacts.facts."""
        if not self.chunks:
            return ()
        names = ", ".join(f"{chunk.name} ({'open' if chunk.open else chunk.size})" for chunk in self.chunks)
        return (("chunks (bytes)", names),)


def read_structure(path: Path) -> FileStructure:
    """Walk the outermost chunks; reads headers only.

    Raises:
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(16)
        for recognises, kind, extensions, walk in _KINDS:
            if recognises(head):
                chunks = tuple(islice(walk(file, size), _MAX_CHUNKS)) if walk else ()
                cut = kind == "Ogg" and not _ogg_ends(file, size)
                return FileStructure(kind=kind, extensions=extensions, chunks=chunks, size_bytes=size, cut=cut)
    return FileStructure(kind="", size_bytes=size)


def mp3_counts_frames(path: Path) -> bool:
    """Whether an MP3 file says how many frames it has (Xing, Info or VBRI header in the first frame)."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3" and len(head) == 10:
            file.seek(10 + sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)))
        start = file.read(2048)
    return any(mark in start for mark in (b"Xing", b"Info", b"VBRI"))


def _at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size).ljust(size, b"\0")


def _chunk(raw_name: bytes, offset: int, header: int, size: int, file_size: int) -> Chunk:
    is_open = raw_name[:4] in (b"data", b"SSND") and size in _OPEN_SIZES and offset + header < file_size
    name = raw_name.decode("ascii", "backslashreplace").strip()
    return Chunk(name=name, offset=offset, size=size, end=offset + header + size, open=is_open)


def _riff(order: str) -> Callable[[BinaryIO, int], Iterator[Chunk]]:
    def walk(file: BinaryIO, file_size: int) -> Iterator[Chunk]:
        at, wide = 12, 0
        while at + 8 <= file_size:
            name, size = struct.unpack(f"{order}4sI", _at(file, at, 8))
            if name == b"ds64":  # RF64: the true size of the data chunk
                wide = struct.unpack("<Q", _at(file, at + 16, 8))[0]
            chunk = _chunk(name, at, 8, wide if wide and name == b"data" and size == 0xFFFFFFFF else size, file_size)
            yield chunk
            if chunk.open:
                return
            at = chunk.end + chunk.size % 2

    return walk


def _caf(file: BinaryIO, file_size: int) -> Iterator[Chunk]:
    at = 8
    while at + 12 <= file_size:
        name, size = struct.unpack(">4sQ", _at(file, at, 12))
        chunk = _chunk(name, at, 12, size, file_size)
        yield chunk
        if chunk.open:
            return
        at = chunk.end


def _wave64(file: BinaryIO, file_size: int) -> Iterator[Chunk]:
    at = 40
    while at + 24 <= file_size:
        name, _, size = struct.unpack("<4s12sQ", _at(file, at, 24))
        chunk = _chunk(name, at, 24, max(size - 24, 0), file_size)  # the size counts the header
        yield chunk
        if chunk.open:
            return
        at = -(-chunk.end // 8) * 8


def _au(file: BinaryIO, file_size: int) -> Iterator[Chunk]:
    start, size = struct.unpack("<II" if _at(file, 0, 4) == b"dns." else ">II", _at(file, 4, 8))
    yield _chunk(b"data", 0, start, size, file_size)


def _boxes(file: BinaryIO, file_size: int) -> Iterator[Chunk]:
    at = 0
    while at + 8 <= file_size:
        size, raw, wide = struct.unpack(">I4sQ", _at(file, at, 16))
        size = wide if size == 1 else size
        end = at + max(size, 8) if size else file_size
        name = raw.decode("ascii", "backslashreplace").strip()
        yield Chunk(name=name, offset=at, size=size, end=end, open=size == 0)
        at = end


def _ogg_ends(file: BinaryIO, size: int) -> bool:
    """Whether the last page has the end-of-stream flag (RFC 3533, section 6); pages are at most 65 307 bytes."""
    file.seek(max(size - 65_307, 0))
    tail = file.read()
    last = tail.rfind(b"OggS")
    return last >= 0 and len(tail) > last + 5 and bool(tail[last + 5] & 4)


def _form(*magic: bytes, form: tuple[bytes, ...]) -> Callable[[bytes], bool]:
    return lambda head: head[:4] in magic and head[8:12] in form


def _starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


def _is_mpeg_audio(head: bytes) -> bool:
    return head[:1] == b"\xff" and head[1:2] >= b"\xe0"


_Kind = tuple[
    Callable[[bytes], bool], str, tuple[str, ...], Callable[[BinaryIO, int], Iterator[Chunk]] | None
]  # recognises the first 16 bytes; name; extensions; walks the chunks
_MP4 = (".mp4", ".m4a", ".m4v", ".m4b", ".m4r", ".mov", ".qt", ".3gp", ".3gpp", ".3g2", ".aac", ".f4v")
_MPEG = (".mp3", ".mp2", ".mp1", ".mpga", ".mpa", ".aac")
_KINDS: tuple[_Kind, ...] = (
    (_form(b"RIFF", b"RF64", b"BW64", form=(b"WAVE",)), "WAV", (".wav", ".wave", ".bwf", ".rf64", ".amb"), _riff("<")),
    (_form(b"RIFF", form=(b"AVI ",)), "AVI", (".avi",), _riff("<")),
    (_form(b"RIFX", form=(b"WAVE",)), "WAV (big-endian)", (".wav", ".wave"), _riff(">")),
    (_form(b"FORM", form=(b"AIFF", b"AIFC")), "AIFF", (".aif", ".aiff", ".aifc"), _riff(">")),
    (lambda head: head[4:8] == b"ftyp", "MP4 / MOV", _MP4, _boxes),
    (_starts(b"riff\x2e\x91\xcf\x11"), "Wave64", (".w64",), _wave64),
    (_starts(b"caff"), "CAF", (".caf",), _caf),
    (_starts(b".snd", b"dns."), "AU", (".au", ".snd"), _au),
    (_starts(b"fLaC"), "FLAC", (".flac", ".fla"), None),
    (_starts(b"OggS"), "Ogg", (".ogg", ".oga", ".opus", ".ogv", ".ogx", ".spx"), None),
    (_starts(b"#!AMR"), "AMR", (".amr", ".awb"), None),
    (_starts(b"\x1a\x45\xdf\xa3"), "Matroska / WebM", (".mkv", ".mka", ".webm", ".weba", ".mk3d"), None),
    (_starts(b"\x30\x26\xb2\x75"), "ASF (Windows Media)", (".wma", ".wmv", ".asf"), None),
    (_starts(b"FLV"), "FLV", (".flv",), None),
    (_starts(b"ID3"), "MPEG audio with ID3 tag", (*_MPEG, ".flac", ".tta"), None),
    (_is_mpeg_audio, "MPEG audio", _MPEG, None),
)
