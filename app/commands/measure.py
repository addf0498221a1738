"""Measuring: the dock, and keeping a reading."""

from __future__ import annotations

from app.commands.action import Action, Shell, has_recording


def show(shell: Shell) -> None:
    """Open the measuring dock, or close it where it is in sight."""
    shell.enter_dock("measure")


def pin(shell: Shell) -> None:
    """Keep the reading, with the dock that shows it in sight."""
    if not shell.is_dock_open("measure"):
        shell.toggle_dock("measure")
    shell.context.measuring.pin()


ACTIONS = (
    Action(
        id="view.dock.measure",
        title="&Measure",
        menu="View",
        run=show,
        keys=("Ctrl+Shift+M",),
        checked_when=lambda shell: shell.is_dock_open("measure"),
    ),
    Action(
        id="measure.pin",
        title="P&in reading",
        menu="Examine",
        run=pin,
        keys=("P",),
        enabled_when=has_recording,
        tip="Keep the values at the cursor and of the box, and compare them with the next",
        starts_group=True,
    ),
)
