"""One measurement: its parameters, its plots, and what was found in words and values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.pages.measure.figures import FIGURES, harmonic_marks
from app.pages.measure.form import ParamsForm, ScrolledFields
from app.plots.curves.curve_plot import CurvePlot
from app.services.measuring import Kind
from app.theme import Theme
from app.viewmodels.facts import Section
from app.viewmodels.measures import rows, said_in_words, sections
from app.widgets.build import LEAST_SCROLLED_PX, label, named
from app.widgets.elided import ElidedLabel
from app.widgets.facts_table import FactsTable

if TYPE_CHECKING:  # scipy is loaded when something is measured
    from core.features.params import Params
    from core.measure import Measurement
    from core.measure.harmonics import Harmonic

_FORM_PX, _PLOTS_PX, _FACTS_PX, _LEAST_FACTS_PX = 240, 360, 280, 220
_LISTED = ("spectrum", "repeats")
"""Measurements whose first table is short enough to be read on the screen."""


class MeasureTab(QWidget):
    """Parameters on the left, plots in the middle, facts on the right."""

    def __init__(self, kind: Kind, title: str, params: type[Params], theme: Theme, empty: str, plots: int):
        super().__init__()
        self.kind: Kind = kind
        self.title = title
        self.result: Measurement | None = None
        self.form = ParamsForm(params, title)
        self._theme = theme
        self._plots: list[CurvePlot] = []
        self._places = [QVBoxLayout() for _ in range(plots)]
        self.facts = FactsTable(f"{title}, values")
        self._waiting = empty
        self._empty = label(empty, role="muted", wrap=True)
        self._titles = [_heading() for _ in self._places]
        self.legends = [label(role="muted", wrap=True) for _ in self._places]
        """What each line of a plot is, above it."""
        self._readout = label(role="muted", name=f"{title}, value at the cross-hair")
        self.drawing = QWidget()
        """The plots with their titles and the read-out."""
        self._build()

    @property
    def plots(self) -> list[CurvePlot]:
        """Made when there is something to draw: each has some sixty widgets of its own."""
        if not self._plots:
            self._make_plots()
        return self._plots

    def show_result(self, result: Measurement | None) -> None:
        """Show a measurement; None says what would be here."""
        self.result = result
        figures = FIGURES[self.kind](result) if result is not None else []
        shown_figures = [*figures, *[None] * (len(self._titles) - len(figures))]
        for title, figure in zip(self._titles, shown_figures, strict=True):
            title.set_text(figure.title if figure else "")
        if figures or self._plots:
            for plot, figure in zip(self.plots, shown_figures, strict=True):
                plot.set_figure(figure)
                plot.setVisible(figure is not None)
        self._write_legends()
        shown = self._shown(result) if result is not None else []
        self.facts.set_sections(shown)
        self.facts.setVisible(bool(shown))
        self._empty.setText(self._waiting)
        self._empty.setVisible(not shown)
        self._readout.setText("")

    def show_failure(self, why: str) -> None:
        """Say in place of a result why there is none."""
        self.show_result(None)
        self._empty.setText(why)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        for plot in self._plots:
            plot.set_theme(theme)
        self._write_legends()

    def describe(self) -> str:
        """What was measured, in words."""
        if self.result is None:
            return f"{self.title}: {self._empty.text()}"
        drawn = " ".join(plot.describe() for plot in self._plots)
        return f"{self.title}. {' '.join(self.result.sentences())} {drawn}"

    def _make_plots(self) -> None:
        count = len(self._places)
        for number, place in enumerate(self._places, start=1):
            plot = CurvePlot(f"{self.title}, plot {number}" if count > 1 else f"{self.title}, plot", self._theme)
            plot.hide()
            place.addWidget(plot, 1)
            plot.pointed.connect(self._readout.setText)
            self._plots.append(plot)

    def _write_legends(self) -> None:
        for plot, legend in zip(self._plots, self.legends, strict=False):
            legend.setText(plot.legend())
            legend.setVisible(bool(plot.legend()))

    def _shown(self, result: Measurement) -> list[Section]:
        """What it says in words first, then its values."""
        listed = [rows(result.tables()[0])] if self.kind in _LISTED else []
        return [section for section in (said_in_words(result), *listed, *sections(result)) if section.facts]

    def _build(self) -> None:
        self._lay_out_drawing()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        scroll = ScrolledFields(self.form, f"{self.title}, parameters")
        plots = ScrolledFields(self.drawing, f"{self.title}, plots")
        for part in (scroll, plots, self._right()):
            splitter.addWidget(part)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([_FORM_PX, _PLOTS_PX, _FACTS_PX])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(splitter)

    def _lay_out_drawing(self) -> None:
        column = QVBoxLayout(self.drawing)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        for cell, title, legend in zip(self._places, self._titles, self.legends, strict=True):
            cell.setSpacing(0)
            head = QHBoxLayout()
            head.setContentsMargins(8, 0, 0, 0)
            head.addWidget(title, 1)
            cell.addLayout(head)
            legend.setContentsMargins(8, 0, 0, 0)
            legend.setTextFormat(Qt.TextFormat.RichText)
            legend.hide()
            cell.addWidget(legend)
            row.addLayout(cell, 1)
            if title is self._titles[-1]:
                head.addWidget(self._readout)
        column.addLayout(row, 1)
        self._readout.setContentsMargins(8, 0, 8, 0)
        self._readout.setMinimumWidth(1)

    def _right(self) -> QWidget:
        right = QWidget()
        right.setMinimumWidth(_LEAST_FACTS_PX)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        self._empty.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self._empty)
        self.facts.setMinimumHeight(LEAST_SCROLLED_PX)
        column.addWidget(self.facts, 1)
        column.addStretch()
        self.facts.hide()
        return right


def _heading() -> ElidedLabel:
    """What does not fit is left out: no title makes the dock wider than its place."""
    heading = ElidedLabel()
    heading.setProperty("role", "heading")
    return heading


class SpectrumTab(MeasureTab):
    """The spectrum follows the cursor; a line that can be dragged or typed shows the multiples of a frequency."""

    harmonics_wanted = Signal(float)
    """Frequency whose multiples shall be shown, Hz; 0 for none."""

    def __init__(self, params: type[Params], theme: Theme):
        empty = "Put the cursor somewhere in the recording: its spectrum there is shown here."
        super().__init__("spectrum", "Spectrum at cursor", params, theme, empty, 1)
        self.f0 = QDoubleSpinBox()
        self.f0.setRange(0.0, 96_000.0)
        self.f0.setDecimals(2)
        self.f0.setSuffix(" Hz")
        self.f0.setSpecialValueText("off")
        self.f0.setKeyboardTracking(False)
        self.f0.setFixedWidth(126)
        named(self.f0, "Spectrum at cursor, harmonics of", "Draws the multiples of this frequency; 0 draws none")
        self.form.rows.insertRow(0, QLabel("Harmonics of"), self.f0)
        self.f0.valueChanged.connect(self.harmonics_wanted)

    def _make_plots(self) -> None:
        super()._make_plots()
        self._plots[0].dragged.connect(self.f0.setValue)

    def show_harmonics(self, found: tuple[Harmonic, ...]) -> None:
        """Mark the multiples, list their levels, and have them leave with the data."""
        from core.measure import harmonic_table
        from core.measure.spectrum import Spectrum

        self.plots[0].set_marks(harmonic_marks(found))
        self.plots[0].set_movable(self.f0.value() if found else None)
        if not isinstance(self.result, Spectrum):
            return
        table = (harmonic_table(found),) if found else ()
        self.result = replace(self.result, more=table)
        words, *others = self._shown(self.result)
        self.facts.set_sections([words, *map(rows, table), *others])
