"""The list of keys (F1): looking them up, choosing another map, giving an action another key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from app.commands import compare, keymaps
from app.commands.action import Action, Shell, has_recording
from app.commands.keymaps import MAPS, MapName
from app.widgets.key_dialog import KeyDialog, KeyRow

RECORDING = "On the recording, once it has the focus (F6)"
COMPARE = "On the Compare page, once a row has the focus (F6)"
RECORDING_KEYS: tuple[tuple[str, str], ...] = (
    ("Cursor by a pixel; faster", "←  →;  Ctrl+←  Ctrl+→"),
    ("Extend the selection; shrink it", "Shift+←  Shift+→;  with Ctrl"),
    ("Frequency edges outwards; inwards", "Shift+↑  Shift+↓;  with Ctrl"),
    ("Zoom vertically; scroll vertically", "Ctrl+↑  Ctrl+↓;  with Alt"),
    ("Longer or shorter window of the spectrogram", "Ctrl+Alt+↑  Ctrl+Alt+↓"),
    ("Larger or smaller dynamic range", "D  Shift+D"),
    ("Select a time-frequency box", "Alt+drag in a map"),
    ("Frequency of the reading", "↑  ↓"),
    ("Scroll by a page", "Page Up  Page Down"),
    ("To the beginning, to the end", "Home  End"),
    ("Zoom", "+  −,  Ctrl+wheel;  vertically Alt+wheel"),
    ("Scroll", "wheel,  Shift+wheel"),
    ("Opacity of the explanation", "Shift+O"),
    ("Controls of the lane; through them; back to it", "Enter;  ←  →;  Esc"),
)
"""Keys that the main screen handles itself."""


class Book:
    """The window's keys as the dialog wants them."""

    def __init__(self, shell: Shell):
        self._shell = shell

    def rows(self) -> Sequence[KeyRow]:
        """All actions by menu, then the recording's own keys."""
        rows = [self._row(action) for action in self._by_menu()]
        is_open = has_recording(self._shell)
        return (
            rows
            + [
                KeyRow(id="", group=RECORDING, title=title, keys=keys, is_possible=is_open)
                for title, keys in RECORDING_KEYS
            ]
            + [
                KeyRow(id="", group=COMPARE, title=title, keys=keys, is_possible=is_open)
                for title, keys in compare.KEYS
            ]
        )

    def maps(self) -> Mapping[str, str]:
        """Titles by name."""
        return {name: key_map.title.replace("&", "") for name, key_map in MAPS.items()}

    def current_map(self) -> str:
        """Name of the map in use."""
        return self._shell.context.settings.current.key_map

    def use_map(self, name: str) -> None:
        """Use another map; own keys stay."""
        use_map(self._shell, name)

    def obstacle(self, action_id: str, key: str) -> str:
        """Why no action may have this key; empty where one may."""
        if keymaps.is_reserved(key):
            return f"{keymaps.shown(key)} moves in the recording and in texts, so it cannot be given to an action."
        return ""

    def conflict(self, action_id: str, key: str) -> str:
        """Who has this key already; empty where it is free."""
        held = {action.id: self._shell.keys_of(action.id) for action in self._shell.actions_offered}
        owner = keymaps.owner(held, key)
        if owner is None or owner == action_id:
            return ""
        title = next(action.plain_title for action in self._shell.actions_offered if action.id == owner)
        return f"{keymaps.shown(key)} is the key of “{title}”. If it is taken, that one is left without it."

    def change(self, action_id: str, key: str | None) -> None:
        """Give an action another key, or the map's own again."""
        own = {name: keys for name, keys in self._own().items() if name != action_id}
        if key is not None:
            taken = keymaps.normal(key)
            own = {name: tuple(k for k in keys if keymaps.normal(k) != taken) for name, keys in own.items()}
            own[action_id] = (key,)
        self._keep(own)

    def reset(self) -> None:
        """Forget all own keys."""
        self._keep({})

    def _own(self) -> dict[str, tuple[str, ...]]:
        return dict(self._shell.context.settings.current.own_keys)

    def _keep(self, own: Mapping[str, tuple[str, ...]]) -> None:
        self._shell.context.settings.change(own_keys=dict(own))
        self._shell.keys_changed()

    def _by_menu(self) -> list[Action]:
        order = list(dict.fromkeys(_group(action) for action in self._shell.actions_offered))
        return sorted(self._shell.actions_offered, key=lambda action: order.index(_group(action)))

    def _row(self, action: Action) -> KeyRow:
        return KeyRow(
            id=action.id,
            group=_group(action),
            title=action.plain_title.removesuffix("…"),
            keys=",  ".join(map(keymaps.shown, self._shell.keys_of(action.id))),
            tip=action.tip,
            words=action.keywords,
            is_possible=action.enabled_when(self._shell),
            is_own=action.id in self._own(),
        )


def show_keys(shell: Shell) -> None:
    """All keys, by menu."""
    KeyDialog(Book(shell), shell.dialog_parent).show()


def use_map(shell: Shell, name: str) -> None:
    """Take the keys of a map."""
    shell.context.settings.change(key_map=name)
    shell.keys_changed()


def _group(action: Action) -> str:
    return action.area or action.menu.partition("/")[0]


def _map(name: MapName) -> Action:
    return Action(
        id=f"view.keys.{name}",
        title=f"As in {MAPS[name].title}",
        keywords="settings preferences options keys shortcuts key map",
        menu="View/Keys",
        run=partial(use_map, name=name),
        checked_when=lambda shell: shell.context.settings.current.key_map == name,
    )


ACTIONS = (
    Action(
        id="help.keys",
        title="&Keys…",
        menu="Help",
        run=show_keys,
        keys=("F1",),
        tip="Look up and change keys",
        keywords="settings preferences options shortcuts hotkeys keyboard",
    ),
)
MAP_ACTIONS = tuple(_map(name) for name in MAPS)
