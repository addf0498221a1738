"""What the containers of several recordings say, line by line: equal, different, or only in some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.audio.recording import Condition, Recording

Pairs = tuple[tuple[str, str], ...]
Relation = Literal["equal", "different", "only in some"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One fact of all recordings."""

    section: str
    name: str
    values: tuple[str | None, ...]
    """As recorded, verbatim; None where a recording does not have it."""

    @property
    def relation(self) -> Relation:
        """How the values relate."""
        if None in self.values:
            return "only in some"
        return "equal" if len(set(self.values)) == 1 else "different"


def facts_table(
    recordings: Sequence[Recording], conditions: Sequence[Condition | None] | None = None
) -> tuple[FactRow, ...]:
    """Identity, coding, container facts and tags of the recordings, in the order of the first that has them.

    Args:
        recordings: What is compared.
        conditions: What was measured of each; adds the traces of earlier coding that show in the sound.
    """
    measured = conditions or [None] * len(recordings)
    read = [_facts(recording, condition) for recording, condition in zip(recordings, measured, strict=True)]
    keys = list(dict.fromkeys(key for facts in read for key in facts))
    order = {section: i for i, section in enumerate(dict.fromkeys(key[0] for key in keys))}
    keys.sort(key=lambda key: order[key[0]])  # a stable sort: names keep their order within a section
    return tuple(
        FactRow(section=section, name=_numbered(name, count), values=tuple(f.get((section, name, count)) for f in read))
        for section, name, count in keys
    )


def _facts(recording: Recording, condition: Condition | None) -> dict[tuple[str, str, int], str]:
    """Values by section, name and how often the name came before."""
    found: dict[tuple[str, str, int], str] = {}
    for section, pairs in _sections(recording, condition).items():
        seen: Counter[str] = Counter()
        for name, value in pairs:
            found[section, name, seen[name]] = value
            seen[name] += 1
    return found


def _sections(recording: Recording, condition: Condition | None) -> dict[str, Pairs]:
    file, stream = recording.id, recording.stream
    return {
        "File": (
            ("Size", f"{file.size_bytes:,} bytes"),
            ("SHA-256 of the file", file.sha256),
            ("SHA-256 of the samples", f"{file.pcm_sha256} ({file.pcm_encoding})"),
        ),
        "Sound": (
            ("Container", stream.container),
            ("Coding", stream.codec),
            ("Sample rate", f"{stream.sample_rate:,} Hz"),
            ("Channels", str(stream.channels)),
            ("Frames", f"{stream.frames:,}"),
            ("Bits per sample", str(stream.bits) if stream.bits else "does not apply"),
            ("Bit rate", f"{stream.bit_rate:,} bit/s" if stream.bit_rate else "not recorded"),
            ("Decoder", stream.decoder),
        ),
        "Measured": _traces(condition),
        "Container facts": tuple(stream.facts),
        "Tags": tuple(stream.tags),
    }


def _traces(condition: Condition | None) -> Pairs:
    if condition is None:
        return ()
    return ("Coding that shows in the sound", condition.codec), ("Channels", condition.channel_note or "one channel")


def _numbered(name: str, count: int) -> str:
    return f"{name} ({count + 1})" if count else name
