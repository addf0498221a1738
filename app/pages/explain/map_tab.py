"""The map of one window: how it was made, its checks, and the verdict on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.pages.explain import wording
from app.pages.explain.parts import MARGINS, scrolled
from app.plots.explaining.faithfulness import FaithfulnessPlot
from app.theme import Theme
from app.viewmodels.explained import map_facts
from app.widgets.build import button, label, named

if TYPE_CHECKING:
    from core.explain.attribution import Attribution


class MapTab(QWidget):
    """Verdict and words on the left, the deletion curve on the right."""

    explain_wanted = Signal()
    check_wanted = Signal()

    def __init__(self):
        super().__init__()
        self.verdict = label(wording.NO_MAP, role="heading", name="Verdict on the map", wrap=True)
        self.words = label(role="muted", name="Checks of the map", wrap=True)
        self.curve = FaithfulnessPlot()
        self.explain = button("Explain…", self.explain_wanted.emit, is_primary=True, tip="At the cursor (Ctrl+I)")
        self.check = button("Check again", self.check_wanted.emit, tip="Run both checks of the map once more")
        self.lead = self.explain
        """What has the focus first, here as in the other tabs."""
        self.head = QHBoxLayout()
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(14)
        self._facts.setVerticalSpacing(2)
        for values in (1, 3):
            self._facts.setColumnStretch(values, 1)
        self._found: Attribution | None = None
        self._lay_out()
        self.show_map(None)

    @property
    def attribution(self) -> Attribution | None:
        """What is shown."""
        return self._found

    def show_map(self, found: Attribution | None, *, is_checking: bool = False, empty: str = wording.NO_MAP) -> None:
        """Show a map with its checks; without one the words in `empty`."""
        self._found = found
        checks = found.checks if found else None
        if found is None:
            verdict = empty
        elif checks is None:
            verdict = wording.CHECKING if is_checking else found.verdict
        else:
            verdict = _sign(found) + found.verdict
        self.verdict.setText(verdict)
        self.words.setText("\n\n".join([checks.faithfulness.words, checks.sanity.words]) if checks else "")
        self.words.setVisible(checks is not None)
        self.check.setEnabled(found is not None and not is_checking)
        self.curve.show_curve(checks.faithfulness if checks else None)
        self.curve.setVisible(checks is not None)
        self._show_facts(map_facts(found) if found else ())

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.curve.set_theme(theme)

    def describe(self) -> str:
        """Verdict, checks, and how the map was made."""
        facts = [f"{name}: {value}." for name, value in (map_facts(self._found) if self._found else ())]
        return " ".join([self.verdict.text(), self.words.text().replace("\n\n", " "), *facts]).strip()

    def _lay_out(self) -> None:
        words = QWidget()
        lines = QVBoxLayout(words)
        lines.setContentsMargins(0, 0, 4, 0)
        lines.addWidget(self.verdict)
        lines.addWidget(self.words)
        lines.addLayout(self._facts)
        lines.addStretch(1)
        left = QVBoxLayout()
        left.addLayout(self.head)
        left.addWidget(scrolled(words, "Verdict, checks and how the map was made"), 1)
        for part in (self.explain, self.check):
            self.head.addWidget(part)
        self.head.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(*MARGINS)
        whole.setSpacing(12)
        whole.addLayout(left, 1)
        whole.addWidget(self.curve, 1)

    def _show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        while item := self._facts.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for r, (name, value) in enumerate(facts):
            line, place = divmod(r, 2)
            self._facts.addWidget(label(name, role="muted"), line, 2 * place)
            self._facts.addWidget(named(label(value, wrap=True), name), line, 2 * place + 1)


def _sign(found: Attribution) -> str:
    if found.is_reliable:
        return "✓ "
    return "! " if found.needs_care else "✗ "
