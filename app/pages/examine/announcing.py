"""Says a value that a key has changed: to screen readers, and beside the mouse pointer's lane for a moment."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QToolTip, QWidget

_SHOWN_MS = 1500


def announce(widget: QWidget, text: str) -> None:
    """Say a short text about a widget, once."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
    QToolTip.showText(widget.mapToGlobal(QPoint(widget.width() // 2, 0)), text, widget, msecShowTime=_SHOWN_MS)
