"""Menus, toolbar and keys, all made from the same list of actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from app.commands.action import Action, Shell
from app.commands.keymaps import shown
from app.theme import Theme
from app.theme.icons import icon

_LARGE_ICON_PX = 36
_ICON_SHARE = 1.5
"""Side of an icon by the height of a line."""


class Menus:
    """The window's QActions; `refresh` brings what can be done now up to date."""

    def __init__(self, window: QMainWindow, shell: Shell, actions: Sequence[Action]):
        self._window, self._shell = window, shell
        self._menus: dict[str, QMenu] = {}
        self._offered = {action.id: action for action in actions}
        self.keys: dict[str, tuple[str, ...]] = {}
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

    def use_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Give the actions these keys, and name them in the tool tips."""
        self.keys = dict(keys)
        for action_id, made in self.made.items():
            action = self._offered[action_id]
            made.setShortcuts([QKeySequence(key) for key in keys[action_id]])
            named = f" ({shown(keys[action_id][0])})" if keys[action_id] else ""
            made.setToolTip((action.tip or action.plain_title) + named)

    def refresh(self) -> None:
        """Enable what can be done now, and check what is on."""
        for action_id, made in self.made.items():
            action = self._offered[action_id]
            made.setEnabled(action.enabled_when(self._shell))
            if action.checked_when is not None:
                made.setChecked(action.checked_when(self._shell))
            if action.title_now is not None:
                made.setText(action.title_now(self._shell))

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours, as large as the text."""
        side = round(QFontMetrics(self.toolbar.font()).height() * _ICON_SHARE)
        self.toolbar.setIconSize(QSize(side, side))
        is_large = side > _LARGE_ICON_PX
        style = Qt.ToolButtonStyle.ToolButtonTextOnly if is_large else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.toolbar.setToolButtonStyle(style)
        for more in self.toolbar.findChildren(QToolButton, "qt_toolbar_ext_button"):
            more.setIcon(icon("next", theme.text))  # Qt's own is black, also on black
            more.setAccessibleName("More tools")
        for action_id, made in self.made.items():
            action = self._offered[action_id]
            if action.icon:
                made.setIcon(icon(action.icon, theme.text, theme.border, action.checked_icon))

    def _make(self, action: Action) -> QAction:
        menu = self.menu(action.menu)
        if action.starts_group:
            menu.addSeparator()
        made = QAction(action.title, self._window)
        made.setCheckable(action.checked_when is not None)
        short = action.short or action.plain_title.removesuffix("…")
        made.setIconText(short)
        made.toggled.connect(lambda on: made.setIconText((on and action.checked_short) or short))
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


def _mnemonic(name: str) -> str:
    return name if "&" in name else f"&{name}"
