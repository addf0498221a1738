"""Keys of the Compare page that belong to no menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent

from app.pages.compare.controls import CompareControls
from app.viewmodels.compare import CompareModel

_FAST = 20
_PAGE = 0.9
_NONE = Qt.KeyboardModifier.NoModifier
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Keyed(Protocol):
    """What the keys can ask for."""

    model: CompareModel
    controls: CompareControls

    @property
    def pixel_s(self) -> float: ...
    def zoom_in(self) -> None: ...
    def zoom_out(self) -> None: ...
    def go_to_start(self) -> None: ...
    def go_to_end(self) -> None: ...
    def step_cursor(self, pixels: int) -> None: ...
    def extend_selection(self, pixels: int) -> None: ...


def handle(page: Keyed, event: QKeyEvent) -> bool:
    """Do what a key asks for; False where it is none of ours."""
    pressed = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    action = _actions(page).get(QKeyCombination(pressed, Qt.Key(event.key())).toCombined())
    if action is None and event.text() in ("+", "-"):
        action = page.zoom_in if event.text() == "+" else page.zoom_out
    if action is not None:
        action()
    return action is not None


def _actions(page: Keyed) -> dict[int, Callable[[], object]]:
    model = page.model
    table: dict[tuple[Qt.KeyboardModifier, Qt.Key], Callable[[], object]] = {}
    for key, way in ((Qt.Key.Key_Left, -1), (Qt.Key.Key_Right, 1)):
        table[_NONE, key] = lambda way=way: page.step_cursor(way)
        table[_CTRL, key] = lambda way=way: page.step_cursor(way * _FAST)
        table[_SHIFT, key] = lambda way=way: page.extend_selection(way)
        table[_SHIFT | _CTRL, key] = lambda way=way: page.extend_selection(way * _FAST)
    for key, way in ((Qt.Key.Key_Up, -1), (Qt.Key.Key_Down, 1)):
        table[_NONE, key] = lambda way=way: model.step_active(way)
    for key, way in ((Qt.Key.Key_PageUp, -1), (Qt.Key.Key_PageDown, 1)):
        table[_NONE, key] = lambda way=way: model.scroll(way * _PAGE)
    for key, way in ((Qt.Key.Key_Comma, -1), (Qt.Key.Key_Period, 1)):
        table[_NONE, key] = lambda way=way: model.nudge(way * page.pixel_s)
        table[_CTRL, key] = lambda way=way: model.nudge(way * model.sample_s)
    table[_NONE, Qt.Key.Key_Home] = page.go_to_start
    table[_NONE, Qt.Key.Key_End] = page.go_to_end
    table[_NONE, Qt.Key.Key_D] = lambda: page.controls.step_range(1)
    table[_SHIFT, Qt.Key.Key_D] = lambda: page.controls.step_range(-1)
    return {QKeyCombination(*chord).toCombined(): action for chord, action in table.items()}
