"""Batches of crops, each determined by the plan's seed and its step alone, so that any step can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.foundation.errors import DataError
from core.foundation.rng import generator
from core.training.augment import check, draw_chain
from core.training.datasets.manifest import Clip
from core.training.datasets.store import WaveStore
from core.training.plan import TrainingPlan
from core.training.prepare import crop_bounds, dither, set_level
from core.training.samplers import sampler_of
from core.training.tasks import Task, task_of

_FEW_LENGTHS = 4
"""Of crops where the network is compiled anew for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What a batch is made of."""

    step: int
    indices: list[int]
    frames: int
    """Length of its crops."""


class Batches:
    """Draws batches and makes their crops.

    Where the plan's `short_input` is `repeat`, a clip shorter than the window is repeated before it is cut, as an
    examination does. Elsewhere a clip shorter than the batch's crops gives way to a longer one of its group (generator,
    or source of human speech), else of its class; where there is none it is put somewhere in silence: a seam is learnt
    at once.
    """

    task: Task

    def __init__(self, clips: Sequence[Clip], store: WaveStore, plan: TrainingPlan):
        """Sort the clips.

        Raises:
            DataError: a class has no clip (DA-005), or all clips are too short (DA-040).
            PerturbationError: the plan's perturbations are not to be had.
        """
        check(plan.augment)
        self.task = task_of(plan, clips)
        allowed = np.array([self.task.allowed(clip) for clip in clips])
        used = np.flatnonzero(allowed.any(axis=1)).tolist()
        self.clips = [clips[index] for index in used]
        self._store, self._plan, self._allowed = store.part(used), plan, allowed[used]
        self._low, self._high = (round(seconds * plan.sample_rate) for seconds in plan.crop_s)
        self._lengths = self._usable_lengths()
        self._groups = np.array([clip.generator if clip.label == "fake" else clip.source for clip in self.clips])
        self._few = np.linspace(self._low, self._high, _FEW_LENGTHS).round().astype(int)
        if self._lengths.max() < self._low:
            raise _all_short(len(used), float(self._lengths.max()) / plan.sample_rate, plan.crop_s[0])
        self._sampler = sampler_of(self.clips, self._allowed, plan)

    def draw(self, step: int) -> Draw:
        """Clips and length of a step's batch."""
        rng = generator(self._plan.seed, "batch", step)
        frames = int(rng.choice(self._few) if self._plan.compiled else rng.integers(self._low, self._high + 1))
        indices = [self._long_enough(index, frames, rng) for index in self._sampler.batch(rng)]
        return Draw(step=step, indices=indices, frames=frames)

    def allowed(self, draw: Draw) -> Tensor:
        """Which classes each clip may be, bool (batch, classes)."""
        return torch.from_numpy(self._allowed[draw.indices])

    def waveforms(self, draw: Draw, places: range) -> Tensor:
        """Crops of some places of the batch, float32 (len(places), frames)."""
        return torch.from_numpy(np.stack([self._crop(draw, place) for place in places]))

    def make(self, step: int) -> tuple[Tensor, Tensor]:
        """Waveforms (batch, frames) and which classes each may be, bool (batch, classes)."""
        draw = self.draw(step)
        return self.waveforms(draw, range(len(draw.indices))), self.allowed(draw)

    def _crop(self, draw: Draw, place: int) -> NDArray[np.float32]:
        rng = generator(self._plan.seed, "crop", draw.step, place)
        index = draw.indices[place]
        start, length = crop_bounds(int(self._lengths[index]), draw.frames, draw.frames, rng)
        waveform = self._read(index, start, length)
        if length < draw.frames:
            before = int(rng.integers(0, draw.frames - length + 1))
            waveform = np.pad(waveform, (before, draw.frames - length - before))
        for change in draw_chain(self._chances, self._plan.clean, rng):
            waveform = change.apply(waveform, self._plan.sample_rate)
        return dither(set_level(waveform, rng.uniform(*self._plan.level_dbfs)), rng)

    def _usable_lengths(self) -> NDArray[np.int64]:
        """Frames of each clip, after repeating where the plan says so."""
        least = max(self._plan.window_frames, self._high) if self._plan.short_input == "repeat" else 0
        return np.array([max(self._store.frames(index), least) for index in range(len(self._store))])

    def _read(self, index: int, start: int, length: int) -> NDArray[np.float32]:
        if start + length <= self._store.frames(index):
            return self._store.read(index, start, length)
        return np.resize(self._store.read(index), start + length)[start:]

    @property
    def _chances(self) -> dict[str, float]:
        return {name: float(chance) for name, chance in self._plan.augment.items()}  # type: ignore[arg-type]

    def _long_enough(self, index: int, frames: int, rng: np.random.Generator) -> int:
        if self._lengths[index] >= frames:
            return index
        alike = (self._allowed == self._allowed[index]).all(axis=1) & (self._lengths >= frames)
        for candidates in (np.flatnonzero(alike & (self._groups == self._groups[index])), np.flatnonzero(alike)):
            if candidates.size:
                return int(rng.choice(candidates))
        return index


def _all_short(count: int, longest_s: float, crop_s: float) -> DataError:
    return DataError(
        "DA-040",
        f"All {count} clips of the training data are shorter than the crop of {crop_s:g} s; "
        f"the longest has {longest_s:.2f} s.",
        means="Training cannot start.",
        do="Choose shorter crops (crop_s) in the plan, or use longer clips.",
        facts={"longest_s": longest_s},
    )
