"""Remembers the lanes between sessions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer

from app.pages.examine.page import ExaminePage
from app.services.settings import SettingsStore
from app.viewmodels.lanes import states_from, states_text

_WAIT_MS = 400


class LaneMemory(QObject):
    """Shows the lanes as they were left, and keeps every change."""

    def __init__(self, page: ExaminePage, settings: SettingsStore):
        super().__init__(page)
        self._page, self._settings = page, settings
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(self.keep)
        states = states_from(settings.current.lanes)
        if states:
            page.stack.restore(states)
        page.stack.changed.connect(self._wait.start)
        page.stack.splitterMoved.connect(lambda *_: self._wait.start())
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the parameters too when the page is left."""
        if event.type() == QEvent.Type.Hide:
            self.keep()
        return super().eventFilter(watched, event)

    def keep(self) -> None:
        """Write how the lanes are shown, parameters included."""
        text = states_text(self._page.stack.states())
        if text != self._settings.current.lanes:
            self._settings.change(lanes=text)
