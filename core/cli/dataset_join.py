"""`auditrace dataset join MANIFEST.csv OUT`: longer recordings of one kind from short clips."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.console import Console


def add_action(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the action's options."""
    p = actions.add_parser("join", help="longer recordings from clips of one voice or generator", parents=[common])
    p.add_argument("manifest", type=Path, metavar="MANIFEST.csv")
    p.add_argument("out", type=Path, metavar="OUT", help="folder of the recordings and manifest.csv")
    p.add_argument("--split", default="dev", choices=("train", "dev", "test"), help="clips of this split (default dev)")
    p.add_argument("--clips", type=int, default=2, metavar="N", help="clips in a recording (default 2)")
    p.add_argument("--rate", type=int, default=16000, metavar="HZ", help="of all recordings (default 16000)")
    p.add_argument("--seed", type=int, default=0, metavar="S")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the recordings; say how many and from how many sources."""
    from core.training.datasets.joining import join_clips
    from core.training.datasets.manifest import read_manifest

    joined = join_clips(
        read_manifest(options.manifest).split(options.split),
        options.out,
        size=max(options.clips, 1),
        seed=options.seed,
        rate_hz=options.rate,
        progress=console.progress,
    )
    console.say(
        f"{options.out}: {len(joined)} recordings of {options.clips} clips from "
        f"{len({clip.source for clip in joined})} sources, {sum(clip.label == 'real' for clip in joined)} of them human"
    )
    return 0
