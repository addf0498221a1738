"""What the window needs to have marks and notes: two panels, and one call that joins them with all else."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QDockWidget

from app.commands.action import Shell
from app.pages.examine.page import ExaminePage
from app.pages.marks.binding import MarksBinding
from app.pages.marks.drawing import MarkDrawing
from app.pages.marks.notes_panel import NotesBinding, NotesPanel
from app.pages.marks.panel import MarksPanel
from app.pages.marks.sealing import SealBinding
from app.viewmodels.marks import MarksModel
from app.viewmodels.notes import NotesModel
from app.widgets.inspector import Inspector
from core.marks import MARK_TYPES


class Window(Shell, Protocol):
    """The window, with its page."""

    @property
    def page(self) -> ExaminePage: ...


def marks_panel() -> MarksPanel:
    """The list of marks, empty."""
    return MarksPanel(MarksModel(), MARK_TYPES)


def notes_panel() -> NotesPanel:
    """The list of notes, empty."""
    return NotesPanel(NotesModel())


def join(window: Window, docks: dict[str, QDockWidget], inspector: Inspector) -> None:
    """Connect marks, notes and the seal."""
    marks, notes = docks["marks"].widget(), docks["notes"].widget()
    assert isinstance(marks, MarksPanel)
    assert isinstance(notes, NotesPanel)
    drawing = MarkDrawing(window.page)
    marks.themed.connect(drawing.refresh_theme)
    MarksBinding(marks, drawing, window)
    NotesBinding(notes, window)
    SealBinding(window.page, inspector, window.context.session)
