"""A lane is one stop of Tab: Enter goes to the controls of its header, arrows go through them, Esc leads back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

HINT = "Enter goes to this lane's controls, left and right through them, Esc back."
_WAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: +1}
_WATCHED = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


class HeaderKeys(QObject):
    """Moves the focus between the controls of a header."""

    def __init__(self, parts: Sequence[QWidget], back: Callable[[], object], parent: QObject):
        """Takes the controls out of the round of Tab; `back` gives the focus to what they belong to."""
        super().__init__(parent)
        self._parts, self._back = tuple(parts), back
        for part in self._parts:
            part.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            part.installEventFilter(self)

    def enter(self) -> None:
        """Go to the first control that can be used now."""
        self._go(self._usable()[:1])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Esc of a control; a slider keeps its arrows."""
        if event.type() not in _WATCHED or not isinstance(event, QKeyEvent) or event.modifiers():
            return False
        key = Qt.Key(event.key())
        is_ours = key == Qt.Key.Key_Escape or (key in _WAYS and not isinstance(watched, QAbstractSlider))
        if not is_ours:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif key == Qt.Key.Key_Escape:
            self._back()
        else:
            self._step(watched, _WAYS[key])
        return True

    def _step(self, here: QObject, way: int) -> None:
        usable = self._usable()
        at = next((place for place, part in enumerate(usable) if part is here), 0)
        self._go(usable[(at + way) % len(usable) :][:1])

    def _go(self, to: Sequence[QWidget]) -> None:
        for part in to:
            part.setFocus(Qt.FocusReason.TabFocusReason)

    def _usable(self) -> list[QWidget]:
        return [part for part in self._parts if part.isVisible() and part.isEnabled()]
