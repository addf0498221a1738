"""The Explain panel: five tabs under one caption."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.pages.explain import wording
from app.pages.explain.average_tab import AverageTab
from app.pages.explain.disagreement_tab import DisagreementTab
from app.pages.explain.listen_tab import ListenTab
from app.pages.explain.map_tab import MapTab
from app.pages.explain.parts import scrolled
from app.pages.explain.robustness_tab import RobustnessTab
from app.theme import Theme
from app.widgets.build import label, named

_BELOW_TAB_PX = 8
"""Between the words of a tab and the line below the tabs."""
_LEAST_PX = 200
"""Qt gives a panel that joins the tabs at the bottom no more than its least height."""


class ExplainPanel(QWidget):
    """Map, average, listening, disagreement, robustness."""

    def __init__(self):
        super().__init__()
        self.map, self.average, self.listen = MapTab(), AverageTab(), ListenTab()
        self.disagreement, self.robustness = DisagreementTab(), RobustnessTab()
        self.caption = label(wording.CAPTION, role="caution", name="Caption")
        self.caption.setContentsMargins(8, 0, 8, _BELOW_TAB_PX)
        self.tabs = named(QTabWidget(), "Explain")
        self.tabs.tabBar().setAccessibleName("Explain")
        self.tabs.setDocumentMode(True)
        for title, tab in self._titled():
            self.tabs.addTab(scrolled(tab, title), title)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.tabs, 1)
        self.tabs.setCornerWidget(self.caption)
        self._is_sealed = False
        self.tabs.currentChanged.connect(lambda _: self._write_caption())
        self.setMinimumHeight(_LEAST_PX)

    def set_sealed(self, sealed: bool) -> None:
        """Whether results must not be seen."""
        self.tabs.setEnabled(not sealed)
        self._is_sealed = sealed
        self._write_caption()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for tab in (self.map, self.average, self.disagreement, self.robustness):
            tab.set_theme(theme)

    def show_tab(self, name: str) -> QWidget:
        """Bring a tab to the front; gives what shall have the focus."""
        tab = getattr(self, name)
        self.tabs.setCurrentIndex(next(i for i, (_, each) in enumerate(self._titled()) if each is tab))
        return tab.lead if tab.lead.isEnabled() else tab

    def describe(self) -> str:
        """The tab in front, in words."""
        title, tab = self._titled()[self.tabs.currentIndex()]
        return f"{title.replace('&', '')}. {tab.describe()} {self.caption.text()}".rstrip()

    def _write_caption(self) -> None:
        """The caution of maps stands over maps, their means and what is heard through them."""
        without = (self.disagreement, self.robustness)
        is_map = self._titled()[self.tabs.currentIndex()][1] not in without
        self.caption.setText(wording.SEALED if self._is_sealed else wording.CAPTION if is_map else "")

    def _titled(
        self,
    ) -> tuple[tuple[str, MapTab | AverageTab | ListenTab | DisagreementTab | RobustnessTab], ...]:
        return (
            ("Map", self.map),
            ("Average", self.average),
            ("Listen", self.listen),
            ("Disagreement", self.disagreement),
            ("Robustness", self.robustness),
        )
