"""Which human recordings are copied, and reading them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.foundation.hashing import sha256_file
from core.foundation.rng import generator
from core.training.datasets.manifest import Clip
from core.training.prepare import load

Wave = NDArray[np.float32]
T = TypeVar("T")

MIN_RATE_HZ = 16000
MIN_SECONDS = 0.5


def choose(clips: Sequence[Clip], limit: int | None, seed: int, split: str = "") -> list[Clip]:
    """Human clips of 16 kHz or more, taken in turns from the sources and within a source from the speakers.

    Args:
        clips: Of a manifest.
        limit: At most so many; None for all.
        seed: Decides the order.
        split: Only of this split; empty for all.
    """
    groups: dict[str, dict[tuple[str, str], list[Clip]]] = defaultdict(lambda: defaultdict(list))
    for clip in clips:
        if _usable(clip) and clip.split == (split or clip.split):
            groups[clip.source][clip.corpus, clip.speaker].append(clip)
    rng = generator(seed, "originals")
    spread = _in_turns((_in_turns(speakers.values(), rng) for speakers in groups.values()), rng)
    return list(spread)[:limit]


def with_hash(clip: Clip) -> Clip:
    """The clip with its SHA-256, computed where the manifest has none.

    Raises:
        OSError: the file cannot be read.
    """
    return clip if clip.sha256 else replace(clip, sha256=sha256_file(clip.path))


def read_original(clip: Clip, rate_hz: int) -> Wave:
    """The whole clip at a generator's rate, float32 (frames,).

    Raises:
        DataError: the file cannot be read (DA-004).
    """
    return load(clip.path, rate_hz)


def _usable(clip: Clip) -> bool:
    wide = not clip.sample_rate or clip.sample_rate >= MIN_RATE_HZ
    long = not clip.seconds or clip.seconds >= MIN_SECONDS
    return clip.label == "real" and clip.family in ("", "real") and wide and long


def _in_turns(groups: Iterable[Iterable[T]], rng: np.random.Generator) -> Iterator[T]:
    """One of each group, then the next of each, groups and their items in random order."""
    queues = [list(group) for group in groups]
    queues = [[queue[i] for i in rng.permutation(len(queue))] for queue in queues]
    order = [queues[i] for i in rng.permutation(len(queues))]
    for turn in range(max(map(len, order), default=0)):
        yield from (queue[turn] for queue in order if turn < len(queue))
