"""Short ways to use a window in a test."""

from __future__ import annotations

from pathlib import Path

from app.main_window import MainWindow


def open_all(window: MainWindow, paths: list[Path]) -> None:
    """Open these and wait until everything that follows is done."""
    window.context.workbench.open(paths)
    assert window.context.jobs.settle()
