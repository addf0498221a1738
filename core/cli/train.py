"""`auditrace train`: make a detector from a plan; alone or as one of torchrun's processes."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.cli.console import Console
from core.foundation.errors import CoreError, UsageError
from core.foundation.paths import cache_dir
from core.foundation.progress import SILENT, Cancelled, Progress

_SOME_UNUSABLE, _CANCELLED = 3, 130


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    p = commands.add_parser("train", help="train a detector as a plan says and write its pack", parents=[common])
    p.add_argument("plan", type=Path, metavar="PLAN.toml", help="training plan")
    p.add_argument("--resume", action="store_true", help="go on from the run's checkpoint")
    p.add_argument("--data", type=Path, action="append", metavar="MANIFEST", help="in place of the plan's manifests")
    p.add_argument("--cache", type=Path, metavar="DIR", help="folder of decoded clips; the plan's if left out")
    p.add_argument("--out", type=Path, metavar="DIR", help="folder of the run; runs/NAME if left out")
    p.add_argument("--pack", type=Path, metavar="DIR", help="folder of the pack; `pack` in the run's if left out")
    p.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    p.add_argument("--threads", type=int, default=0, metavar="N", help="threads; 0 for all cores")
    p.add_argument("--half", action="store_true", help="bfloat16 in the network, whatever the plan says")
    p.add_argument("--calibrate", action="store_true", help="calibrate each pack on `dev`, for likelihood ratios")
    p.add_argument("--tensorboard", action="store_true", help="write curves for TensorBoard into the run's folder")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Train; 130 and a checkpoint to go on from after Ctrl+C."""
    import torch

    from core.training.distributed import join, leave
    from core.training.plan import read_plan

    plan = read_plan(options.plan)
    if options.threads:
        torch.set_num_threads(options.threads)
    device = _device(options.device)
    world = join(torch.device(device))
    try:
        with interruptible(console.progress if world.rank == 0 else SILENT) as progress:
            return _train(plan, options, console, device, world, progress)
    except Cancelled:
        if world.rank == 0:
            console.error(_interrupted(_folder(options, plan)))
        return _CANCELLED
    finally:
        leave(world)


def _train(
    plan: Any, options: argparse.Namespace, console: Console, device: str, world: Any, progress: Progress
) -> int:
    from dataclasses import replace

    from core.foundation.progress import span
    from core.training.make import Run, make_packs

    plan = replace(plan, precision="bfloat16") if options.half else plan
    folder = _folder(options, plan)
    data = _data(plan, options, world, span(progress, 0.0, 0.1))
    record = _record(folder, options, console, world)
    settings = Run(folder=folder, device=device, world=world, record=record, resume=options.resume)
    try:
        made = make_packs(plan, data, options.pack or folder / "pack", settings, span(progress, 0.1, 1.0))
    finally:
        record.close()
    if world.rank:
        return 0
    for line in _told(made):
        console.say(line)
    if options.calibrate:
        _calibrate(made, plan, options, console)
    return _SOME_UNUSABLE if made.faults or data.left_out else 0


def _calibrate(made: Any, plan: Any, options: argparse.Namespace, console: Console) -> None:
    """Likelihood ratios for each pack from its scores on dev; a pack without them is whole all the same."""
    from core.evaluation.calibrate import main as calibrate

    data = [part for path in _manifests(plan, options) for part in ("--data", str(path))]
    for pack in made.packs:
        if calibrate([str(pack.folder), *data]):
            console.say(f"{pack.card.id} was made and gives scores, but no likelihood ratios: it is not calibrated.")


def _folder(options: argparse.Namespace, plan: Any) -> Path:
    return options.out or Path("runs") / plan.name


def _manifests(plan: Any, options: argparse.Namespace) -> list[Path]:
    return options.data or [options.plan.parent / name for name in plan.data]


def _data(plan: Any, options: argparse.Namespace, world: Any, progress: Progress) -> Any:
    """The plan's data; decoded by the first process while the others wait."""
    from core.training.datasets.manifest import read_manifest
    from core.training.make import open_data

    paths = _manifests(plan, options)
    if not paths:
        raise UsageError("US-060", "The plan names no data.", do="Give manifests with --data, or `data` in the plan.")
    cache = options.cache or (options.plan.parent / plan.cache if plan.cache else cache_dir() / "training")
    manifest = read_manifest(*paths)
    if world.rank:
        world.wait()
        return open_data(manifest, plan, cache, progress)
    try:
        return open_data(manifest, plan, cache, progress)
    finally:
        world.wait()


def _record(folder: Path, options: argparse.Namespace, console: Console, world: Any) -> Any:
    from core.training.record import Record

    if world.rank:
        return Record()
    echo = sys.stderr if options.progress == "json" else None
    curves = folder / "tensorboard" if options.tensorboard else None
    return Record(folder / "log.jsonl", echo=echo, curves=curves, tell=console.error)


def _told(made: Any) -> Iterator[str]:
    """What came of it, in a few lines."""
    if len(made.seeds) > 1:
        mean, deviation = made.spread
        yield f"equal error on dev over {len(made.seeds)} seeds: {mean:.2f} ± {deviation:.2f} %"
        yield "  " + ", ".join(f"{s}: {e:.2f} %" for s, e in zip(made.seeds, made.eer_pct, strict=True))
    for pack in made.packs:
        yield f"{pack.card.id} {pack.sha256} ({pack.folder})"
        yield pack.card.summary


def _device(name: str) -> str:
    import torch

    if name == "cuda" and not torch.cuda.is_available():
        raise UsageError("US-003", "There is no CUDA device here.", do="Choose auto or cpu.")
    return "cuda" if name != "cpu" and torch.cuda.is_available() else "cpu"


class _Interruptible:
    """A progress that can be told to stop."""

    def __init__(self, whole: Progress):
        self._whole, self.stopped = whole, False

    def report(self, fraction: float, message: str = "") -> None:
        """Pass on."""
        self._whole.report(fraction, message)

    def check(self) -> None:
        """Raise Cancelled once told to stop."""
        if self.stopped:
            raise Cancelled
        self._whole.check()


@contextmanager
def interruptible(whole: Progress) -> Iterator[Progress]:
    """Within it the first Ctrl+C (or SIGTERM) stops at the next step; a second one at once."""
    progress = _Interruptible(whole)

    def stop(number: int, frame: object) -> None:
        progress.stopped = True
        signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield progress
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupted(folder: Path) -> CoreError:
    kept = any(folder.glob("*.checkpoint"))
    return CoreError(
        "TR-130",
        "Training was interrupted.",
        means=f"Best model and log are kept in a checkpoint in {folder}." if kept else "There is no checkpoint.",
        do="Go on with --resume." if kept else "Start again.",
    )
