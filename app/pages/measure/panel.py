"""The measuring dock: a tab for each measurement, and one row of buttons for all of them in the dock's title."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QTabWidget, QToolButton, QVBoxLayout, QWidget

from app.pages.measure.readings_tab import ReadingsTab
from app.pages.measure.tab import MeasureTab, SpectrumTab
from app.services.measuring import Kind
from app.theme import Theme
from app.widgets.build import button, named
from app.widgets.elided import ElidedLabel
from app.widgets.turns import Turns

if TYPE_CHECKING:  # scipy is loaded when something is measured
    from core.features.params import Params
    from core.measure import Measurement


class MeasurePanel(QWidget):
    """Made when it is first seen, for its parameters come from the engine."""

    built = Signal()
    """The tabs are there."""
    seen = Signal()
    """It, or another tab of it, came into sight."""
    measure_wanted = Signal()
    cancel_wanted = Signal()
    copy_wanted = Signal()
    save_wanted = Signal()
    figure_wanted = Signal()

    def __init__(self, theme: Theme, turns: Turns):
        super().__init__()
        self._theme, self._turns = theme, turns
        self._making: Iterator[None] | None = self._make_tabs()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for part in (self.tabs, self.tabs.tabBar()):
            part.setAccessibleName("Measurements")
        self.measures: dict[str, MeasureTab] = {}
        self.spectrum: SpectrumTab | None = None
        self.readings: ReadingsTab | None = None
        self._run = button("Measure", self.measure_wanted.emit, is_primary=True, tip="Measure with these parameters")
        self._cancel = button("Cancel", self.cancel_wanted.emit)
        self._export = _export_button()
        menu = self._export.menu()
        self._figure = menu.addAction("Save the &figure as PNG, SVG or PDF…", self.figure_wanted.emit)
        menu.addAction("Save the &data as CSV or, by tabs, TSV…", self.save_wanted.emit)
        menu.addAction("&Copy the data", self.copy_wanted.emit)
        self._progress = named(QProgressBar(), "Progress of the measurement")
        self._state = ElidedLabel("State of the measurement")
        self._state.setProperty("role", "muted")
        self.title_row = QWidget()
        """What stands beside the dock's title."""
        self._build()

    @property
    def current(self) -> MeasureTab | None:
        """The measurement in front; None while the readings are."""
        widget = self.tabs.currentWidget()
        return widget if isinstance(widget, MeasureTab) else None

    @property
    def result(self) -> Measurement | None:
        """What the tab in front shows; None while there is nothing."""
        widget = self.tabs.currentWidget()
        return widget.result if isinstance(widget, MeasureTab | ReadingsTab) else None

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        for tab in self.measures.values():
            tab.set_theme(theme)

    def describe(self) -> str:
        """What the tab in front shows, in words."""
        widget = self.tabs.currentWidget()
        return widget.describe() if isinstance(widget, MeasureTab | ReadingsTab) else "Nothing is measured yet."

    def show_tab(self, name: str) -> QWidget:
        """Bring a tab to the front; gives what shall have the focus. `harmonics` is a field of the spectrum."""
        self._ensure_tabs()
        assert self.spectrum is not None
        assert self.readings is not None
        if name == "harmonics":
            self.tabs.setCurrentWidget(self.spectrum)
            return self.spectrum.f0
        if name == "readings":
            self.tabs.setCurrentWidget(self.readings)
            return self.readings.edges["start"]
        tab = self.measures[name]
        self.tabs.setCurrentWidget(tab)
        return tab.form.first

    def show_progress(self, fraction: float | None, message: str = "") -> None:
        """How far the work is; None when nothing is being measured."""
        self._progress.setVisible(fraction is not None)
        self._progress.setValue(round(1000 * (fraction or 0.0)))
        self._state.set_text(message)
        self._cancel.setEnabled(fraction is not None)
        self.refresh()

    def refresh(self, *, has_recording: bool = True) -> None:
        """Which buttons can be pressed."""
        tab = self.current
        self._run.setEnabled(tab is not None and has_recording and not self._cancel.isEnabled())
        self._export.setEnabled(self.result is not None)
        self._figure.setVisible(tab is not None)

    def showEvent(self, event: object) -> None:
        """Make the tabs the first time, one after the other."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._making is None:
            self.seen.emit()
        else:
            self._turns.later(self, self._make_next)

    def _make_next(self) -> None:
        if self._making is not None:
            next(self._making, None)
        if self._making is not None:
            self._turns.later(self, self._make_next)

    def _ensure_tabs(self) -> None:
        """Make all that is not there yet, now."""
        for _ in self._making or ():
            pass

    def _make_tabs(self) -> Iterator[None]:
        """Make a tab at each step; all of them, and what listens to them, are there at the end."""
        from core import measure as engine

        yield
        self.readings = ReadingsTab()
        self.tabs.addTab(self.readings, self.readings.title)
        yield
        self.spectrum = SpectrumTab(engine.SpectrumParams, self._theme)
        self._add(self.spectrum)
        self.tabs.setCurrentWidget(self.spectrum)
        others: tuple[tuple[Kind, str, type[Params], int], ...] = (
            ("ltas", "Long-term spectrum", engine.LtasParams, 2),
            ("quantisation", "Quantisation", engine.QuantisationParams, 2),
            ("hum", "Mains hum (ENF)", engine.HumParams, 2),
            ("framing", "Coder framing", engine.FramingParams, 2),
            ("rates", "Sample-rate history", engine.RateParams, 2),
            ("repeats", "Repeated segments", engine.RepeatParams, 1),
        )
        for kind, title, params, plots in others:
            yield
            self._add(MeasureTab(kind, title, params, self._theme, "Press Measure.", plots))
        self.tabs.currentChanged.connect(lambda _: self.seen.emit())
        self._making = None
        self.built.emit()
        self.seen.emit()

    def _add(self, tab: MeasureTab) -> None:
        self.measures[tab.kind] = tab
        self.tabs.addTab(tab, tab.title)

    def _build(self) -> None:
        row = QHBoxLayout(self.title_row)
        row.setContentsMargins(8, 0, 8, 0)
        for widget in (self._run, self._cancel, self._progress):
            row.addWidget(widget)
        row.addWidget(self._state, 1)
        row.addWidget(self._export)
        self._progress.setFixedWidth(140)
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs, 1)
        self.setAccessibleName("Measure")
        self.show_progress(None)


def _export_button() -> QToolButton:
    made = named(QToolButton(), "Measurement, export", "All values, or the plots, with hash, stretch and parameters")
    made.setText("Export ▾")
    made.setStyleSheet("QToolButton::menu-indicator { image: none; }")
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    made.setMenu(QMenu(made))
    return made
