"""`auditrace models`: list, show, import, export, remove; parity with published reference numbers."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.cli.console import Console
from core.foundation.errors import CoreError
from core.foundation.paths import shared_dir

_SOME_UNUSABLE = 3


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    p = commands.add_parser("models", help="list, show, import, export or remove models")
    actions = p.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=type(p))

    def action(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        added = actions.add_parser(name, help=text, parents=[common])
        added.set_defaults(run=run)
        return added

    action("list", _list, "installed models")
    action("show", _show, "a model's card").add_argument("id", metavar="ID")
    action("import", _import, "model packs, .atmodel files or published checkpoints").add_argument(
        "paths", nargs="+", metavar="PATH"
    )
    export = action("export", _export, "a model as one .atmodel file")
    export.add_argument("id", metavar="ID")
    export.add_argument("out", metavar="OUT")
    action("remove", _remove, "an imported model").add_argument("id", metavar="ID")
    parity = action("parity", _parity, "compare the imported published models with their reference numbers")
    parity.add_argument("--reference", metavar="DIR", help="folder with reference.json and clips/")


def _list(options: argparse.Namespace, console: Console) -> int:
    from core.detectors import ModelStore

    store = ModelStore()
    for card in store.list():
        console.say(f"{card.id:<38} {card.version:<8} {', '.join(card.questions):<24} {card.title}")
    for problem in store.problems():
        console.error(problem)
    return 0


def _show(options: argparse.Namespace, console: Console) -> int:
    from core.detectors import ModelStore

    info = ModelStore().get(options.id)
    card = info.card
    for name, value in (
        ("id", card.id),
        ("version", card.version),
        ("title", card.title),
        ("pack SHA-256", info.sha256),
        ("origin", card.origin),
        ("questions", ", ".join(card.questions)),
        ("input", f"{card.sample_rate} Hz, window {card.window_s:.3f} s, front end {card.front_end}"),
        ("licence", card.licence),
        ("reference", card.reference),
        ("training data", card.training_data),
    ):
        console.say(f"{name:<14} {value}")
    console.say(f"\n{card.summary}\n")
    for line in results_table(card.results):
        console.say(line)
    for limit in card.limits:
        console.say(f"  - {limit}")
    return 0


def results_table(results: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The card's equal error rates as a table; rows of other kinds are left to the report."""
    rows = [row for row in results if "eer_pct" in row]
    if rows:
        yield f"  {'set':<6} {'condition':<34} {'question':<13} {'EER %':>6}  {'95 % interval':<14} {'clips':>6}"
    for row in rows:
        interval = f"{row['low']} to {row['high']}" if "low" in row and "high" in row else ""
        yield (
            f"  {row.get('set', '')!s:<6} {row.get('condition', '')!s:<34} {row.get('question', '')!s:<13} "
            f"{row['eer_pct']!s:>6}  {interval:<14} {row.get('n', '')!s:>6}"
        )


def _import(options: argparse.Namespace, console: Console) -> int:
    from core.detectors import ModelStore

    store, failed = ModelStore(), False
    for path in options.paths:
        try:
            for card in store.import_(Path(path), console.progress):
                console.say(f"Imported {card.id} ({card.title})")
        except CoreError as error:
            failed = True
            console.error(error, path)
    return _SOME_UNUSABLE if failed else 0


def _export(options: argparse.Namespace, console: Console) -> int:
    from core.detectors import ModelStore

    ModelStore().export(options.id, Path(options.out))
    console.say(f"Exported {options.id}: {options.out}")
    return 0


def _remove(options: argparse.Namespace, console: Console) -> int:
    from core.detectors import ModelStore

    ModelStore().remove(options.id)
    console.say(f"Removed {options.id}")
    return 0


def _parity(options: argparse.Namespace, console: Console) -> int:
    from core.detectors import ModelStore
    from core.detectors.parity import format_table, parity_table

    folder = Path(options.reference) if options.reference else shared_dir() / "parity"
    rows = parity_table(folder, ModelStore(), console.progress)
    console.say(format_table(rows))
    return 0 if all(row.passed for row in rows) else 1
