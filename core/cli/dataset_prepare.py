"""`auditrace dataset prepare LAYOUT ROOT --out MANIFEST.csv`: a manifest of a data set in one of the known layouts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.console import Console
from core.foundation.errors import UsageError

_DONE, _SOME_UNUSABLE = 0, 3
_ONE_CLASS = "DA-009"


def add_action(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the action's options."""
    p = actions.add_parser("prepare", help="read a data set's labels and write its manifest", parents=[common])
    p.add_argument("layout", metavar="LAYOUT", help="how the data set is laid out; `list` names the known layouts")
    p.add_argument("root", nargs="?", type=Path, metavar="ROOT", help="the data set's folder")
    p.add_argument("--out", type=Path, metavar="MANIFEST.csv", help="the manifest that is written")
    p.add_argument("--jobs", type=int, default=1, metavar="N", help="files read side by side (default 1)")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the manifest; what cannot be used is named and left out. That there is one class only is no failure."""
    from core.training.datasets.layout import DATASETS, no_clip, one_class_only, read_layout
    from core.training.datasets.manifest import write_manifest
    from core.training.datasets.measuring import measure_clips

    if options.layout == "list":
        for name in DATASETS.names():
            console.say(f"{name:<18} {(DATASETS[name].__doc__ or '').splitlines()[0]}")
        return _DONE
    if options.root is None or options.out is None:
        raise UsageError("US-001", "The command is not complete: ROOT or --out is missing.", do="See --help.")
    found = read_layout(options.layout, options.root)
    clips, unusable = measure_clips(found.clips, max(options.jobs, 1), console.progress)
    problems = (*(each for each in found.problems if each.code != _ONE_CLASS), *unusable)
    for problem in (*problems, *one_class_only(clips)):
        console.error(problem)
    if not clips:
        raise no_clip(options.root)
    write_manifest(options.out, clips)
    console.say(f"{options.out}: {len(clips)} {'clip' if len(clips) == 1 else 'clips'}")
    return _SOME_UNUSABLE if problems else _DONE
