"""The whole recipe: data, training, choice of weights on dev, measuring, pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from torch import Tensor

from core.detectors.card import ModelCard
from core.detectors.pack import PackInfo
from core.detectors.pack_files import require_free
from core.foundation.errors import TrainingError
from core.foundation.hashing import sha256_value
from core.foundation.progress import SILENT, Cancelled, Progress, span
from core.training.batches import Batches
from core.training.choice import Choice, check_dev, dev_errors
from core.training.data import Data, open_data
from core.training.datasets.manifest import Manifest
from core.training.distributed import ALONE, World
from core.training.export import draft_card, export
from core.training.fitting import fit_weights
from core.training.loop import Step, Trainer, train
from core.training.plan import TrainingPlan
from core.training.record import Record

__all__ = ["Data", "Made", "Run", "make_pack", "make_packs", "open_data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Where and how a plan is carried out."""

    folder: Path
    """Of checkpoints."""
    device: str = "cpu"
    world: World = ALONE
    record: Record = field(default_factory=Record)
    resume: bool = False
    """Go on from a checkpoint; otherwise there must be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of a plan."""

    seeds: tuple[int, ...]
    eer_pct: tuple[float, ...]
    """Mean equal error of all questions on dev, of each seed."""
    packs: tuple[PackInfo, ...]
    """Those that are kept; empty in all processes but the first."""

    @property
    def spread(self) -> tuple[float, float]:
        """Mean and standard deviation (n - 1; 0 of one run) of eer_pct."""
        return float(np.mean(self.eer_pct)), float(np.std(self.eer_pct, ddof=1)) if len(self.eer_pct) > 1 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trained:
    plan: TrainingPlan
    card: ModelCard
    batches: Batches
    weights: Mapping[str, Tensor]
    eer_pct: float


def make_packs(plan: TrainingPlan, data: Data, folder: Path, run: Run, progress: Progress = SILENT) -> Made:
    """Train once for each of the plan's seeds, and write packs of the best run or of all.

    Packs of several runs lie in folders of their own, `folder`-SEED; one alone lies in `folder`.

    Raises:
        DataError: a class is missing (DA-005), clips are too short (DA-040), or dev cannot choose (DA-041).
        TrainingError: see core.training.loop and core.training.checkpoint; a checkpoint is there already (TR-012).
        ModelError: the pack's folder holds something else (MO-004), or cannot be written (MO-019).
        Cancelled: stopped; a checkpoint was written.
    """
    seeds = plan.seeds or (plan.seed,)
    for seed in seeds:
        require_free(_target(folder, seed, alone=len(seeds) == 1 or plan.keep != "all"))
    if short := data.shortfall:
        run.record.fault(0, short)
    if not run.resume:
        _check_new([_checkpoint(run, replace(plan, seed=seed)) for seed in seeds])
    trained = []
    for number, seed in enumerate(seeds):
        part = span(progress, 0.9 * number / len(seeds), 0.9 * (number + 1) / len(seeds))
        trained.append(_train(replace(plan, seed=seed), data, run, part))
    errors = tuple(each.eer_pct for each in trained)
    kept = trained if plan.keep == "all" else [trained[int(np.argmin(errors))]]
    packs = _export(kept, data, folder, span(progress, 0.9, 1.0)) if run.world.rank == 0 else ()
    made = Made(seeds=seeds, eer_pct=errors, packs=packs)
    run.record.write("made", seeds=list(seeds), eer_pct=list(errors), mean=made.spread[0], std=made.spread[1])
    return made


def make_pack(plan: TrainingPlan, data: Data, folder: Path, cache: Path, progress: Progress = SILENT) -> PackInfo:
    """Train with the plan's own seed, going on from a checkpoint in `cache`, and write the pack.

    Raises:
        CoreError: as make_packs.
    """
    return make_packs(replace(plan, seeds=()), data, folder, Run(folder=cache, resume=True), progress).packs[0]


def run_name(plan: TrainingPlan, manifest: Manifest) -> str:
    """Names recipe and data: a run never goes on from another's checkpoint."""
    return sha256_value([asdict(plan), manifest.sha256])


def _train(plan: TrainingPlan, data: Data, run: Run, progress: Progress) -> _Trained:
    batches = data.batches(plan)
    card = draft_card(plan, "+".join(data.manifest.sha256), data.describe(), batches.task)
    run.record.write("start", plan=plan.name, seed=plan.seed, clips=len(batches.clips), classes=list(card.classes))
    if plan.optimiser in ("em", "logistic"):
        return _fit(plan, data, card, batches, progress)
    trainer = Trainer(plan, batches, device=run.device, world=run.world, tell=partial(run.record.fault, 0))
    path = _checkpoint(run, plan)
    choice = Choice(plan, card, data.split("dev"), path, run_name(plan, data.manifest), run.record)
    choice.resume(trainer)
    _to_the_end(trainer, choice, run.record, progress)
    return _Trained(plan=plan, card=card, batches=batches, weights=choice.weights, eer_pct=choice.best)


def _to_the_end(trainer: Trainer, choice: Choice, record: Record, progress: Progress) -> None:
    def log(step: Step) -> None:
        more = {} if step.adversary_loss is None else {"adversary_loss": step.adversary_loss}
        record.write("step", step.number, loss=step.loss, learning_rate=step.learning_rate, **more)

    if choice.ended:
        return
    try:
        train(trainer, log, choice, progress)
    except (Cancelled, TrainingError):
        choice.save(trainer)
        raise


def _fit(plan: TrainingPlan, data: Data, card: ModelCard, batches: Batches, progress: Progress) -> _Trained:
    dev = data.split("dev")
    check_dev(card, dev[0])
    weights = fit_weights(plan, batches, progress)
    error = float(np.mean(list(dev_errors(card, weights, *dev).values())))
    return _Trained(plan=plan, card=card, batches=batches, weights=weights, eer_pct=error)


def _export(kept: Sequence[_Trained], data: Data, folder: Path, progress: Progress) -> tuple[PackInfo, ...]:
    splits = {name: data.split(name) for name in dict.fromkeys(("dev", *data.plan.measure))}
    packs = []
    for number, each in enumerate(kept):
        alone = len(kept) == 1
        card = each.card if alone else replace(each.card, id=f"{each.card.id}-{each.plan.seed}")
        target = _target(folder, each.plan.seed, alone=alone)
        part = span(progress, number / len(kept), (number + 1) / len(kept))
        packs.append(export(target, card, each.weights, splits, data.known, part, task=each.batches.task))
    return tuple(packs)


def _target(folder: Path, seed: int, *, alone: bool) -> Path:
    return folder if alone else folder.with_name(f"{folder.name}-{seed}")


def _checkpoint(run: Run, plan: TrainingPlan) -> Path:
    return run.folder / f"{plan.name}-{plan.seed}.checkpoint"


def _check_new(paths: Sequence[Path]) -> None:
    for path in paths:
        if path.exists():
            raise TrainingError(
                "TR-012",
                f"There is a run of this plan already ({path}).",
                means="Nothing was changed.",
                do="Go on with it by --resume, or choose another folder with --out.",
            )
