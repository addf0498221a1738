"""Puts the measuring dock together with the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtWidgets import QDockWidget

from app.context import AppContext
from app.pages.measure.binding import MeasureBinding
from app.pages.measure.panel import MeasurePanel
from app.pages.tab_memory import TabMemory
from app.viewmodels.examine import ExamineModel


class Window(Protocol):
    """The window, as far as measuring knows it."""

    context: AppContext
    model: ExamineModel


def join_measure(window: Window, docks: Mapping[str, QDockWidget]) -> None:
    """Connect the panel to the recording on the screen."""
    panel = docks["measure"].widget()
    assert isinstance(panel, MeasurePanel)
    MeasureBinding(panel, window.model, window.context)
    panel.built.connect(lambda: TabMemory(panel.tabs, window.context.settings))
