"""Keys of the main screen that belong to no menu: arrows, pages, ends, plus and minus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent

_FAST = 20
"""Pixels that Ctrl and an arrow move."""
_PAGE = 0.9
"""Share of the view that Page Up and Page Down move."""
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


class Keyed(Protocol):
    """What the keys can ask for."""

    def zoom_in(self) -> None: ...
    def zoom_out(self) -> None: ...
    def scroll(self, views: float) -> None: ...
    def go_to_start(self) -> None: ...
    def go_to_end(self) -> None: ...
    def step_cursor(self, pixels: int) -> None: ...
    def extend_selection(self, pixels: int) -> None: ...
    def step_frequency(self, rows: int) -> None: ...
    def shrink_selection(self, way: int) -> None: ...
    def move_frequency_edge(self, way: int, *, shrink: bool) -> None: ...
    def zoom_frequencies(self, way: int) -> None: ...
    def scroll_frequencies(self, way: int) -> None: ...
    def step_window(self, way: int) -> None: ...
    def step_opacity(self) -> None: ...
    def step_range(self, way: int) -> None: ...


def handle(page: Keyed, event: QKeyEvent) -> bool:
    """Do what a key asks for; False where it is none of ours."""
    keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    action = _actions(page).get(QKeyCombination(keys, Qt.Key(event.key())).toCombined())
    if action is None and event.text() in ("+", "-"):
        action = page.zoom_in if event.text() == "+" else page.zoom_out
    if action is not None:
        action()
    return action is not None


def _actions(page: Keyed) -> dict[int, Callable[[], object]]:
    table: dict[tuple[Qt.KeyboardModifier, Qt.Key], Callable[[], object]] = {}
    none = Qt.KeyboardModifier.NoModifier
    for key, way in ((Qt.Key.Key_Left, -1), (Qt.Key.Key_Right, 1)):
        table[none, key] = lambda way=way: page.step_cursor(way)
        table[_CTRL, key] = lambda way=way: page.step_cursor(way * _FAST)
        table[_SHIFT, key] = lambda way=way: page.extend_selection(way)
        table[_SHIFT | _CTRL, key] = lambda way=way: page.shrink_selection(way)
    for key, way in ((Qt.Key.Key_Up, 1), (Qt.Key.Key_Down, -1)):
        table[none, key] = lambda way=way: page.step_frequency(way)
        table[_CTRL, key] = lambda way=way: page.zoom_frequencies(way)
        table[_ALT, key] = lambda way=way: page.scroll_frequencies(way)
        table[_CTRL | _ALT, key] = lambda way=way: page.step_window(way)
        table[_SHIFT, key] = lambda way=way: page.move_frequency_edge(way, shrink=False)
        table[_SHIFT | _CTRL, key] = lambda way=way: page.move_frequency_edge(way, shrink=True)
    for key, way in ((Qt.Key.Key_PageUp, -1), (Qt.Key.Key_PageDown, 1)):
        table[none, key] = lambda way=way: page.scroll(way * _PAGE)
    table[none, Qt.Key.Key_Home] = page.go_to_start
    table[none, Qt.Key.Key_End] = page.go_to_end
    table[_SHIFT, Qt.Key.Key_O] = page.step_opacity
    table[none, Qt.Key.Key_D] = lambda: page.step_range(1)
    table[_SHIFT, Qt.Key.Key_D] = lambda: page.step_range(-1)
    return {QKeyCombination(*chord).toCombined(): action for chord, action in table.items()}
