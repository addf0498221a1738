"""How the score of this exhibit moves under perturbations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QWidget

from app.pages.explain import wording
from app.pages.explain.parts import ReadTable, column, row
from app.plots.explaining.moves import MovesPlot
from app.theme import Theme
from app.viewmodels.results import weight_of
from app.viewmodels.wording import QUESTION_TITLES, signed
from app.widgets.build import button, label, named

if TYPE_CHECKING:
    from core.analysis.finding import QuestionResult
    from core.analysis.robustness import Robustness

_RATIO = "log10 LR\n[95 % interval]"
_COLUMNS = ("Perturbation", "Synthetic\nspeech", "move", _RATIO, "Neural\ncodec", "move", _RATIO)
_NOTHING = "–"
_IS_OUTSIDE, _OUTSIDE = "AP-063", ("AP-00", "AP-01", "AP-03")
"""Code of the sentence that something lies outside, and how the codes of what does begin."""


class RobustnessTab(QWidget):
    """Table and plot, and what a move means."""

    run_wanted = Signal()

    def __init__(self):
        super().__init__()
        self.start = button("Choose and run…", self.run_wanted.emit, is_primary=True)
        self.title = label("", role="muted", name="What was run", wrap=True)
        self.table = ReadTable("Scores under perturbations", _COLUMNS)
        self.plot = MovesPlot()
        self.words = label(wording.MOVES_MEAN, role="muted", name="What a move means", wrap=True)
        self._found: Robustness | None = None
        self.lead = self.start
        self.head = QHBoxLayout()
        self.head.addLayout(row(self.start, self.title), 1)
        scroll = named(QScrollArea(), "Scores under perturbations, scrolled")
        scroll.setWidget(self.plot)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        split = QSplitter()
        split.addWidget(self.table)
        split.addWidget(scroll)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([672, 368])
        split.setChildrenCollapsible(False)
        split.hide()
        self._shown = split
        column(self, self.head, split, self.words, stretch=1).addStretch()

    @property
    def found(self) -> Robustness | None:
        """What is shown."""
        return self._found

    def show_sweep(self, found: Robustness | None, empty: str = wording.NOT_SWEPT) -> None:
        """Show a sweep, and nothing else; where there is none, say `empty`."""
        self._found = found
        self.plot.show_moves(found)
        self.table.fill(self.rows())
        self._shown.setVisible(found is not None)
        if found is None:
            self.title.setText(empty)
            self.words.setText(wording.MOVES_MEAN)
            return
        summaries = [f"{QUESTION_TITLES[q]}: {found.summary(q)}" for q in found.questions]
        self.title.setText(f"{found.start_s:.1f} to {found.end_s:.1f} s. {' '.join(summaries)}")
        self.words.setText("\n".join([*_reasons(found), wording.MOVES_MEAN]))

    def rows(self) -> list[tuple[str, ...]]:
        """The table's texts."""
        found = self._found
        if found is None:
            return []
        moves = {question: found.moves(question, decimals=2) for question in found.questions}
        rows = []
        for i, one in enumerate(found.outcomes):
            cells = [one.name]
            for question in ("synthetic", "neural_codec"):
                move = moves[question][i] if question in moves else None
                cells += _cells(one.answers.get(question), move, one.problem)
            rows.append(tuple(cells))
        return rows

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(theme)

    def describe(self) -> str:
        """The moves in words."""
        return f"{self.plot.describe()} {self.title.text()} {self.words.text()}"


def _cells(answer: QuestionResult | None, move: float | None, problem: str) -> tuple[str, str, str]:
    if answer is None:
        return _NOTHING, _NOTHING, f"none ({_code(problem)})" if problem else _NOTHING
    return signed(answer.score), signed(move) if move is not None else _NOTHING, _ratio(answer)


def _ratio(answer: QuestionResult) -> str:
    """`+0.52 [+0.30, +0.77]`, `≤ −1.00` where the limits left the interval no width, `none (AP-037)`."""
    weight = weight_of(answer)
    if weight is None:
        codes = dict.fromkeys(_code(reason) for reason in _refusals(answer))
        return f"none ({', '.join(codes)})" if codes else "none"
    limit = {"at least": "≥ ", "at most": "≤ "}.get(weight.limit, "")
    interval = f" [{signed(weight.width[0])}, {signed(weight.width[1])}]" if weight.width else ""
    return f"{limit}{signed(weight.log10_lr)}{interval}"


def _refusals(answer: QuestionResult) -> tuple[str, ...]:
    """Why an answer has no ratio: where its condition lies outside, the reasons for that, and not that it does."""
    last = answer.reasons[-1:]
    outside = tuple(reason for reason in answer.reasons if reason.startswith(_OUTSIDE))
    return outside if outside and last[0].startswith(_IS_OUTSIDE) else last


def _reasons(found: Robustness) -> list[str]:
    """Why there is no score or ratio, each once; the table names them by their codes."""
    refused = (answer for one in found.outcomes for answer in one.answers.values() if answer.log10_lr is None)
    gates = (reason for answer in refused for reason in (*_refusals(answer), *answer.reasons[-1:]))
    return list(dict.fromkeys([*gates, *(one.problem for one in found.outcomes if one.problem)]))


def _code(reason: str) -> str:
    return reason.partition(":")[0]
