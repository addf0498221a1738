"""Short ways to use a window in a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from helpers.waiting import PATIENCE_S, until
from PySide6.QtWidgets import QDialog

from app.main_window import MainWindow


def open_all(window: MainWindow, paths: list[Path]) -> None:
    """Open these and wait until everything that follows is done."""
    window.context.workbench.open(paths)
    settle(window)


def settle(window: MainWindow) -> None:
    """Wait until no job is left and all that was opened is shown."""
    assert window.context.jobs.settle()
    until(lambda: not window._turns.is_busy and not window.page._turns.is_busy)


def settled(window: MainWindow, condition: Callable[[], object]) -> None:
    """Wait for something, and for the work that goes on quietly behind it."""
    until(condition)
    assert window.context.jobs.settle(PATIENCE_S)


def open_dialogs(window: MainWindow) -> list[QDialog]:
    """Its dialogs that are open.

    `QApplication.topLevelWidgets` would end the process now and then: while its list is made, what tests before have
    left may be collected as garbage, and the list still points there.
    """
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
