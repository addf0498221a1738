"""What the splits of a data set have in common and must not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.training.datasets.groups import GROUPS
from core.training.datasets.manifest import Clip


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A group that clips of several splits belong to."""

    kind: str
    group: str
    clips: Mapping[str, int]
    """How many clips each split has of it."""


def leaks(clips: Sequence[Clip], pcm: Sequence[str] = ()) -> tuple[Leak, ...]:
    """Files, sound and groups that are in more than one split, those with most clips first.

    Args:
        clips: With their splits.
        pcm: Hash of each clip's samples; nothing for "do not compare".
    """
    kinds: dict[str, Callable[[int, Clip], str]] = {"file": lambda _, clip: clip.sha256}
    if pcm:
        kinds["sound"] = lambda index, _: pcm[index]
    kinds |= {name: lambda _, clip, of=of: of(clip) for name, of in GROUPS.items()}
    return tuple(leak for kind, of in kinds.items() for leak in _of_kind(clips, kind, of))


def _of_kind(clips: Sequence[Clip], kind: str, of: Callable[[int, Clip], str]) -> list[Leak]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for index, clip in enumerate(clips):
        if group := of(index, clip):
            found[group][clip.split] += 1
    several = [Leak(kind=kind, group=group, clips=dict(counts)) for group, counts in found.items() if len(counts) > 1]
    return sorted(several, key=lambda leak: (-sum(leak.clips.values()), leak.group))
