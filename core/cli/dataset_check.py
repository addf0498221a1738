"""`auditrace dataset check MANIFEST.csv`: leaks between splits, and shortcuts that a detector could learn."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.console import Console


def add_action(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the action's options."""
    p = actions.add_parser("check", help="find leaks between splits and shortcuts", parents=[common])
    p.add_argument("manifest", type=Path, metavar="MANIFEST.csv")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Say what was found."""
    raise NotImplementedError
