"""Which key does what: the program's own map, those of three other programs, and the user's changes to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QKeySequence

from app.commands.action import Action

MapName = Literal["auditrace", "audacity", "praat", "rx"]
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMap:
    """Where a map differs from the keys that the actions bring; a key it gives away is taken from its owner."""

    title: str
    """With `&` before the letter to press in the menu."""
    keys: Mapping[str, Keys]
    """Keys by action id."""


MAPS: dict[MapName, KeyMap] = {
    "auditrace": KeyMap(title="&Auditrace", keys={}),
    "audacity": KeyMap(
        title="Au&dacity",
        keys={"view.fit": ("Ctrl+F",), "play.loop": ("L",), "play.loop_selection": ("Shift+Space",)},
    ),
    "praat": KeyMap(
        title="&Praat",
        keys={
            "view.fit": ("Ctrl+A",),
            "view.zoom_in": ("Ctrl+I",),
            "view.zoom_out": ("Ctrl+O",),
            "view.zoom_selection": ("Ctrl+N",),
            "view.back": ("Ctrl+B",),
            "file.open": ("Ctrl+Alt+O",),
            "file.new_case": ("Ctrl+Alt+N",),
            "examine.explain": ("Ctrl+Alt+I",),
            "mark.region": ("Ctrl+Alt+B",),
        },
    ),
    "rx": KeyMap(
        title="&RX",
        keys={
            "view.zoom_in": ("Ctrl+=", "Ctrl++"),
            "view.zoom_out": ("Ctrl+-",),
            "view.clear_selection": ("Ctrl+D",),
        },
    ),
}
"""Space plays and Tab goes to the next control in all of them: Praat's Tab would shut out who uses the keyboard."""

RESERVED: tuple[str, ...] = (
    *("Left", "Right", "Up", "Down", "Home", "End", "PgUp", "PgDown", "+", "-"),
    *("Ctrl+Left", "Ctrl+Right", "Shift+Left", "Shift+Right", "Ctrl+Shift+Left", "Ctrl+Shift+Right"),
    *("Shift+Up", "Shift+Down", "Ctrl+Shift+Up", "Ctrl+Shift+Down"),
    *("Tab", "Shift+Tab", "Return", "Enter", "Ctrl+C", "Ctrl+V", "Ctrl+X"),
)
"""Keys of the recording itself and of every text field: no action may have them."""


def effective(actions: Sequence[Action], name: str, own: Mapping[str, Keys]) -> dict[str, Keys]:
    """Keys of every action under a map and the user's own changes, no key twice.

    Args:
        actions: All actions with the keys they bring.
        name: Of the map.
        own: The user's keys by action id; they win over the map's, as those win over the actions'.
    """
    chosen = MAPS[name].keys if name in MAPS else {}
    claims = [{a.id: own[a.id] for a in actions if a.id in own}]
    claims += [{a.id: chosen[a.id] for a in actions if a.id in chosen and a.id not in own}]
    claims += [{a.id: a.keys for a in actions if a.id not in chosen and a.id not in own}]
    taken: set[str] = set()
    found: dict[str, Keys] = {}
    for claim in claims:
        for action_id, keys in claim.items():
            free = tuple(key for key in keys if normal(key) not in taken)
            taken.update(normal(key) for key in free)
            found[action_id] = free
    return {action.id: found[action.id] for action in actions}


def owner(keys: Mapping[str, Keys], key: str) -> str | None:
    """Id of the action that has a key; None where it is free."""
    wanted = normal(key)
    return next((action_id for action_id, held in keys.items() if wanted in map(normal, held)), None)


def is_reserved(key: str) -> bool:
    """Whether a key belongs to the recording or to text fields."""
    return normal(key) in {normal(reserved) for reserved in RESERVED}


def normal(key: str) -> str:
    """One spelling for each key."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def shown(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
