"""Short ways to make labels and buttons that have a role and an accessible name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

TextRole = Literal["", "muted", "heading", "title", "caution"]
W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str, tip: str = "") -> W:
    """The widget, with the name that assistive technology reads out."""
    widget.setAccessibleName(name)
    if tip:
        widget.setToolTip(tip)
    return widget


def label(text: str = "", *, role: TextRole = "", name: str = "", wrap: bool = False) -> QLabel:
    """Plain text; text that wraps can be selected and copied."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if name:
        made.setAccessibleName(name)
    if wrap:
        made.setWordWrap(True)
        policy = made.sizePolicy()  # a new one would forget that the height depends on the width
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        made.setSizePolicy(policy)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


LEAST_SCROLLED_PX = 40
"""Height that is left of what scrolls where there is little room: Qt asks for more than a line of large text."""


def button(text: str, run: Callable[[], object], *, is_primary: bool = False, tip: str = "") -> QPushButton:
    """A push button."""
    made = QPushButton(text)
    made.clicked.connect(lambda: run())
    made.setProperty("primary", is_primary)
    if tip:
        made.setToolTip(tip)
    return made
