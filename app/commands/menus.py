"""Menus, toolbar and keys, all made from the same list of actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from app.commands.action import Action, Shell
from app.theme import Theme
from app.theme.icons import icon


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A row of the list of keys."""

    label: str
    value: str
    exact: str = ""
    is_code: bool = False
    is_muted: bool = False


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys of one menu."""

    title: str
    facts: tuple[KeyLine, ...]


class Menus:
    """The window's QActions; `refresh` brings what can be done now up to date."""

    def __init__(self, window: QMainWindow, shell: Shell, actions: Sequence[Action]):
        self._window, self._shell = window, shell
        self._menus: dict[str, QMenu] = {}
        self._offered = {action.id: action for action in actions}
        self.made: dict[str, QAction] = {action.id: self._make(action) for action in actions}
        self.toolbar = self._make_toolbar(actions)
        self.refresh()

    def menu(self, path: str) -> QMenu:
        """The menu of that path, made where it does not exist."""
        if path not in self._menus:
            above, _, name = path.rpartition("/")
            parent = self.menu(above) if above else self._window.menuBar()
            self._menus[path] = parent.addMenu(_mnemonic(name))
        return self._menus[path]

    def refresh(self) -> None:
        """Enable what can be done now, and check what is on."""
        for action_id, made in self.made.items():
            action = self._offered[action_id]
            made.setEnabled(action.enabled_when(self._shell))
            if action.checked_when is not None:
                made.setChecked(action.checked_when(self._shell))

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours."""
        for action_id, made in self.made.items():
            action = self._offered[action_id]
            if action.icon:
                made.setIcon(icon(action.icon, theme.text, theme.border, action.checked_icon))

    def _make(self, action: Action) -> QAction:
        menu = self.menu(action.menu)
        if action.starts_group:
            menu.addSeparator()
        made = QAction(action.title, self._window)
        made.setShortcuts([QKeySequence(key) for key in action.keys])
        made.setCheckable(action.checked_when is not None)
        made.setIconText(action.short or action.plain_title.removesuffix("…"))
        keys = f" ({action.keys[0]})" if action.keys else ""
        made.setToolTip((action.tip or action.plain_title) + keys)
        made.triggered.connect(lambda: self._run(action))
        menu.addAction(made)
        return made

    def _run(self, action: Action) -> None:
        action.run(self._shell)
        self.refresh()

    def _make_toolbar(self, actions: Sequence[Action]) -> QToolBar:
        toolbar = QToolBar("Tools")
        toolbar.setObjectName("tools")
        toolbar.setAccessibleName("Tools")
        toolbar.setMovable(False)
        toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        last = ""
        for action in (action for action in actions if action.short):
            if last and action.menu != last:
                toolbar.addSeparator()
            last = action.menu
            toolbar.addAction(self.made[action.id])
        self._window.addToolBar(toolbar)
        return toolbar


def key_groups(actions: Sequence[Action]) -> list[KeyGroup]:
    """All keys, by menu."""
    groups: dict[str, list[KeyLine]] = defaultdict(list)
    for action in actions:
        if action.keys:
            title = action.plain_title.removesuffix("…")
            groups[action.menu.partition("/")[0]].append(KeyLine(title, ",  ".join(map(shown_key, action.keys))))
    return [KeyGroup(title, tuple(lines)) for title, lines in groups.items()]


def shown_key(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _mnemonic(name: str) -> str:
    return f"&{name}"
