"""What names the window and the case, and what the start page says."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from PySide6.QtWidgets import QLabel, QMenu

from app.context import AppContext
from app.services.session import Session
from app.widgets.start_page import StartPage, foot_text
from core.foundation.version import NAME, version

_version = cache(version)
"""Looked up once: the window says it at every change."""


def window_title(session: Session) -> str:
    """The exhibit, the case, the program."""
    current, case = session.current_listed, session.case
    owner = f"Case {case.number}, {case.examiner}" if case else ""
    parts = [f"{current.id} {current.name}" if current else "", owner, NAME]
    return " – ".join(part for part in parts if part)


def show_case(heading: QLabel, session: Session) -> None:
    """Name the open case; nothing where none is."""
    case = session.case
    heading.setVisible(case is not None)
    heading.setText(f"Case {case.number}\nExaminer {case.examiner}" if case else "")
    heading.setToolTip(str(case.folder) if case else "")


def show_start(start: StartPage, context: AppContext) -> None:
    """List what was opened last, and how many models are installed."""
    workbench = context.workbench
    start.set_case(context.session.case.number if context.session.case else "")
    start.set_recent(context.settings.current.recent)
    start.set_foot(foot_text(_version(), len(workbench.models.cards) if workbench.has_models_read else None))


def fill_recent(menu: QMenu, context: AppContext) -> None:
    """The menu of what was opened last."""
    menu.clear()
    for path in context.settings.current.recent:
        menu.addAction(path.replace("&", "&&"), partial(context.workbench.open, [Path(path)]))
    menu.setEnabled(True)
