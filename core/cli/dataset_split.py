"""`auditrace dataset split MANIFEST.csv --out MANIFEST.csv`: splits that have no group of clips in common."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.console import Console
from core.foundation.errors import UsageError


def add_action(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the action's options."""
    p = actions.add_parser("split", help="give each clip a split that shares no group with another", parents=[common])
    p.add_argument("manifest", type=Path, metavar="MANIFEST.csv")
    p.add_argument("--out", type=Path, required=True, metavar="MANIFEST.csv", help="the manifest that is written")
    p.add_argument(
        "--by",
        default="source,speaker,utterance,generator",
        metavar="KIND,...",
        help="groups that no two splits may share (default all); where clips must be dropped, the first leads",
    )
    p.add_argument("--shares", default="0.8,0.1,0.1", metavar="TRAIN,DEV,TEST", help="default 0.8,0.1,0.1")
    p.add_argument("--seed", type=int, default=0, metavar="N")
    p.add_argument(
        "--folds", type=int, metavar="N", help="N manifests OUT-1.csv …; each holds other groups out as test"
    )
    p.add_argument(
        "--leave-out",
        choices=("generator", "source", "speaker"),
        default="generator",
        help="what the folds hold out (default generator; human speech, which has none, by source)",
    )
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the manifest with its new splits, or one for each fold; say how many clips were dropped."""
    if options.folds is not None:
        return _folds(options, console)
    from core.training.datasets.groups import GROUPS
    from core.training.datasets.layout import counts
    from core.training.datasets.manifest import SPLITS, read_manifest, write_manifest
    from core.training.datasets.splits import split_clips

    kinds = tuple(options.by.split(","))
    if unknown := set(kinds) - set(GROUPS):
        raise _bad(f"--by {', '.join(sorted(unknown))} is none of {', '.join(GROUPS)}")
    shares = {split: share for split, share in zip(SPLITS, _shares(options.shares), strict=True) if share}
    clips = read_manifest(options.manifest).clips
    found = split_clips(clips, kinds, shares, options.seed)
    write_manifest(options.out, found)
    console.say(f"{options.out}: {len(found)} clips ({counts(found)}); {len(clips) - len(found)} dropped")
    return 0


def _folds(options: argparse.Namespace, console: Console) -> int:
    from core.training.datasets.layout import counts
    from core.training.datasets.manifest import read_manifest, write_manifest
    from core.training.datasets.splits import fold_clips, leave_out

    if options.folds < 2:
        raise _bad(f"--folds {options.folds} is fewer than 2")
    clips = read_manifest(options.manifest).clips
    for number, fold in enumerate(leave_out(clips, options.leave_out, options.folds, seed=options.seed), 1):
        out = options.out.with_name(f"{options.out.stem}-{number}{options.out.suffix}")
        found = fold_clips(clips, fold)
        write_manifest(out, found)
        console.say(
            f"{out}: {len(found)} clips ({counts(found)}); {len(clips) - len(found)} dropped; "
            f"{len(fold.names)} groups held out"
        )
    return 0


def _shares(text: str) -> list[float]:
    try:
        shares = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise _bad(f"--shares {text} are no numbers") from error
    if len(shares) != 3 or min(shares) < 0 or not sum(shares):
        raise _bad(f"--shares {text} are not three shares")
    return [share / sum(shares) for share in shares]


def _bad(why: str) -> UsageError:
    return UsageError("US-001", f"The command is not right: {why}.", do="See auditrace dataset split --help.")
