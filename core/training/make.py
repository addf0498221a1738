"""The whole recipe: data, training, choice of weights on dev, measuring, pack."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.detectors.network_detector import NetworkDetector
from core.detectors.pack import PackInfo
from core.foundation.hashing import sha256_value
from core.foundation.progress import SILENT, Progress, span
from core.training.datasets.manifest import Clip, Manifest
from core.training.datasets.store import WaveStore, open_store
from core.training.evaluate import Wave, measure, score_clips
from core.training.export import draft_card, export
from core.training.loop import Batches, Step, Trainer, train
from core.training.plan import TrainingPlan

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Clips of all manifests with their waveforms at the plan's rate."""

    manifest: Manifest
    store: WaveStore

    def split(self, name: str) -> tuple[tuple[Clip, ...], list[Wave]]:
        """Clips of a split and their waveforms."""
        numbers = [i for i, clip in enumerate(self.manifest.clips) if clip.split == name]
        return tuple(self.manifest.clips[i] for i in numbers), [self.store.read(i) for i in numbers]

    def describe(self) -> str:
        """What is trained on, in words for a card."""
        numbers = [i for i, clip in enumerate(self.manifest.clips) if clip.split == "train"]
        clips = [self.manifest.clips[i] for i in numbers]
        hours = sum(self.store.frames(i) for i in numbers) / self.store.rate_hz / 3600
        human = sum(clip.label == "real" for clip in clips)
        return (
            f"{len(clips)} public recordings ({hours:.1f} h, many of them several times, as a whole and cut) from "
            f"{len({clip.source for clip in clips})} sources: {human} of human speech, {len(clips) - human} made by "
            f"{len({clip.generator for clip in clips if clip.generator})} generators, codecs and vocoders. Development "
            "and test recordings come from other sources."
        )

    def train_batches(self, plan: TrainingPlan) -> Batches:
        """Batches of the clips of `train`."""
        numbers = [i for i, clip in enumerate(self.manifest.clips) if clip.split == "train"]
        return Batches([self.manifest.clips[i] for i in numbers], self.store.part(numbers), plan)


def open_data(manifest: Manifest, plan: TrainingPlan, cache: Path, progress: Progress = SILENT) -> Data:
    """Decode what is not decoded yet.

    Raises:
        DataError: a clip cannot be read (DA-004).
    """
    return Data(manifest=manifest, store=open_store(manifest.clips, plan.sample_rate, cache, progress))


@dataclass(slots=True)
class Choice:
    """Keeps the averaged weights with the smallest mean equal error rate of both questions on dev."""

    plan: TrainingPlan
    clips: Sequence[Clip]
    waveforms: Sequence[Wave]
    path: Path
    """The checkpoint."""
    best: float = np.inf
    weights: dict[str, Tensor] = field(default_factory=dict)

    def __call__(self, trainer: Trainer) -> None:
        """Evaluate, keep, and save a checkpoint to go on from."""
        weights = plain(trainer.average.state_dict())
        card = draft_card(self.plan, "", "")
        scores = score_clips(NetworkDetector(card, weights), self.waveforms)
        rows = [measure(scores[:, i], self.clips, q, "dev", "full band") for i, q in enumerate(card.questions)]
        mean = float(np.mean([row.eer_pct for row in rows]))
        _LOG.info("step %d: dev equal error %s %%", trainer.done, {row.question: row.eer_pct for row in rows})
        if mean < self.best:
            self.best, self.weights = mean, weights
        torch.save({"trainer": trainer.state(), "best": self.best, "weights": self.weights}, self.path)

    def resume(self, trainer: Trainer) -> None:
        """Go on from the checkpoint, if there is one."""
        if self.path.exists():
            state = torch.load(self.path, weights_only=True)
            trainer.resume(state["trainer"])
            self.best, self.weights = state["best"], state["weights"]


def make_pack(
    plan: TrainingPlan,
    data: Data,
    folder: Path,
    cache: Path,
    *,
    half: bool = False,
    progress: Progress = SILENT,
) -> PackInfo:
    """Train as planned (going on from a checkpoint in `cache`), choose on dev, measure dev and test, write the pack.

    Raises:
        DataError: a class is missing (DA-005).
        ModelError: the pack cannot be written (MO-019).
    """
    trainer = Trainer(plan, data.train_batches(plan), half=half)
    choice = Choice(plan, *data.split("dev"), cache / checkpoint_name(plan, data.manifest))
    choice.resume(trainer)
    train(trainer, _log, choice, span(progress, 0.0, 0.9))
    card = draft_card(plan, "+".join(data.manifest.sha256), data.describe())
    splits = {name: data.split(name) for name in ("dev", "test")}
    known = {clip.generator for clip in data.manifest.split("train")}
    return export(folder, card, choice.weights, splits, known, span(progress, 0.9, 1.0))


def plain(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights in the ordinary memory layout, detached from the network."""
    return {name: tensor.detach().contiguous().clone() for name, tensor in weights.items()}


def checkpoint_name(plan: TrainingPlan, manifest: Manifest) -> str:
    """A name for each recipe and data: a run never goes on from another's checkpoint."""
    return f"{sha256_value([asdict(plan), manifest.sha256])[:16]}.pt"


def _log(step: Step) -> None:
    if step.number % 50 == 0:
        _LOG.info("step %d: loss %.4f", step.number, step.loss)
