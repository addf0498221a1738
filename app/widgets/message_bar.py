"""Messages that stop no one: the newest in sight, the others one key away, each with details to copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from app.theme import Theme
from app.theme.icons import icon
from app.widgets.build import button, label, named

_KEPT = 100


class MessageLike(Protocol):
    """Something to tell the user."""

    @property
    def text(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def details(self) -> str: ...
    @property
    def path(self) -> str: ...


class MessageBar(QFrame):
    """One message at a time; hidden while there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self._messages: list[MessageLike] = []
        self._at = 0
        self._theme = theme
        self.setProperty("role", "message")
        self.setAccessibleName("Message")
        self._icon = label(name="Kind of message")
        self._text = label(wrap=True)
        self._place = label(name="Number of the message")
        self._previous = self._tool("Previous message", lambda: self._step(-1))
        self._next = self._tool("Next message", lambda: self._step(+1))
        self._open = button("Open file", self._open_path)
        self._copy = button("Copy details", self._copy_details)
        self._dismiss = button("Dismiss", self.dismiss)
        self._dismiss_all = button("Dismiss all", self.dismiss_all)
        self._lay_out()
        self.set_theme(theme)
        self._show()

    @property
    def messages(self) -> tuple[MessageLike, ...]:
        """All that were not dismissed, the oldest first."""
        return tuple(self._messages)

    def add(self, message: MessageLike) -> None:
        """Show a message; the ones before stay within reach."""
        self._messages = [*self._messages, message][-_KEPT:]
        self._at = len(self._messages) - 1
        self._show()

    def dismiss(self) -> None:
        """Drop the message in sight."""
        if self._messages:
            del self._messages[self._at]
            self._at = max(min(self._at, len(self._messages) - 1), 0)
        self._show()

    def dismiss_all(self) -> None:
        """Drop them all."""
        self._messages.clear()
        self._at = 0
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours."""
        self._theme = theme
        self._previous.setIcon(icon("previous", theme.text, theme.border))
        self._next.setIcon(icon("next", theme.text, theme.border))
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 8, 6)
        row.setSpacing(6)
        for part in (self._icon, self._text, self._previous, self._place, self._next):
            row.addWidget(part)
        for part in (self._open, self._copy, self._dismiss, self._dismiss_all):
            row.addWidget(part)

    def _tool(self, text: str, run: Callable[[], None]) -> QToolButton:
        made = named(QToolButton(), text, text)
        made.clicked.connect(lambda: run())
        made.setIconSize(QSize(16, 16))
        made.setAutoRaise(True)
        return made

    def _show(self) -> None:
        self.setVisible(bool(self._messages))
        if not self._messages:
            return
        message = self._messages[self._at]
        several = len(self._messages) > 1
        self._text.setText(f"{message.text}  ({message.code})" if message.code else message.text)
        self._text.setAccessibleName(self._text.text())
        self._place.setText(f"{self._at + 1} of {len(self._messages)}")
        for part in (self._previous, self._place, self._next, self._dismiss_all):
            part.setVisible(several)
        self._previous.setEnabled(self._at > 0)
        self._next.setEnabled(self._at < len(self._messages) - 1)
        self._open.setVisible(bool(message.path))
        self._set_level(message.level)

    def _set_level(self, level: str) -> None:
        colours = {"caution": self._theme.caution, "bad": self._theme.bad}
        colour = colours.get(level, self._theme.accent)
        self._icon.setPixmap(icon(level, colour).pixmap(QSize(20, 20), self.devicePixelRatioF()))
        self.setProperty("level", level)
        self.style().unpolish(self)
        self.style().polish(self)

    def _step(self, by: int) -> None:
        self._at += by
        self._show()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._messages[self._at].details)

    def _open_path(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._messages[self._at].path))
