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
_OPEN_SIZES = (0, 0xFFFFFFFF)
"""Sizes a program writes when it does not know the length yet (a stream, a recorder that lost power)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One chunk (RIFF, AIFF) or box (MP4)."""

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
        names = ", ".join(f"{c.name} ({'open' if c.open else c.size})" for c in self.chunks)
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


def _riff(order: str) -> Callable[[BinaryIO, int], Iterator[Chunk]]:
    def walk(file: BinaryIO, size: int) -> Iterator[Chunk]:
        at, wide = 12, 0
        while at + 8 <= size:
            file.seek(at)
            header = file.read(8)
            name, length = header[:4], struct.unpack(order + "I", header[4:])[0]
            if name == b"ds64":
                wide = struct.unpack("<Q", file.read(16)[8:16].ljust(8, b"\0"))[0]
            is_data = name in (b"data", b"SSND")
            if is_data and length == 0xFFFFFFFF and wide:
                length, is_open = wide, False
            else:
                is_open = is_data and length in _OPEN_SIZES and at + 8 < size
            yield Chunk(name=_name(name), offset=at, size=length, end=at + 8 + length, open=is_open)
            if is_open:
                return
            at += 8 + length + length % 2

    return walk


def _boxes(file: BinaryIO, size: int) -> Iterator[Chunk]:
    at = 0
    while at + 8 <= size:
        file.seek(at)
        header = file.read(16).ljust(16, b"\0")
        length, name = struct.unpack(">I", header[:4])[0], header[4:8]
        if length == 1:
            length = struct.unpack(">Q", header[8:])[0]
        is_open = length == 0
        end = size if is_open else at + max(length, 8)
        yield Chunk(name=_name(name), offset=at, size=length, end=end, open=is_open)
        at = end


def _ogg_ends(file: BinaryIO, size: int) -> bool:
    """Whether the last page has the end-of-stream flag (RFC 3533, section 6); pages are at most 65 307 bytes."""
    file.seek(max(size - 65_307, 0))
    tail = file.read()
    last = tail.rfind(b"OggS")
    return last >= 0 and len(tail) > last + 5 and bool(tail[last + 5] & 4)


def _name(raw: bytes) -> str:
    return raw.decode("ascii", "backslashreplace").strip()


def _is_riff(*forms: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] in forms


def _starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


_Walk = Callable[[BinaryIO, int], Iterator[Chunk]]
_KINDS: tuple[tuple[Callable[[bytes], bool], str, tuple[str, ...], _Walk | None], ...] = (
    (_is_riff(b"WAVE"), "WAV", (".wav", ".wave", ".bwf", ".rf64", ".amb"), _riff("<")),
    (_is_riff(b"AVI "), "AVI", (".avi",), _riff("<")),
    (_starts(b"RIFX"), "WAV (big-endian)", (".wav", ".wave"), _riff(">")),
    (lambda h: h[:4] == b"FORM" and h[8:12] in (b"AIFF", b"AIFC"), "AIFF", (".aif", ".aiff", ".aifc"), _riff(">")),
    (
        lambda h: h[4:8] == b"ftyp",
        "MP4 / MOV",
        (".mp4", ".m4a", ".m4v", ".m4b", ".mov", ".3gp", ".3g2", ".aac", ".qt"),
        _boxes,
    ),
    (_starts(b"riff\x2e\x91\xcf\x11"), "Wave64", (".w64",), None),
    (_starts(b"fLaC"), "FLAC", (".flac",), None),
    (_starts(b"OggS"), "Ogg", (".ogg", ".oga", ".opus", ".ogv", ".spx"), None),
    (_starts(b"#!AMR"), "AMR", (".amr", ".awb"), None),
    (_starts(b"\x1a\x45\xdf\xa3"), "Matroska / WebM", (".mkv", ".mka", ".webm", ".mk3d"), None),
    (_starts(b"\x30\x26\xb2\x75"), "ASF (Windows Media)", (".wma", ".wmv", ".asf"), None),
    (
        lambda h: h[:1] == b"\xff" and h[1:2] >= b"\xe0",
        "MPEG audio (MP3 or AAC)",
        (".mp3", ".mp2", ".mpga", ".aac"),
        None,
    ),
    (_starts(b"ID3"), "MP3 or AAC with ID3 tag", (".mp3", ".mp2", ".mpga", ".aac", ".flac", ".tta"), None),
    (_starts(b"caff"), "CAF", (".caf",), None),
    (_starts(b".snd", b"dns."), "AU", (".au", ".snd"), None),
    (_starts(b"FLV"), "FLV", (".flv",), None),
)
