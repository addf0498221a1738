"""Keys that belong to the control that has the focus rather than to the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QTabBar

_PRESSED_BY_SPACE = (QAbstractButton, QComboBox, QTabBar)


class SpaceGuard(QObject):
    """Lets Space press the button that has the focus, although the window has a shortcut on Space."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim Space for buttons before the shortcut gets it."""
        claims = (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(watched, _PRESSED_BY_SPACE)
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and not event.modifiers()
        )
        if claims:
            event.accept()
        return claims
