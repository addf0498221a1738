"""Remembers which tab of a panel is in front."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTabWidget

from app.services.settings import SettingsStore


class TabMemory(QObject):
    """Brings the tab to the front that was there when the program was left, and keeps every change."""

    def __init__(self, tabs: QTabWidget, settings: SettingsStore):
        """Follow the tabs of a panel, which are all there and have an accessible name."""
        super().__init__(tabs)
        self._tabs, self._settings, self._name = tabs, settings, tabs.accessibleName()
        titles = [tabs.tabText(at) for at in range(tabs.count())]
        title = settings.current.tabs.get(self._name)
        if title in titles:
            tabs.setCurrentIndex(titles.index(title))
        tabs.currentChanged.connect(self._keep)

    def _keep(self, index: int) -> None:
        title = self._tabs.tabText(index)
        if self._settings.current.tabs.get(self._name) != title:
            self._settings.change(tabs={**self._settings.current.tabs, self._name: title})
