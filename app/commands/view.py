"""The View menu: zoom, places, panes, theme."""

from __future__ import annotations

from functools import partial

from app.commands.action import Action, Shell, has_recording, has_selection
from app.commands.times import go_to_time
from app.theme import ThemeName
from app.widgets import dialogs


def set_edge(shell: Shell, *, is_start: bool) -> None:
    """Put an edge of the selection at the cursor."""
    cursor_s, duration_s = shell.model.cursor_s, shell.model.duration_s
    start_s, end_s = shell.model.selection_s or (0.0, duration_s)
    if is_start:
        shell.model.set_selection((cursor_s, end_s if end_s > cursor_s else duration_s))
    else:
        shell.model.set_selection((start_s if start_s < cursor_s else 0.0, cursor_s))


def _theme(name: ThemeName, title: str) -> Action:
    return Action(
        id=f"view.theme.{name}",
        title=title,
        menu="View/Theme",
        keywords="settings preferences options colours colors dark light mode appearance",
        run=lambda shell: shell.use_theme(name),
        checked_when=lambda shell: shell.context.settings.current.theme == name,
    )


def _dock(name: str, title: str, *keys: str, starts_group: bool = False) -> Action:
    return Action(
        id=f"view.dock.{name}",
        title=title,
        menu="View",
        run=lambda shell: shell.enter_dock(name),
        keywords="open close show hide panel dock",
        keys=keys,
        checked_when=lambda shell: shell.is_dock_open(name),
        starts_group=starts_group,
    )


ACTIONS = (
    Action(
        id="view.zoom_in",
        title="Zoom &in",
        menu="View",
        run=lambda shell: shell.front.zoom_in(),
        keys=("Ctrl+1", "Ctrl++", "Ctrl+="),
        enabled_when=has_recording,
        icon="zoom-in",
        short="Zoom in",
    ),
    Action(
        id="view.zoom_out",
        title="Zoom &out",
        menu="View",
        run=lambda shell: shell.front.zoom_out(),
        keys=("Ctrl+3", "Ctrl+-"),
        enabled_when=has_recording,
        icon="zoom-out",
        short="Zoom out",
    ),
    Action(
        id="view.fit",
        title="&Fit the whole recording",
        menu="View",
        run=lambda shell: shell.front.fit(),
        keys=("Ctrl+0",),
        enabled_when=has_recording,
        icon="fit",
        short="Fit",
    ),
    Action(
        id="view.zoom_selection",
        title="Zoom to the &selection",
        menu="View",
        run=lambda shell: shell.front.zoom_to_selection(),
        keys=("Ctrl+E",),
        enabled_when=has_selection,
        icon="zoom-selection",
        short="Selection",
    ),
    Action(
        id="view.go_to",
        title="&Go to time…",
        menu="View",
        run=go_to_time,
        keys=("Ctrl+G",),
        enabled_when=has_recording,
        starts_group=True,
    ),
    Action(
        id="view.back",
        title="&Back to the view before",
        menu="View",
        run=lambda shell: shell.front.model.back(),
        keys=("Alt+Left",),
        enabled_when=lambda shell: shell.front.model.can_go_back,
    ),
    Action(
        id="view.forward",
        title="For&ward to the view after",
        menu="View",
        run=lambda shell: shell.front.model.forward(),
        keys=("Alt+Right",),
        enabled_when=lambda shell: shell.front.model.can_go_forward,
    ),
    Action(
        id="view.selection_start",
        title="Selection starts at the cursor",
        menu="View",
        run=partial(set_edge, is_start=True),
        keys=("[",),
        enabled_when=has_recording,
    ),
    Action(
        id="view.selection_end",
        title="Selection ends at the cursor",
        menu="View",
        run=partial(set_edge, is_start=False),
        keys=("]",),
        enabled_when=has_recording,
    ),
    Action(
        id="view.clear_selection",
        title="Select &nothing",
        menu="View",
        run=lambda shell: shell.model.set_selection(None),
        keys=("Ctrl+Shift+A",),
        enabled_when=has_selection,
    ),
    Action(
        id="view.overlay",
        title="Explanation o&verlay on or off",
        menu="View",
        run=lambda shell: shell.page.toggle_overlay(),
        keys=("O",),
        enabled_when=lambda shell: shell.model.attribution is not None,
        icon="overlay",
        short="Overlay",
        starts_group=True,
    ),
    Action(
        id="view.describe",
        title="&Describe the view in words",
        menu="View",
        run=lambda shell: dialogs.show_text(shell.dialog_parent, "The view in words", _paragraphs(shell.describe())),
        keys=("F2",),
        enabled_when=has_recording,
    ),
    Action(
        id="view.next_pane",
        title="Next &pane",
        menu="View",
        run=lambda shell: shell.focus_pane(+1),
        keys=("F6",),
        starts_group=True,
    ),
    Action(
        id="view.previous_pane",
        title="Previo&us pane",
        menu="View",
        run=lambda shell: shell.focus_pane(-1),
        keys=("Shift+F6",),
    ),
    Action(
        id="view.layout_reset",
        title="Reset the la&yout of the panels",
        menu="View",
        run=lambda shell: shell.reset_layout(),
        tip="Every panel at its first place and width; those at the bottom closed",
        keywords="layout default restore docks windows arrangement",
        starts_group=True,
    ),
    _dock("exhibits", "Exhibits", "Ctrl+Shift+1"),
    _dock("inspector", "Inspector", "Ctrl+Shift+2"),
    _dock("explain", "E&xplain", "Ctrl+Shift+I"),
    _dock("jobs", "Jobs", "Ctrl+J"),
    _theme("system", "&As the system"),
    _theme("light", "&Light"),
    _theme("dark", "&Dark"),
    _theme("contrast", "&High contrast"),
)


def _paragraphs(text: str) -> str:
    """Every line on its own: Markdown would join them."""
    return "\n\n".join(line for line in text.splitlines() if line)
