"""`auditrace dataset splice MANIFEST.csv OUT`: recordings with synthetic stretches whose boundaries are known."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.console import Console


def add_action(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the action's options."""
    p = actions.add_parser(
        "splice", help="set synthetic stretches into genuine speech, boundaries known", parents=[common]
    )
    p.add_argument("manifest", type=Path, metavar="MANIFEST.csv")
    p.add_argument("out", type=Path, metavar="OUT", help="folder of the recordings and spliced.json")
    p.add_argument("--split", default="dev", choices=("train", "dev", "test"), help="clips of this split (default dev)")
    p.add_argument("--count", type=int, default=120, metavar="N", help="recordings; a third are controls (default 120)")
    p.add_argument("--rate", type=int, default=16000, metavar="HZ", help="of all recordings (default 16000)")
    p.add_argument("--seed", type=int, default=0, metavar="S")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the recordings; say how many and from how many sources."""
    from core.training.datasets.manifest import read_manifest
    from core.training.datasets.splicing import splice

    made = splice(
        read_manifest(options.manifest).clips,
        options.out,
        split=options.split,
        count=options.count,
        seed=options.seed,
        rate_hz=options.rate,
        progress=console.progress,
    )
    recordings = made.recordings
    console.say(
        f"{options.out}: {len(recordings)} recordings from {len({each.source for each in recordings})} sources, "
        f"{sum(each.control for each in recordings)} of them controls, "
        f"{sum(piece.insert for each in recordings for piece in each.pieces if not each.control)} inserts"
    )
    return 0
