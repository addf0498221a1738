"""Moving the focus into the panes of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QScrollArea, QWidget

from app.pages.examine.lane_frame import LaneFrame


def has_focus(pane: QWidget) -> bool:
    """Whether the focus is in a pane; controls in the title of its dock belong to it."""
    focus, above = QApplication.focusWidget(), pane.parentWidget()
    whole = above if isinstance(above, QDockWidget) else pane
    return focus is not None and (whole is focus or whole.isAncestorOf(focus))


def focus_inside(pane: QWidget) -> None:
    """Give the focus to what has it first in a pane, and scroll to the pane."""
    first = first_in(pane) or pane
    first.setFocus(Qt.FocusReason.ShortcutFocusReason)
    above = pane.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea) and not isinstance(pane, LaneFrame):  # lanes ask for that themselves
            above.ensureWidgetVisible(pane)
        above = above.parentWidget()


def first_in(pane: QWidget) -> QWidget | None:
    """What has the focus first in a pane; None where nothing of it can have it now."""
    whole = pane.lane if isinstance(pane, LaneFrame) and not pane.is_folded else pane
    parts = (w for w in (whole, *whole.findChildren(QWidget)) if w.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return next((w for w in parts if w.isVisible() and w.isEnabled()), None)
