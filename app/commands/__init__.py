"""Actions as data: title, keys, menu, and what they do."""

from app.commands import compare, display, examine, file, help, lanes, marks, measure, notes, panels, play, times, view
from app.commands.action import Action, Shell

ACTIONS: tuple[Action, ...] = (
    *file.ACTIONS,
    *examine.ACTIONS,
    *play.ACTIONS,
    *marks.ACTIONS,
    *notes.ACTIONS,
    *view.ACTIONS,
    *times.ACTIONS,
    *measure.ACTIONS,
    *panels.MEASURE_ACTIONS,
    *measure.DATA_ACTIONS,
    *panels.ACTIONS,
    *lanes.ACTIONS,
    *compare.ACTIONS,
    *display.ACTIONS,
    *help.ACTIONS,
    *notes.SEAL_ACTIONS,
)
"""All actions, in the order of the menus."""

__all__ = ["ACTIONS", "Action", "Shell"]
