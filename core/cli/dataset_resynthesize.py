"""`auditrace dataset resynthesize MANIFEST.csv OUT --generator NAME`: copies of human speech."""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.console import Console
from core.foundation.errors import CoreError
from core.foundation.paths import shared_dir

if TYPE_CHECKING:
    from core.training.resynthesis.making import Made

_DONE, _SOME_UNUSABLE = 0, 3


def add_action(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the action's options."""
    p = actions.add_parser(
        "resynthesize", help="copy human speech with vocoders, neural codecs and classical ones", parents=[common]
    )
    p.add_argument("manifest", nargs="?", type=Path, metavar="MANIFEST.csv", help="its human clips are copied")
    p.add_argument("out", nargs="?", type=Path, metavar="OUT", help="folder of copies; a second run goes on")
    p.add_argument(
        "--generator",
        required=True,
        metavar="NAME",
        help="a name (`list` shows them), or a TorchScript, ONNX or zoo file",
    )
    p.add_argument("--limit", type=int, metavar="N", help="at most N originals, spread over sources and speakers")
    p.add_argument("--split", default="", choices=("train", "dev", "test"), help="originals of one split only")
    p.add_argument("--seed", type=int, default=0, metavar="S")
    p.add_argument("--jobs", type=int, default=1, metavar="N", help="processes of one thread each (default 1)")
    p.add_argument("--generators", type=Path, metavar="FOLDER", help="where weights lie")
    p.add_argument(
        "--rate",
        type=int,
        default=0,
        metavar="HZ",
        help="rate of a network in a file, or to run a network that ships at; others have one rate",
    )
    p.add_argument(
        "--family", default="codec", choices=("codec", "vocoder", "classical-vocoder"), help="of that network"
    )
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Make the copies; says how many were left out, and why."""
    from core.foundation.errors import UsageError
    from core.training.datasets.manifest import read_manifest
    from core.training.resynthesis.collection import Collection
    from core.training.resynthesis.making import Order, resynthesise
    from core.training.resynthesis.originals import choose
    from core.training.zoo.opening import open_any

    if options.generator == "list":
        for line in listed(options.generators or shared_dir() / "generators"):
            console.say(line)
        return _DONE
    if options.manifest is None or options.out is None:
        raise UsageError("US-001", "The command is not complete: MANIFEST.csv or OUT is missing.", do="See --help.")
    originals = choose(read_manifest(options.manifest).clips, options.limit, options.seed, options.split)
    order = Order(
        name=options.generator,
        folder=options.generators or shared_dir() / "generators",
        rate_hz=options.rate,
        family=options.family,
        seed=options.seed,
        opener=open_any,
    )
    collection = Collection(options.out)
    made = resynthesise(order, originals, collection, max(options.jobs, 1), console.progress)
    for line in summary(order.label, made, len(originals)):
        console.say(line)
    return _DONE if any(clip.generator == order.label for clip in collection.clips) else _SOME_UNUSABLE


def listed(folder: Path) -> Iterator[str]:
    """Names of the generators with what they are, or why they cannot be used with the weights of a folder."""
    from core.training.resynthesis.base import GENERATORS

    for name in GENERATORS.names():
        said = (GENERATORS[name].__doc__ or "").splitlines()[0]
        try:
            GENERATORS[name](folder)
        except CoreError as lack:
            said = f"not available here: {lack.what} ({said.rstrip('.')})"
        yield f"{name:<28} {said}"


def summary(label: str, made: list[Made], originals: int) -> list[str]:
    """What a run made of so many originals, in words."""
    if not made:
        return [f"{label}: nothing to do, originals tried before: {originals}"]
    copies = [m.copy for m in made if m.copy is not None and not m.copy.reason]
    lines = [f"{label}: {len(copies)} {'copy' if len(copies) == 1 else 'copies'} made"]
    if copies:
        lines[0] += f", log-mel distance {statistics.median(c.log_mel_l1 for c in copies):.2f} nats (median)"
    reasons = Counter(m.reason if m.copy is None else m.copy.reason.rstrip("0123456789.") for m in made)
    reasons.pop("", None)
    return lines + [f"  left out: {count} ({reason.strip()})" for reason, count in sorted(reasons.items())]
