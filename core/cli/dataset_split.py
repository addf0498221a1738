"""`auditrace dataset split MANIFEST.csv --out MANIFEST.csv`: splits that have no group of clips in common."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.console import Console


def add_action(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the action's options."""
    p = actions.add_parser("split", help="give each clip a split that shares no group with another", parents=[common])
    p.add_argument("manifest", type=Path, metavar="MANIFEST.csv")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the manifest with its new splits."""
    raise NotImplementedError
