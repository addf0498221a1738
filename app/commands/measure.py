"""Measuring: the dock, keeping a reading, and the data's way out."""

from __future__ import annotations

from functools import partial

from app.commands.action import Action, Shell, has_recording


def show(shell: Shell) -> None:
    """Open the measuring dock, or close it where it is in sight."""
    shell.enter_dock("measure")


def pin(shell: Shell) -> None:
    """Keep the reading, with the dock that shows it in sight."""
    _bring(shell)
    shell.context.measuring.pin()


def let_out(shell: Shell, way: str) -> None:
    """Copy or save the data of the measurement in front, with the dock in sight."""
    _bring(shell)
    shell.context.measuring.let_out(way)


def _bring(shell: Shell) -> None:
    if not shell.is_dock_open("measure"):
        shell.toggle_dock("measure")


def _way_out(way: str, title: str, how: str, keywords: str) -> Action:
    return Action(
        id=f"measure.{way}",
        title=title,
        menu="Examine/Me&asure",
        area="Measure",
        run=partial(let_out, way=way),
        enabled_when=has_recording,
        tip=f"All values of the tab in front, {how}",
        keywords=f"values table export {keywords}",
        starts_group=way == "copy",
    )


ACTIONS = (
    Action(
        id="view.dock.measure",
        title="&Measure",
        menu="View",
        area="Measure",
        keywords="measurements panel dock open close analysis instruments",
        run=show,
        keys=("Ctrl+Shift+M",),
        checked_when=lambda shell: shell.is_dock_open("measure"),
    ),
    Action(
        id="measure.pin",
        title="P&in reading",
        menu="Examine",
        area="Measure",
        run=pin,
        keys=("P",),
        enabled_when=has_recording,
        tip="Keep the values at the cursor and of the box, and compare them with the next",
        starts_group=True,
    ),
)
DATA_ACTIONS = (
    _way_out("copy", "C&opy data of the measurement", "with hash, stretch and parameters", "clipboard"),
    _way_out("save", "Save &data of the measurement…", "as CSV or TSV", "CSV TSV"),
)
