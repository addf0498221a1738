"""`auditrace dataset`: what is done with data sets; one module for each action."""

from __future__ import annotations

import argparse
from typing import Any

from core.cli import (
    dataset_check,
    dataset_join,
    dataset_perturb,
    dataset_prepare,
    dataset_resynthesize,
    dataset_splice,
    dataset_split,
)

_ACTIONS = (
    dataset_prepare,
    dataset_check,
    dataset_split,
    dataset_resynthesize,
    dataset_perturb,
    dataset_splice,
    dataset_join,
)


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command's actions."""
    p = commands.add_parser("dataset", help="prepare, check, split, copy, perturb, splice and join data sets")
    actions = p.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=type(p))
    for action in _ACTIONS:
        action.add_action(actions, common)
