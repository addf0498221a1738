"""Splits and folds that have no group of clips in common.

Clips that share a voice, a sentence, a source or a generator hang together. Where they fall apart into enough separate
heaps, whole heaps go into splits and no clip is lost. Where all hang together, groups of the first kind are dealt out,
every other group goes where most of its clips are wanted, and clips caught between two splits are dropped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from core.foundation.errors import DataError
from core.foundation.rng import generator
from core.training.datasets.groups import GROUPS
from core.training.datasets.manifest import Clip

SHARES: Mapping[str, float] = {"train": 0.8, "dev": 0.1, "test": 0.1}
_ATTEMPTS = 8
_FREE = "any"
"""Of a clip that none of the groups so far binds to a split."""
_ENOUGH = 0.5
"""A split made of whole heaps must reach this part of its share; otherwise clips are dropped instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Numbers of clips to train on and of clips held out."""

    train: tuple[int, ...]
    held_out: tuple[int, ...]
    names: tuple[str, ...]
    """Groups that are held out."""


def heaps(clips: Sequence[Clip], kinds: Sequence[str]) -> NDArray[np.int32]:
    """Number of the heap of each clip; a chain of shared groups leads from each clip of a heap to each other."""
    numbers: dict[tuple[str, str], int] = {}
    pairs = [
        (index, len(clips) + numbers.setdefault((kind, group), len(numbers)))
        for index, clip in enumerate(clips)
        for kind in kinds
        if (group := GROUPS[kind](clip))
    ]
    size = len(clips) + len(numbers)
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    graph = sparse.coo_array((np.ones(len(rows), np.int8), (rows, columns)), (size, size))
    return csgraph.connected_components(graph, directed=False)[1][: len(clips)]


def split_clips(
    clips: Sequence[Clip],
    kinds: Sequence[str] = tuple(GROUPS),
    shares: Mapping[str, float] = SHARES,
    seed: int = 0,
) -> tuple[Clip, ...]:
    """The clips with new splits that share no group of the kinds; clips caught between two splits are left out.

    Raises:
        DataError: no such splits can be made, because one group holds nearly everything (DA-012).
    """
    whole = [f"heap {number}" for number in heaps(clips, kinds).tolist()]
    chosen = _best(clips, [whole], shares, seed)
    if _fill(clips, chosen, shares) < _ENOUGH:
        chosen = _best(clips, [[GROUPS[kind](clip) for clip in clips] for kind in kinds], shares, seed)
    if _fill(clips, chosen, shares) <= 0:
        raise _impossible(clips, kinds, shares)
    return tuple(replace(clip, split=split) for clip, split in zip(clips, chosen, strict=True) if split)


def leave_out(
    clips: Sequence[Clip], by: str, folds: int = 5, apart: Sequence[str] = ("utterance",), seed: int = 0
) -> tuple[Fold, ...]:
    """Folds, each holding out other generators (or other sources), so that each is held out once.

    Clips without a group of the kind `by` (human speech has no generator) are held out by their source; groups of human
    speech, of generated and of both are dealt out apart, so that each fold has of each while there are enough. Of the
    rest, clips that share a group of the kinds in `apart` with the held-out ones are left out of training.

    Raises:
        DataError: there are fewer groups than folds (DA-012).
    """
    groups = [GROUPS[by](clip) or f"human, {clip.source}" for clip in clips]
    sizes = Counter(groups)
    if len(sizes) < folds:
        raise _too_few(by, len(sizes), folds)
    labels: dict[str, set[str]] = defaultdict(set)
    for group, clip in zip(groups, clips, strict=True):
        labels[group].add(clip.label)
    shares, dealt = {str(number): 1 / folds for number in range(folds)}, dict[str, str]()
    for kind in ({"fake"}, {"real"}, {"fake", "real"}):
        alike = {group: size for group, size in sizes.items() if labels[group] == kind}
        dealt |= _deal(alike, shares, generator(seed, "fold", by))
    return tuple(_fold(clips, groups, {g for g, to in dealt.items() if to == str(n)}, apart) for n in range(folds))


def fold_clips(clips: Sequence[Clip], fold: Fold) -> tuple[Clip, ...]:
    """The clips of a fold: those held out are `test`; of the others those of `dev` stay it and the rest are `train`."""
    held, kept = set(fold.held_out), set(fold.train)
    return tuple(
        replace(clip, split="test" if index in held else "dev" if clip.split == "dev" else "train")
        for index, clip in enumerate(clips)
        if index in held or index in kept
    )


def _fold(clips: Sequence[Clip], groups: Sequence[str], held: set[str], apart: Sequence[str]) -> Fold:
    out = [index for index, group in enumerate(groups) if group in held]
    shared = {(kind, GROUPS[kind](clips[index])) for kind in apart for index in out}
    train = [
        index
        for index, group in enumerate(groups)
        if group not in held
        and not any(value and (kind, value) in shared for kind in apart for value in [GROUPS[kind](clips[index])])
    ]
    return Fold(train=tuple(train), held_out=tuple(out), names=tuple(sorted(held)))


def _best(clips: Sequence[Clip], keys: Sequence[Sequence[str]], shares: Mapping[str, float], seed: int) -> list[str]:
    attempts = [_attempt(keys, shares, generator(seed, "split", number)) for number in range(_ATTEMPTS)]
    return max(attempts, key=lambda chosen: (round(_fill(clips, chosen, shares), 2), sum(map(bool, chosen))))


def _attempt(keys: Sequence[Sequence[str]], shares: Mapping[str, float], rng: np.random.Generator) -> list[str]:
    """Split of each clip, empty for a clip caught between splits; the first of `keys` leads."""
    dealt = _deal(Counter(group for group in keys[0] if group), shares, rng)
    chosen = [dealt.get(group, _FREE) for group in keys[0]]
    for groups in keys[1:]:
        home = _homes(_wanted(groups, chosen, shares), shares, rng)
        for index, group in enumerate(groups):
            if group and chosen[index] == _FREE:
                chosen[index] = home[group]
            elif group and chosen[index] != home.get(group):
                chosen[index] = ""
    alone = _deal({str(index): 1 for index, split in enumerate(chosen) if split == _FREE}, shares, rng)
    return [alone.get(str(index), split) for index, split in enumerate(chosen)]


def _wanted(groups: Sequence[str], chosen: Sequence[str], shares: Mapping[str, float]) -> dict[str, Counter[str]]:
    """For each group how many of its clips each split could keep."""
    wanted: dict[str, Counter[str]] = defaultdict(Counter)
    for group, split in zip(groups, chosen, strict=True):
        if group and split:
            wanted[group].update(list(shares) if split == _FREE else [split])
    return wanted


def _deal(sizes: Mapping[str, int], shares: Mapping[str, float], rng: np.random.Generator) -> dict[str, str]:
    """Each group to the split that lacks most of its share; the largest first, those of one size in random order."""
    return _homes({group: Counter(dict.fromkeys(shares, size)) for group, size in sizes.items()}, shares, rng)


def _homes(
    wanted: Mapping[str, Mapping[str, int]], shares: Mapping[str, float], rng: np.random.Generator
) -> dict[str, str]:
    """A split for each group: where most of its clips are, weighed by what that split still lacks of its share."""
    total = sum(max(counts.values()) for counts in wanted.values())
    lack = {split: share * total for split, share in shares.items()}
    homes = {}
    names = sorted(wanted)
    order = sorted(rng.permutation(len(names)).tolist(), key=lambda index: -max(wanted[names[index]].values()))
    for group in (names[index] for index in order):
        counts = wanted[group]
        best = max(counts, key=lambda split: (counts[split] * _need(lack[split], shares[split] * total), lack[split]))
        homes[group] = best
        lack[best] -= counts[best]
    return homes


def _need(lack: float, target: float) -> float:
    return max(lack / max(target, 1e-9), 1e-6)


def _fill(clips: Sequence[Clip], chosen: Sequence[str], shares: Mapping[str, float]) -> float:
    """How far the split that is worst off reaches its share of the label that it has least of, 0..1."""
    labels = Counter(clip.label for clip in clips)
    have = Counter((split, clip.label) for clip, split in zip(clips, chosen, strict=True) if split)
    reached = [have[split, label] / (share * labels[label]) for split, share in shares.items() for label in labels]
    return min(1.0, *reached)


def _impossible(clips: Sequence[Clip], kinds: Sequence[str], shares: Mapping[str, float]) -> DataError:
    counts = {kind: len({GROUPS[kind](clip) for clip in clips} - {""}) for kind in kinds}
    said = ", ".join(f"{number} of the kind {kind}" for kind, number in counts.items())
    return DataError(
        "DA-012",
        f"{len(shares)} splits with both classes that share no group cannot be made: there are groups: {said}.",
        means="No manifest was written.",
        do="Leave out a kind of which there are too few (`--by`), or add data.",
    )


def _too_few(by: str, there: int, folds: int) -> DataError:
    return DataError(
        "DA-012",
        f"{folds} folds by {by} cannot be made: there are {there} groups of that kind.",
        do="Ask for fewer folds, or add data.",
    )
