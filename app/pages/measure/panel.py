"""The measuring dock: a tab for each measurement, and one row of buttons for all of them in the dock's title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QTabWidget, QToolButton, QVBoxLayout, QWidget

from app.pages.measure.readings_tab import ReadingsTab
from app.pages.measure.tab import MeasureTab, SpectrumTab
from app.theme import Theme
from app.widgets.build import button, named
from app.widgets.elided import ElidedLabel

if TYPE_CHECKING:  # scipy is loaded when something is measured
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

    def __init__(self, theme: Theme):
        super().__init__()
        self._theme = theme
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
        """Make the tabs the first time."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._ensure_tabs()
        self.seen.emit()

    def _ensure_tabs(self) -> None:
        if not self.measures:
            self._make_tabs()
            self.built.emit()

    def _make_tabs(self) -> None:
        from core import measure as engine

        theme = self._theme
        self.spectrum = SpectrumTab(engine.SpectrumParams, theme)
        self.readings = ReadingsTab()
        press = "Press Measure."
        self.measures = {
            "spectrum": self.spectrum,
            "ltas": MeasureTab("ltas", "Long-term spectrum", engine.LtasParams, theme, press, 2),
            "quantisation": MeasureTab("quantisation", "Quantisation", engine.QuantisationParams, theme, press, 2),
            "hum": MeasureTab("hum", "Mains hum (ENF)", engine.HumParams, theme, press, 2),
            "framing": MeasureTab("framing", "Coder framing", engine.FramingParams, theme, press, 2),
            "rates": MeasureTab("rates", "Sample-rate history", engine.RateParams, theme, press, 2),
            "repeats": MeasureTab("repeats", "Repeated segments", engine.RepeatParams, theme, press, 1),
        }
        self.tabs.addTab(self.readings, self.readings.title)
        for tab in self.measures.values():
            self.tabs.addTab(tab, tab.title)
        self.tabs.setCurrentWidget(self.spectrum)
        self.tabs.currentChanged.connect(lambda _: self.seen.emit())

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
