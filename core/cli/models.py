"""`auditrace models`: list, show, import, export, remove; parity with published reference numbers."""

from __future__ import annotations

import argparse
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
    from core.calibration.record import read_record
    from core.cli.model_words import calibration_lines, families_table, region_lines, results_table
    from core.detectors import ModelStore

    info = ModelStore().get(options.id)
    record = read_record(info.calibration) if info.calibration is not None else None
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
    for part in (results_table(card.results), families_table(card.results)):
        for line in part:
            console.say(line)
        console.say("")
    for line in (*calibration_lines(record), *region_lines(record)):
        console.say(line)
    console.say("")
    for limit in card.limits:
        console.say(f"  - {limit}")
    return 0


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
