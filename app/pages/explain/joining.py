"""The Explain panel's place in the window."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QDockWidget

from app.commands import examine
from app.commands.action import Shell
from app.pages.explain.binding import ExplainBinding
from app.pages.explain.panel import ExplainPanel
from app.pages.tab_memory import TabMemory


def explain_panel() -> ExplainPanel:
    """A new panel."""
    return ExplainPanel()


def join_explain(shell: Shell, docks: Mapping[str, QDockWidget]) -> None:
    """Connect the panel; it comes to the front with a new explanation."""
    panel = docks["explain"].widget()
    assert isinstance(panel, ExplainPanel)
    TabMemory(panel.tabs, shell.context.settings)
    ExplainBinding(panel, shell.model, shell.context, lambda: examine.explain(shell))

    def show_what_is_explained(*_: object) -> None:
        if shell.model.attribution is not None:
            shell.page.stack.bring("spectrogram")

    docks["explain"].visibilityChanged.connect(show_what_is_explained)
    shell.context.workbench.explained.connect(show_what_is_explained)
