"""The clips of a plan: which train, which choose, which are measured, with their waveforms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.foundation.errors import DataError, TrainingError
from core.foundation.progress import SILENT, Progress
from core.training.batches import Batches
from core.training.datasets.manifest import Clip, Manifest
from core.training.datasets.store import WaveStore, open_store
from core.training.evaluate import Wave
from core.training.plan import TrainingPlan

Part = tuple[tuple[Clip, ...], list[Wave]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Clips of all manifests with their waveforms at the plan's rate."""

    manifest: Manifest
    store: WaveStore
    plan: TrainingPlan
    left_out: tuple[DataError, ...] = ()
    """Why clips that the manifests name are not among these."""

    def train(self) -> list[int]:
        """Numbers of the clips that train."""
        splits = self.plan.train_splits
        return [i for i, clip in enumerate(self.manifest.clips) if clip.split in splits and not self.held_out(clip)]

    def held_out(self, clip: Clip) -> bool:
        """Whether the plan keeps a clip from training by its generator, source or another column."""
        return any(getattr(clip, column, None) in values for column, values in self.plan.hold_out.items())  # type: ignore[operator]

    @property
    def known(self) -> set[str]:
        """Generators that are trained on."""
        return {self.manifest.clips[i].generator for i in self.train()}

    def split(self, name: str) -> Part:
        """Clips and waveforms of a split; `dev` is what chooses the weights."""
        return self._part(self._dev() if name == "dev" else self._named(name))

    @property
    def shortfall(self) -> DataError | None:
        """What must be said where no clip that chooses the weights fills a window (DA-043)."""
        frames = [self.store.frames(i) for i in self._dev()]
        if not frames or max(frames) >= self.plan.window_frames:
            return None
        return DataError(
            "DA-043",
            f"All {len(frames)} clips that choose the weights are shorter than the window of {self.plan.window_s:g} s; "
            f"the longest has {max(frames) / self.store.rate_hz:.2f} s.",
            means="Training goes on. What is measured holds for clips as short as these, not for whole windows.",
            do="Use longer clips, or a shorter window_s in the plan.",
        )

    def describe(self) -> str:
        """What is trained on, in words for a card."""
        numbers = self.train()
        clips = [self.manifest.clips[i] for i in numbers]
        hours = sum(self.store.frames(i) for i in numbers) / self.store.rate_hz / 3600
        human = sum(clip.label == "real" for clip in clips)
        return (
            f"{len(clips)} recordings ({hours:.1f} h, some of them several times, as a whole and cut) from "
            f"{len({clip.source for clip in clips})} sources: {human} of human speech, {len(clips) - human} made by "
            f"{len({clip.generator for clip in clips if clip.generator})} generators, codecs and vocoders."
            + (f" Of the manifests' clips {len(self.left_out)} could not be read." if self.left_out else "")
        )

    def batches(self, plan: TrainingPlan) -> Batches:
        """Batches of the clips that train; `plan` may differ from this one's in its seed.

        Raises:
            DataError: no clip, no clip of a class (DA-005), or all are too short (DA-040).
        """
        numbers = self.train()
        if not numbers:
            raise _nothing("There are no clips to train on.")
        return Batches([self.manifest.clips[i] for i in numbers], self.store.part(numbers), plan)

    def _dev(self) -> list[int]:
        plan, clips = self.plan, self.manifest.clips
        chosen = [
            i
            for i, clip in enumerate(clips)
            if clip.split in plan.dev_splits or (clip.split in plan.train_splits and self.held_out(clip))
        ]
        if plan.choose_on == "dev":
            return chosen
        known = self.known
        return [i for i in chosen if clips[i].label == "real" or clips[i].generator not in known]

    def _named(self, name: str) -> list[int]:
        return [i for i, clip in enumerate(self.manifest.clips) if clip.split == name]

    def _part(self, numbers: Sequence[int]) -> Part:
        return tuple(self.manifest.clips[i] for i in numbers), [self._window(self.store.read(i)) for i in numbers]

    def _window(self, waveform: Wave) -> Wave:
        """Repeated to a whole window where an examination would do so."""
        frames = self.plan.window_frames
        short = self.plan.short_input == "repeat" and len(waveform) < frames
        return np.resize(waveform, frames) if short else waveform


def open_data(manifest: Manifest, plan: TrainingPlan, cache: Path, progress: Progress = SILENT) -> Data:
    """Decode what is not decoded yet; clips that cannot be read are left out, and said so.

    Raises:
        DataError: there is no clip (DA-005), or none can be read (the first one's DA-004).
        IntegrityError: a clip is not the file that the manifest lists (DA-014).
        TrainingError: the cache cannot be written (TR-010).
    """
    if not manifest.clips:
        raise _nothing("The manifests name no clips.")
    try:
        store = open_store(manifest.clips, plan.sample_rate, cache, progress)
    except OSError as error:
        raise TrainingError(
            "TR-010",
            f"The decoded clips cannot be kept in {cache} ({error.strerror or error}).",
            means="Training did not start.",
            do="Free space, or choose another folder with --cache.",
        ) from error
    usable = [i for i in range(len(store)) if i not in store.faults]
    if not usable:
        raise store.faults[0]
    clips = tuple(manifest.clips[i] for i in usable)
    return Data(
        manifest=replace(manifest, clips=clips),
        store=store.part(usable),
        plan=plan,
        left_out=tuple(store.faults.values()),
    )


def _nothing(what: str) -> DataError:
    return DataError(
        "DA-005", what, means="Training cannot start.", do="Check the manifests, their splits and the plan's hold_out."
    )
