"""`auditrace dataset perturb MANIFEST.csv OUT --perturb NAME`: copies of clips that something was done to."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.console import Console
from core.foundation.errors import UsageError

_DONE, _SOME_UNUSABLE = 0, 3


def add_action(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the action's options."""
    p = actions.add_parser(
        "perturb", help="copies of clips after a coder, noise, a room, masks and the like", parents=[common]
    )
    p.add_argument("manifest", nargs="?", type=Path, metavar="MANIFEST.csv")
    p.add_argument(
        "out", nargs="?", type=Path, metavar="OUT", help="folder of the copies, manifest.csv, perturbed.json"
    )
    p.add_argument(
        "--perturb",
        required=True,
        metavar="NAME",
        help="a fixed strength such as 'MP3 32 kbit/s', or a kind such as time_mask, drawn anew for each clip; "
        "`list` names them",
    )
    p.add_argument("--split", choices=("train", "dev", "test"), help="clips of this split only")
    p.add_argument("--seed", type=int, default=0, metavar="S", help="of what is drawn (default 0)")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the copies; what cannot be used is named and left out."""
    from core.audio.perturb import STANDARD, available, available_standards
    from core.training.datasets.manifest import read_manifest
    from core.training.datasets.perturbing import Change, perturb_clips

    if options.perturb == "list":
        for line in ("fixed:", *(f"  {one.name}" for one in available_standards()), "drawn:"):
            console.say(line)
        for name in available():
            console.say(f"  {name}")
        return _DONE
    if options.manifest is None or options.out is None:
        raise UsageError("US-001", "The command is not complete: MANIFEST.csv or OUT is missing.", do="See --help.")
    change = Change(name=options.perturb, seed=options.seed)
    clips = read_manifest(options.manifest).clips
    chosen = [clip for clip in clips if options.split in (None, clip.split)]
    made = perturb_clips(chosen, change, options.out, console.progress)
    for problem in made.problems:
        console.error(problem)
    how = "at one strength" if change.name in STANDARD else f"drawn for each clip with seed {change.seed}"
    console.say(f"{options.out}: {len(made.clips)} clips after {change.name}, {how}")
    return _SOME_UNUSABLE if made.problems else _DONE
