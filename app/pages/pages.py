"""The pages in the middle of the window, one at a time, with a tab for each."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from app.widgets.build import named
from app.widgets.front import FrontStack


class Pages(QWidget):
    """Tabs above, the chosen page below. A further page is one `add`."""

    shown = Signal(str)
    """Name of the page that came to the front."""

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._pages: list[QWidget] = []
        self._tabs = named(QTabBar(), "Pages")
        self._tabs.setExpanding(False)
        self._tabs.setDocumentMode(True)
        self._stack = FrontStack()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tabs)
        column.addWidget(self._stack, 1)
        self._tabs.currentChanged.connect(self._show)

    @property
    def name(self) -> str:
        """Name of the page in front."""
        return self._names[self._stack.currentIndex()] if self._names else ""

    @property
    def front(self) -> QWidget:
        """The page in front."""
        return self._pages[self._stack.currentIndex()]

    def add(self, name: str, title: str, page: QWidget, tip: str = "") -> None:
        """Add a page behind the others."""
        self._names.append(name)
        self._pages.append(page)
        self._stack.addWidget(page)
        self._tabs.setTabToolTip(self._tabs.addTab(title), tip)

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        self._tabs.setCurrentIndex(self._names.index(name))

    def _show(self, index: int) -> None:
        if 0 <= index < self._stack.count():
            self._stack.setCurrentIndex(index)
            self.shown.emit(self._names[index])
