"""Lanes and what is selected in them."""

from __future__ import annotations

from app.commands.action import Action, has_recording

ACTIONS = (
    Action(
        id="view.box_tool",
        title="Draw time-frequency bo&xes",
        menu="View",
        run=lambda shell: shell.page.boxes.toggle_tool(),
        keys=("R",),
        enabled_when=has_recording,
        checked_when=lambda shell: shell.page.boxes.is_tool_on,
        tip="Dragging in the spectrogram selects a time-frequency box; without this, Alt and dragging does",
        starts_group=True,
    ),
)
