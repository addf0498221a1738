"""Asking where a figure or a table shall be written, and having it written."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from app.services.exporting import Exporter, Origin, Table
from app.widgets import dialogs
from app.widgets.figure import KINDS, LEAST, Kind, figure

_PATTERNS = ";;".join(f"{title} (*.{kind})" for kind, title in KINDS.items())


def save_figure(parent: QWidget, exporter: Exporter, widget: QWidget, origin: Origin, *, least: QSize = LEAST) -> None:
    """Ask where, and write what a widget shows as PNG, SVG or PDF, by the name's suffix."""
    target = dialogs.ask_target(parent, "Save figure", _proposed(origin, ".png"), _PATTERNS)
    if target is None:
        return
    suffix = target.suffix.lower().removeprefix(".")
    kind: Kind = next((kind for kind in get_args(Kind) if kind == suffix), "png")
    path = target if suffix == kind else target.with_name(f"{target.name}.{kind}")
    exporter.save(figure(widget, kind, origin.caption(), origin.facts(), least=least), path)


def save_table(parent: QWidget, exporter: Exporter, table: Table) -> None:
    """Ask where, and write a table as CSV."""
    target = dialogs.ask_target(parent, "Save table", _proposed(table.origin, ".csv"), "CSV (*.csv)")
    if target is not None:
        exporter.save_table(table, target if target.suffix else target.with_name(f"{target.name}.csv"))


def _proposed(origin: Origin, suffix: str) -> str:
    ids = "-".join(source.id for source in origin.sources)
    words = "-".join("".join(c if c.isalnum() else " " for c in origin.title.lower()).split())
    return str(Path.home() / ("-".join(filter(None, (ids, words))) + suffix))
