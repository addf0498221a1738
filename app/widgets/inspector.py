"""The inspector: reading at the cursor, file, condition, results. Shows words it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.widgets.build import LEAST_SCROLLED_PX, TextRole, label, named
from app.widgets.facts_table import FactsTable, SectionLike
from app.widgets.weights import WeighedLike, Weights

Tab = Literal["reading", "file", "condition", "results"]
_TITLES: dict[Tab, str] = {"reading": "Cursor", "file": "File", "condition": "Condition", "results": "Results"}
_EMPTY: dict[Tab, str] = {
    "reading": "Open a recording to read values at the cursor.",
    "file": "Open a recording to see its hashes, container facts and tags.",
    "condition": "No recording has been measured yet.",
    "results": "Not examined yet. Press Ctrl+R to choose models and run them.",
}
_LEADS: dict[Tab, tuple[str, TextRole]] = {
    "results": (
        "Scores are uncalibrated and are not evidence. What they weigh, if anything, is a likelihood ratio.",
        "caution",
    ),
    "reading": (
        "Read under the pointer or at the cursor; frequencies and levels where the pointer is over a map. ± is the "
        "limit of reading; the Measure panel gives levels with theirs.",
        "muted",
    ),
    "condition": ("Measured on the signal. Says nothing of who or what made it.", "muted"),
    "file": ("Equal hashes show that bytes are the same, not that a recording is genuine.", "muted"),
}


class Inspector(QTabWidget):
    """Four tables of facts, each with words for when there is nothing to show."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName("Inspector")
        self.tabBar().setAccessibleName("Inspector")
        self.setDocumentMode(True)
        self.setUsesScrollButtons(False)
        self._pages: dict[Tab, _Page] = {
            tab: _Page(title, _EMPTY[tab], _LEADS.get(tab)) for tab, title in _TITLES.items()
        }
        self.weights = Weights()
        """Above the results."""
        self._pages["results"].add_above(self.weights)
        for tab, page in self._pages.items():
            self.addTab(page, _TITLES[tab])

    def show_facts(self, tab: Tab, sections: Sequence[SectionLike]) -> None:
        """Fill a tab; with no sections it says that there is nothing yet."""
        self._pages[tab].show_facts(sections)

    def show_weights(self, weighed: Sequence[WeighedLike]) -> None:
        """Show above the results what the scores weigh."""
        self.weights.show_weights(weighed)

    def set_empty_text(self, tab: Tab, text: str) -> None:
        """What a tab says while it has no facts."""
        self._pages[tab].empty.setText(text)

    def words(self, tab: Tab) -> str:
        """What a tab says while it has no facts."""
        return self._pages[tab].empty.text()

    def table(self, tab: Tab) -> FactsTable:
        """The table in a tab."""
        return self._pages[tab].table

    def show_tab(self, tab: Tab) -> QWidget:
        """Bring a tab to the front; gives what is in it."""
        self.setCurrentWidget(self._pages[tab])
        return self._pages[tab]

    def describe(self) -> str:
        """The tab in front in words, one fact a line."""
        title, page = next((_TITLES[tab], page) for tab, page in self._pages.items() if page is self.currentWidget())
        return f"{title}. {page.describe()}"


class _Page(QWidget):
    def __init__(self, title: str, empty: str, lead: tuple[str, TextRole] | None):
        super().__init__()
        self.table = FactsTable(title)
        self._lead = lead[0] if lead else ""
        self.empty = label(empty, role="muted", wrap=True)
        filled = named(QWidget(), title)
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        if lead:
            text = label(lead[0], role=lead[1], wrap=True)
            text.setContentsMargins(8, 6, 8, 0)
            column.addWidget(text)
        column.addWidget(self.table, 1)
        self._column = column
        nothing = named(QWidget(), title)
        above = QVBoxLayout(nothing)
        above.setContentsMargins(12, 14, 12, 12)
        above.addWidget(self.empty)
        above.addStretch()
        self._stack = QStackedWidget()
        self._stack.addWidget(nothing)
        self._stack.addWidget(_scrolled(filled, title))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def add_above(self, widget: QWidget) -> None:
        """Put something between the lead and the table."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def show_facts(self, sections: Sequence[SectionLike]) -> None:
        self.table.set_sections(sections)
        self._stack.setCurrentIndex(1 if sections else 0)

    def describe(self) -> str:
        return "\n".join([self._lead, self.table.copied()]).strip() if self._stack.currentIndex() else self.empty.text()


def _scrolled(content: QWidget, title: str) -> QScrollArea:
    """What stands above the table is never squeezed: where there is too little height, all of it scrolls."""
    area = named(QScrollArea(), f"{title}, scrolled")
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setMinimumHeight(LEAST_SCROLLED_PX)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
