"""The Compare menu: what is compared, how it is aligned, and the pages' switch."""

from __future__ import annotations

from functools import partial

from app.commands.action import Action, Shell, has_recording
from app.commands.times import parse_time
from app.viewmodels.compare import MOST_ROWS
from app.widgets import dialogs

KEYS: tuple[tuple[str, str], ...] = (
    ("Choose the row that is heard and moved", "↑  ↓"),
    ("Move the row by a pixel; by a sample", ",  .;  with Ctrl"),
    ("Cursor by a pixel; faster", "←  →;  Ctrl+←  Ctrl+→"),
    ("Extend the selection; faster", "Shift+←  Shift+→;  with Ctrl"),
    ("Scroll by a page", "Page Up  Page Down"),
    ("To the beginning, to the end", "Home  End"),
    ("Larger or smaller dynamic range of all rows", "D  Shift+D"),
)
"""Keys that the Compare page handles itself."""


def show_page(shell: Shell, name: str) -> None:
    """Bring a page to the front."""
    shell.pages.show_page(name)


def toggle(shell: Shell) -> None:
    """Take the current exhibit into the comparison, or out of it, and say so."""
    current = shell.context.session.current
    if current is None:
        return
    was_compared = is_compared(shell)
    shell.comparison.toggle(current.id)
    if is_compared(shell) != was_compared:
        shell.context.errors.mention(_toggled(shell, current.id))


def _toggled(shell: Shell, exhibit_id: str) -> str:
    """What became of an exhibit, and which key shows it where it is not on the screen."""
    if not is_compared(shell):
        return f"{exhibit_id} is no longer compared."
    keys = shell.keys_of("pages.compare")
    shows = f": {keys[0]} shows it" if keys and shell.pages.name != "compare" else ""
    return f"{exhibit_id} is compared ({len(shell.comparison.model.rows)} of {MOST_ROWS}){shows}."


def add_selection(shell: Shell) -> None:
    """Take in the selected stretch, and show it beside the others."""
    if shell.comparison.add_selection():
        show_page(shell, "compare")


def align_by_times(shell: Shell) -> None:
    """Ask for a time in each of two rows, and lay one on the other."""
    model = shell.comparison.model
    first, row = model.reference, model.compared
    if first is None or row is None:
        return
    title, at = "Align by a time in each", model.cursor_s
    one = _ask_time(shell, title, f"Time in {first.key}:", at)
    two = None if one is None else _ask_time(shell, title, f"The same moment in {row.key}:", row.to_own(at))
    if one is not None and two is not None:
        shell.comparison.align_marker(one, two)


def _ask_time(shell: Shell, title: str, text: str, proposed_s: float) -> float | None:
    entered = f"{max(proposed_s, 0.0):.4f}"
    while (entered := dialogs.ask_text(shell.dialog_parent, title, text, entered) or "") != "":
        seconds = parse_time(entered)
        if seconds is not None:
            return seconds
    return None


def is_compared(shell: Shell) -> bool:
    """The current exhibit is in the comparison."""
    current = shell.context.session.current
    return current is not None and shell.comparison.model.has(current.id)


def has_pair(shell: Shell) -> bool:
    """Two rows or more are compared, and can be seen."""
    return shell.pages.name == "compare" and shell.comparison.model.compared is not None


def can_add_selection(shell: Shell) -> bool:
    """A stretch is selected on the main screen."""
    return shell.pages.name == "examine" and shell.model.selection_s is not None


def _page(name: str, title: str, key: str, *, starts_group: bool = False) -> Action:
    return Action(
        id=f"pages.{name}",
        title=title,
        menu="View",
        run=partial(show_page, name=name),
        keys=(key,),
        enabled_when=has_recording,
        checked_when=lambda shell: shell.pages.name == name,
        starts_group=starts_group,
    )


ACTIONS = (
    _page("examine", "&Examine page", "Alt+1", starts_group=True),
    _page("compare", "&Compare page", "Alt+2"),
    Action(
        id="compare.toggle",
        title="&Compare the current exhibit",
        menu="Compare",
        run=toggle,
        keys=("Ctrl+Alt+C",),
        enabled_when=has_recording,
        checked_when=is_compared,
        tip="Take it into the comparison, or out of it",
    ),
    Action(
        id="compare.selection",
        title="Compare the selected &stretch",
        menu="Compare",
        run=add_selection,
        keys=("Ctrl+Alt+S",),
        enabled_when=can_add_selection,
    ),
    Action(
        id="compare.align",
        title="&Align by correlation: offset and drift",
        menu="Compare",
        run=lambda shell: shell.comparison.align("correlation"),
        keys=("Ctrl+Alt+A",),
        enabled_when=has_pair,
        tip="Lay every row on the first one's time, where they have something in common",
        starts_group=True,
    ),
    Action(
        id="compare.align_times",
        title="Align by a &time in each…",
        menu="Compare",
        run=align_by_times,
        enabled_when=has_pair,
    ),
    Action(
        id="compare.align_starts",
        title="Align by their sta&rts",
        menu="Compare",
        run=lambda shell: shell.comparison.align("start"),
        enabled_when=has_pair,
    ),
    Action(
        id="compare.match",
        title="&Match levels",
        menu="Compare",
        run=lambda shell: shell.comparison.page.controls.set_match(not shell.comparison.page.controls.is_matched),
        enabled_when=has_pair,
        checked_when=lambda shell: shell.comparison.page.controls.is_matched,
        starts_group=True,
    ),
    Action(
        id="compare.blink",
        title="&Blink: the next row at the same place",
        menu="Compare",
        run=lambda shell: shell.comparison.page.blink(),
        keys=("B",),
        enabled_when=has_pair,
    ),
    Action(
        id="compare.stacked",
        title="S&how all rows",
        menu="Compare",
        run=lambda shell: shell.comparison.page.stop_blinking(),
        keys=("Shift+B",),
        enabled_when=lambda shell: has_pair(shell) and shell.comparison.page.is_blinking,
    ),
)
