"""Scores of one recording under perturbations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import Qt

from app.plots.explaining.base import PanelPlot

if TYPE_CHECKING:
    from core.analysis.robustness import Robustness

_MARKS = {"synthetic": "o", "neural_codec": "t"}
_ROW_PX = 17


class MovesPlot(PanelPlot):
    """One row each: the score of each question, beside a line where the clean score is."""

    title = "Scores under perturbations"

    def __init__(self):
        super().__init__()
        self._shown: Robustness | None = None

    def show_moves(self, found: Robustness | None) -> None:
        """Show a sweep; None shows nothing."""
        self._shown = found
        if found is not None:
            self.setMinimumHeight(max(110, 70 + _ROW_PX * len(found.outcomes)))
        self.redraw()

    def describe(self) -> str:
        """The largest move of each question."""
        if self._shown is None:
            return f"{self.title}. Nothing was run."
        words = [f"{q.replace('_', ' ')}: {self._shown.summary(q)}" for q in self._shown.questions]
        return f"{self.title}. {' '.join(words)}"

    def _arrange(self, parts: list[Any]) -> None:
        parts[0].setLabel("bottom", "uncalibrated score")
        parts[0].invertY()

    def _draw(self) -> None:
        found, theme, part = self._shown, self.theme, self.parts[0]
        codec = ("▼", theme.neural_codec), "codec"
        self.head(0, ("●", theme.synthetic), "synthetic", *codec, "╍ as it is")
        if found is None:
            part.getAxis("left").setTicks([[]])
            return
        for question in found.questions:
            colour = getattr(theme, question)
            points = [(one.answers[question].score, i) for i, one in enumerate(found.outcomes) if one.answers]
            brush, mark = pg.mkBrush(colour), _MARKS[question]
            part.plot(
                *zip(*points, strict=True), pen=None, symbol=mark, symbolBrush=brush, symbolPen=None, symbolSize=9
            )
            clean = found.clean.answers[question].score
            part.addItem(pg.InfiniteLine(clean, angle=90, pen=self.line(colour, Qt.PenStyle.DashLine, 1)))
        part.getAxis("left").setTicks([[(i, one.name) for i, one in enumerate(found.outcomes)]])
        part.setYRange(-0.6, len(found.outcomes) - 0.4, padding=0)
        part.enableAutoRange(axis="x")
