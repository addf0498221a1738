"""What a container says of itself, verbatim, from an opened PyAV container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from core.audio.aac import aac_config
from core.foundation.units import format_time

if TYPE_CHECKING:
    from av.container import InputContainer

_CLOCK_HZ = 1_000_000
"""FFmpeg gives container times in microseconds."""

Pairs = tuple[tuple[str, str], ...]


class Facts(NamedTuple):
    """Tags and facts for StreamFacts."""

    tags: Pairs
    facts: Pairs


def tags(container: InputContainer) -> Pairs:
    """All tags of the container, its streams and its chapters; bytes that are no UTF-8 are written as \\x...."""
    found = list(container.metadata.items())
    for stream in container.streams:
        found += [(f"stream {stream.index}: {key}", value) for key, value in stream.metadata.items()]
    for chapter in container.chapters():
        found += [(f"chapter {chapter['id']}: {key}", value) for key, value in chapter["metadata"].items()]
    return tuple((str(key), str(value)) for key, value in found)


def facts(container: InputContainer) -> Pairs:
    """Declared times and rates, and the streams; in words where nothing is recorded."""
    return (
        ("container (FFmpeg)", container.format.long_name),
        ("declared duration", _time(container.duration)),
        ("declared start time", _time(container.start_time)),
        ("declared bit rate", f"{container.bit_rate} bit/s" if container.bit_rate else "not recorded"),
        ("streams", "; ".join(_describe(stream) for stream in container.streams) or "none"),
        ("chapters", str(len(container.chapters()))),
        *_aac(container),
    )


def _aac(container: InputContainer) -> Pairs:
    """What the AudioSpecificConfig of the first sound stream says; nothing of other codings and where there is none."""
    context = container.streams.audio[0].codec_context if container.streams.audio else None
    if context is None or context.codec.canonical_name != "aac":
        return ()
    config = aac_config(context.extradata or b"")
    return (("AAC configuration", config.words),) if config else ()


def _time(microseconds: int | None) -> str:
    return "not recorded" if microseconds is None else format_time(microseconds / _CLOCK_HZ, 6)


def _describe(stream: Any) -> str:
    context = stream.codec_context
    words = f"{stream.index} {stream.type} {context.name if context is not None else 'unknown coding'}"
    if stream.type != "audio" or context is None:
        return words
    profile = f" {stream.profile}" if stream.profile else ""
    start = "" if not stream.start_time else f", starts at {float(stream.start_time * stream.time_base):.6f} s"
    return f"{words}{profile}, {context.sample_rate} Hz, {context.layout.name}{start}"
