"""Averages over segments and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from app.pages.explain.parts import column, refill, row
from app.plots.explaining.average import AveragePlot
from app.theme import Theme
from app.viewmodels.wording import METHODS, PLACES, QUESTION_TITLES, signed
from app.widgets.build import button, label, named
from app.widgets.yielding_box import YieldingBox
from core.explain.averaging import Average

SCOPES = {"selection": "The selection", "recording": "This recording", "all": "All open recordings"}

_PLOT_PX = 190
"""Least height of the panels: a lower dock scrolls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageChoice:
    """What is chosen above the figure."""

    model: str
    question: str
    method: str
    place: str
    scope: str
    most: int


class AverageTab(QWidget):
    """What to average above, the three panels below."""

    average_wanted = Signal(object)
    """AverageChoice"""

    def __init__(self):
        super().__init__()
        self.model = named(YieldingBox(), "Model to average")
        self.question = named(YieldingBox(), "Question to average")
        self.method = named(YieldingBox(), "Method to average")
        self.place = named(YieldingBox(), "Input that is averaged")
        self.scope = named(YieldingBox(), "What is averaged over")
        self.most = named(QSpinBox(), "Windows at most", "Windows at most, evenly spread")
        self.most.setRange(1, 500)
        self.most.setValue(12)
        self.most.setSuffix(" windows")
        self.start = button("Average", self._ask, is_primary=True)
        self.plot = AveragePlot()
        self.plot.setMinimumHeight(_PLOT_PX)
        self.words = label("Nothing is averaged yet.", role="muted", name="Average in words", wrap=True)
        for box, items in ((self.method, METHODS), (self.place, PLACES), (self.scope, SCOPES)):
            refill(box, [(title, key) for key, title in items.items()])
        self.scope.setCurrentIndex(1)
        self._models: dict[str, tuple[str, ...]] = {}
        self.model.currentIndexChanged.connect(self._take_model)
        self.lead = self.model
        self.head = QHBoxLayout()
        controls = row(self.model, self.question, self.method, self.place, self.scope, self.most, self.start)
        for box in (self.model, self.question, self.method, self.place, self.scope):
            _make_narrow(box)
        self.head.addLayout(controls, 1)
        column(self, self.head, self.plot, self.words, stretch=1).addStretch()
        self.plot.hide()

    def set_models(self, models: Sequence[tuple[str, str, tuple[str, ...]]]) -> None:
        """Offer models: id, title, questions."""
        self._models = {key: questions for key, _, questions in models}
        refill(self.model, [(title, key) for key, title, _ in models])
        self._take_model()

    def set_selectable(self, has_selection: bool) -> None:
        """Whether a stretch is selected."""
        self.scope.model().item(0).setEnabled(has_selection)  # type: ignore[attr-defined]
        if not has_selection and self.scope.currentIndex() == 0:
            self.scope.setCurrentIndex(1)

    def show_average(self, found: Average | None) -> None:
        """Show an average; without one there are no axes to be taken for a result."""
        self.plot.show_average(found)
        self.plot.setVisible(found is not None)
        if found is None:
            self.words.setText("Nothing is averaged yet.")
            return
        names = ", ".join(dict.fromkeys(name for name, _, _ in found.windows))
        incomplete = (
            f" {found.incomplete} of them leave more than a tenth of their difference unexplained."
            if found.incomplete
            else ""
        )
        self.words.setText(
            f"{len(found.windows)} windows of {names}; {METHODS[found.method]}, {QUESTION_TITLES[found.question]}, "
            f"mean score {signed(float(found.scores.mean()))}.{incomplete} An average says what the model tends to "
            "use; it was not checked window by window."
        )

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(theme)

    def describe(self) -> str:
        """The average in words."""
        return f"{self.plot.describe()} {self.words.text()}"

    def _take_model(self) -> None:
        questions = self._models.get(self.model.currentData(), ())
        refill(self.question, [(QUESTION_TITLES[q], q) for q in questions])
        self.start.setEnabled(bool(questions))

    def _ask(self) -> None:
        boxes = (self.model, self.question, self.method, self.place, self.scope)
        model, question, method, place, scope = (box.currentData() for box in boxes)
        self.average_wanted.emit(
            AverageChoice(
                model=model, question=question, method=method, place=place, scope=scope, most=self.most.value()
            )
        )


def _make_narrow(box: QComboBox) -> None:
    """All choices stand in one line of a narrow dock; what is cut off is in the tip and whole in the opened list."""
    box.currentTextChanged.connect(box.setToolTip)
    box.setToolTip(box.currentText())
    letters = max((len(box.itemText(i)) for i in range(box.count())), default=0)
    box.view().setMinimumWidth((letters + 4) * box.fontMetrics().averageCharWidth())
