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
from core.foundation.errors import CoreError, ModelError, TrainingError
from core.foundation.hashing import sha256_value
from core.foundation.progress import SILENT, Cancelled, Progress, span
from core.training.batches import Batches
from core.training.choice import Choice, check_dev, dev_errors
from core.training.data import Data, open_data
from core.training.datasets.manifest import Manifest
from core.training.distributed import ALONE, World
from core.training.divergence import caution
from core.training.export import draft_card, export
from core.training.fitting import fit_weights
from core.training.keeping import kept_elsewhere
from core.training.loop import Step, Trainer, train
from core.training.plan import DESCRIPTIVE, TrainingPlan
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
    """Those that gave a model."""
    eer_pct: tuple[float, ...]
    """Mean equal error of all questions on dev, of each seed."""
    packs: tuple[PackInfo, ...]
    """Those that are kept; empty in all processes but the first."""
    faults: tuple[CoreError, ...] = ()
    """What went wrong although there is a model; told already."""

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
    """Empty where training ended before there was a model."""
    eer_pct: float
    fault: CoreError | None = None
    """What ended training early."""


def make_packs(plan: TrainingPlan, data: Data, folder: Path, run: Run, progress: Progress = SILENT) -> Made:
    """Train once for each of the plan's seeds, and write packs of the best run or of all.

    Packs of several runs lie in folders of their own, `folder`-SEED; one alone lies in `folder`.

    Raises:
        DataError: a class is missing (DA-005), clips are too short (DA-040), or dev cannot choose (DA-041).
        TrainingError: see core.training.loop and core.training.checkpoint; a checkpoint is there already (TR-012);
            no seed gave a model (TR-005).
        ModelError: the pack's folder holds something else (MO-004), or neither it nor the system's temporary folder
            can be written (MO-019).
        Cancelled: stopped; a checkpoint was written.
    """
    seeds = plan.seeds or (plan.seed,)
    for seed in seeds:
        require_free(_target(folder, seed, alone=len(seeds) == 1 or plan.keep != "all"))
    for told in (*data.left_out, *filter(None, [data.shortfall])):
        run.record.fault(0, told)
    if not run.resume:
        _check_new([_checkpoint(run, replace(plan, seed=seed)) for seed in seeds])
    trained = []
    for number, seed in enumerate(seeds):
        part = span(progress, 0.9 * number / len(seeds), 0.9 * (number + 1) / len(seeds))
        trained.append(_train(replace(plan, seed=seed), data, run, part))
    faults = [each.fault for each in trained if each.fault]
    trained = _with_model(trained, run.record)
    errors = tuple(each.eer_pct for each in trained)
    kept = trained if plan.keep == "all" else [trained[int(np.argmin(errors))]]
    packs, misplaced = _export(kept, data, folder, run, span(progress, 0.9, 1.0)) if run.world.rank == 0 else ((), ())
    made = Made(
        seeds=tuple(each.plan.seed for each in trained), eer_pct=errors, packs=packs, faults=(*faults, *misplaced)
    )
    run.record.write("made", seeds=list(made.seeds), eer_pct=list(errors), mean=made.spread[0], std=made.spread[1])
    return made


def make_pack(plan: TrainingPlan, data: Data, folder: Path, cache: Path, progress: Progress = SILENT) -> PackInfo:
    """Train with the plan's own seed, going on from a checkpoint in `cache`, and write the pack.

    Raises:
        CoreError: as make_packs.
    """
    return make_packs(replace(plan, seeds=()), data, folder, Run(folder=cache, resume=True), progress).packs[0]


def run_name(plan: TrainingPlan, manifest: Manifest, left_out: int = 0) -> str:
    """Names recipe and data, and how many clips could not be read: a run never goes on from another's checkpoint."""
    recipe = {name: value for name, value in asdict(plan).items() if name not in DESCRIPTIVE}
    return sha256_value([recipe, manifest.sha256, *([left_out] if left_out else [])])


def _train(plan: TrainingPlan, data: Data, run: Run, progress: Progress) -> _Trained:
    batches = data.batches(plan)
    card = draft_card(plan, "+".join(data.manifest.sha256), data.describe(), batches.task)
    run.record.write("start", plan=plan.name, seed=plan.seed, clips=len(batches.clips), classes=list(card.classes))
    if plan.optimiser in ("em", "logistic"):
        return _fit(plan, data, card, batches, progress)
    trainer = Trainer(plan, batches, device=run.device, world=run.world, tell=partial(run.record.fault, 0))
    path = _checkpoint(run, plan)
    name = run_name(plan, data.manifest, len(data.left_out))
    choice = Choice(plan, card, data.split("dev"), path, name, run.record)
    choice.resume(trainer)
    fault = _to_the_end(trainer, choice, run.record, progress)
    if choice.losses.ran_away and choice.weights:
        told = caution(choice.losses, choice.step)
        run.record.fault(trainer.done, told)
        card = replace(card, limits=(*card.limits, told.what))
    return _Trained(plan=plan, card=card, batches=batches, weights=choice.weights, eer_pct=choice.best, fault=fault)


def _to_the_end(trainer: Trainer, choice: Choice, record: Record, progress: Progress) -> TrainingError | None:
    """Train; what ended it early, told with what is kept."""

    def log(step: Step) -> None:
        choice.losses.add(step.loss)
        more = {} if step.adversary_loss is None else {"adversary_loss": step.adversary_loss}
        record.write("step", step.number, loss=step.loss, learning_rate=step.learning_rate, **more)

    if choice.ended:
        return None
    try:
        train(trainer, log, choice, progress)
        if not choice.weights:  # a run whose last evaluation failed goes on
            choice(trainer)
    except Cancelled:
        choice.save(trainer)
        raise
    except TrainingError as error:
        choice.save(trainer)
        error.means = _what_is_kept(choice)
        record.write("fault", trainer.done, code=error.code, message=error.message)
        return error
    return None


def _what_is_kept(choice: Choice) -> str:
    if not choice.weights:
        return "Training ended before there was a model to keep: there is no pack. The log is kept."
    return f"Training ended. The best model so far, that of step {choice.step}, becomes the pack; the log is kept."


def _with_model(trained: Sequence[_Trained], record: Record) -> list[_Trained]:
    """Those that gave a model, the others told of; the first one's fault is raised where none did."""
    found = [each for each in trained if each.weights]
    faults = [each.fault for each in trained if each.fault]
    if not found:
        raise faults[0]
    for fault in faults:
        record.fault(0, fault)
    return found


def _fit(plan: TrainingPlan, data: Data, card: ModelCard, batches: Batches, progress: Progress) -> _Trained:
    dev = data.split("dev")
    check_dev(card, dev[0])
    weights = fit_weights(plan, batches, progress)
    error = float(np.mean(list(dev_errors(card, weights, *dev).values())))
    return _Trained(plan=plan, card=card, batches=batches, weights=weights, eer_pct=error)


def _export(
    kept: Sequence[_Trained], data: Data, folder: Path, run: Run, progress: Progress
) -> tuple[tuple[PackInfo, ...], tuple[CoreError, ...]]:
    """The packs, and what must be said of those that are not where they should be."""
    splits = {name: data.split(name) for name in dict.fromkeys(("dev", *data.plan.measure))}
    packs, misplaced = [], []
    for number, each in enumerate(kept):
        alone = len(kept) == 1
        card = each.card if alone else replace(each.card, id=f"{each.card.id}-{each.plan.seed}")
        target = _target(folder, each.plan.seed, alone=alone)
        part = span(progress, number / len(kept), (number + 1) / len(kept))
        try:
            pack = export(target, card, each.weights, splits, data.known, part, task=each.batches.task)
        except ModelError as error:
            raise _lost(error, _checkpoint(run, each.plan)) from error
        if pack.folder != target:
            misplaced.append(kept_elsewhere(target, pack))
            run.record.fault(0, misplaced[-1])
        packs.append(pack)
    return tuple(packs), tuple(misplaced)


def _lost(error: ModelError, checkpoint: Path) -> ModelError:
    """What it means that no pack could be written anywhere."""
    if error.code == "MO-019":
        kept = f"The best weights are in {checkpoint}: --resume writes the pack."
        error.means = kept if checkpoint.exists() else "There is no checkpoint either: the trained weights are lost."
    return error


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
