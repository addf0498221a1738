"""Choosing which score to explain, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from app.widgets.build import label, named


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainableModel:
    """A model and the questions it answers."""

    id: str
    title: str
    questions: tuple[str, ...]
    window_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainWords:
    """Names on the screen of the engine's options."""

    questions: Mapping[str, str]
    methods: Mapping[str, str]
    targets: Mapping[str, str]
    baselines: Mapping[str, str]
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainChoice:
    """What the user chose."""

    model: str
    question: str
    method: str
    target: str
    baseline: str
    place: str
    start_s: float


class ExplainDialog(QDialog):
    """One window of one model, around the cursor."""

    def __init__(
        self,
        models: Sequence[ExplainableModel],
        words: ExplainWords,
        cursor_s: float,
        duration_s: float,
        parent: QWidget | None = None,
        *,
        scores: Mapping[tuple[str, str], float] | None = None,
    ):
        """A dialog.

        Args:
            models: What can be explained.
            words: Names of what can be chosen.
            cursor_s: Where the window lies at first.
            duration_s: Length of the recording.
            parent: What it stands before.
            scores: Of the window about the cursor, by model and question, as far as known: what is asked at first is
                what speaks for the sign that the score has.
        """
        super().__init__(parent)
        self.setWindowTitle("Explain a score")
        self._models = {model.id: model for model in models}
        self._scores = scores or {}
        self._words, self._cursor_s, self._duration_s = words, cursor_s, duration_s
        self.model = named(QComboBox(), "Model")
        self.question = named(QComboBox(), "Question")
        self.method = named(QComboBox(), "Method")
        self.target = named(QComboBox(), "Target")
        self.baseline = named(QComboBox(), "Baseline")
        self.place = named(QComboBox(), "Input that is explained")
        self.start = named(QDoubleSpinBox(), "Start of the window, seconds")
        self.start.setDecimals(3)
        self.start.setSuffix(" s")
        self._window = label(role="muted", name="Window")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._fill()
        self._lay_out()
        self.model.currentIndexChanged.connect(self._take_model)
        self.start.valueChanged.connect(self._show_window)
        # BlurIG begins with the blurred input, whatever is chosen
        self.method.currentIndexChanged.connect(
            lambda _: self.baseline.setEnabled(self.method.currentData() != "blurig")
        )
        self.question.currentIndexChanged.connect(self._follow_score)
        self._take_model()

    def choice(self) -> ExplainChoice:
        """What is chosen now."""
        return ExplainChoice(
            model=self.model.currentData(),
            question=self.question.currentData(),
            method=self.method.currentData(),
            target=self.target.currentData(),
            baseline=self.baseline.currentData(),
            place=self.place.currentData(),
            start_s=self.start.value(),
        )

    def _fill(self) -> None:
        for model in self._models.values():
            self.model.addItem(model.title, model.id)
        words = self._words
        for combo, options in ((self.method, words.methods), (self.target, words.targets)):
            for key, text in options.items():
                combo.addItem(text, key)
        for combo, options in ((self.baseline, words.baselines), (self.place, words.places)):
            for key, text in options.items():
                combo.addItem(text, key)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("&Model", self.model)
        form.addRow("&Question", self.question)
        form.addRow("Me&thod", self.method)
        form.addRow("T&arget", self.target)
        form.addRow("&Baseline", self.baseline)
        form.addRow("&Input", self.place)
        form.addRow("&Start", self.start)
        form.addRow("", self._window)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText("Explain")
        ok.setProperty("primary", True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(label("The map shows what the model used, not what was forged.", role="caution", wrap=True))
        column.addLayout(form)
        column.addWidget(self.buttons)
        self.setMinimumWidth(460)

    def _take_model(self) -> None:
        model = self._models.get(self.model.currentData())
        if model is None:
            return
        self.question.clear()
        for question in model.questions:
            self.question.addItem(self._words.questions[question], question)
        last = max(self._duration_s - model.window_s, 0.0)
        self.start.setRange(0.0, last)
        self.start.setValue(min(max(self._cursor_s - model.window_s / 2, 0.0), last))
        self._show_window()

    def _follow_score(self) -> None:
        """Ask what speaks for a score above 0, and what against one below."""
        score = self._scores.get((self.model.currentData(), self.question.currentData()))
        if score is not None:
            self.target.setCurrentIndex(max(self.target.findData("fake" if score >= 0 else "real"), 0))

    def _show_window(self) -> None:
        model = self._models[self.model.currentData()]
        end = min(self.start.value() + model.window_s, self._duration_s)
        self._window.setText(f"The window reaches from {self.start.value():.3f} s to {end:.3f} s.")
