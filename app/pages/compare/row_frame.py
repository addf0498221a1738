"""One row: header with name and alignment, waveform, spectrogram. Its lanes have the recording's own time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QRadioButton, QSplitter, QToolButton, QVBoxLayout

from app.plots.comparing.outside import Outside
from app.plots.comparing.row_spectrogram import RowSpectrogram
from app.plots.lane import LanePlot
from app.plots.submitting import Submit
from app.plots.waveform import WaveformLane
from app.theme import Theme
from app.viewmodels.compare_rows import Row, alignment_means, alignment_text
from app.widgets.build import named
from app.widgets.elided import ElidedLabel
from core.foundation.units import format_time

_HEIGHTS = (60, 130)
_LEAST_LINES = (2.3, 4.1)
"""Least heights of the lanes, in heights of a line."""
_TARGET_PX = 24


class RowFrame(QFrame):
    """Shows a row; asks, in times of the axis, for what the mouse wants."""

    chosen = Signal()
    remove_wanted = Signal()
    first_wanted = Signal()
    zoom_asked = Signal(float, float)
    scroll_asked = Signal(float)
    fit_asked = Signal()
    cursor_asked = Signal(float)
    selection_asked = Signal(float, float)
    pointed = Signal(float, float)
    """Time of the axis and frequency under the pointer in the spectrogram."""

    def __init__(self, row: Row, index: int, submit: Submit, theme: Theme):
        super().__init__()
        self.row, self.index = row, index
        self.waveform = WaveformLane(submit, slot=f"compare.{index}.waveform")
        self.spectrogram = RowSpectrogram(submit, slot=f"compare.{index}.spectrogram")
        self.lanes: tuple[LanePlot, ...] = (self.waveform, self.spectrogram)
        self._outside = [Outside(lane.view_box) for lane in self.lanes]
        for outside in self._outside:
            outside.set_duration(row.recording.duration_s)
            outside.set_theme(theme)
        self.setAccessibleName(f"Row {index + 1}, {row.key} {row.name}")
        self._lay_out()
        for lane in self.lanes:
            lane.set_theme(theme)
            lane.setAccessibleName(f"{row.key}, {lane.title}")
            self._connect(lane)
        self.waveform.set_recording(row.recording)
        self.spectrogram.set_recording(row.recording)
        self.show_row(row)

    def show_row(self, row: Row) -> None:
        """Say how the row lies now."""
        self.row = row
        is_first = self.index == 0
        self._summary.set_text("reference: the axis has its time" if is_first else alignment_text(row))
        if not is_first:
            self._summary.setToolTip(f"{alignment_text(row)}\n\n{alignment_means(row)}")

    def set_view(self, start_s: float, end_s: float) -> None:
        """Show a stretch of the axis."""
        for lane in self.lanes:
            lane.set_view(self.row.to_own(start_s), self.row.to_own(end_s))

    def set_cursor(self, axis_s: float) -> None:
        """Move the cursor."""
        for lane in self.lanes:
            lane.set_cursor(self.row.to_own(axis_s))

    def set_playhead(self, axis_s: float | None) -> None:
        """Move the playhead; None hides it."""
        for lane in self.lanes:
            lane.set_playhead(None if axis_s is None else self.row.to_own(axis_s))

    def set_selection(self, selection: tuple[float, float] | None) -> None:
        """Mark a stretch of the axis."""
        for lane in self.lanes:
            lane.set_selection(
                None if selection is None else (self.row.to_own(selection[0]), self.row.to_own(selection[1]))
            )

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "lanes"):
            self._fit()

    def set_active(self, active: bool) -> None:
        """Whether keys move this row and it is the one that is heard."""
        self._name.setChecked(active)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        for part in (*self.lanes, *self._outside):
            part.set_theme(theme)

    def show_controls(self, shown: bool) -> None:
        """Show the header with its controls, or the name alone, for a figure; laid out at once."""
        for control in (self._name, self._menu):
            control.setVisible(shown)
        self._title.setVisible(not shown)
        if (layout := self.layout()) is not None:
            layout.activate()

    def show_waveform(self, shown: bool) -> None:
        """Show or leave out the waveform."""
        self.waveform.setVisible(shown)

    def stop(self) -> None:
        """Have nothing more computed."""
        self.waveform.stop()
        self.spectrogram.stop()

    def describe(self) -> str:
        """The row in words."""
        head = f"{self.accessibleName()}. {self._summary.text()}. {self._ends()}".strip()
        return "\n".join([head, self.waveform.describe(), self.spectrogram.describe()])

    def _ends(self) -> str:
        """Where what is in view has no sound."""
        start_s, end_s = self.waveform.view_s
        first_s, last_s = 0.0, self.row.recording.duration_s
        parts = [f"before {format_time(self.row.to_axis(first_s))}"] if start_s < first_s else []
        parts += [f"after {format_time(self.row.to_axis(last_s))}"] if end_s > last_s else []
        return f"No sound, hatched, {' and '.join(parts)} of the axis." if parts else ""

    def _connect(self, lane: LanePlot) -> None:
        lane.zoom_asked.connect(lambda factor, own_s: self.zoom_asked.emit(factor, self.row.to_axis(own_s)))
        lane.scroll_asked.connect(self.scroll_asked)
        lane.fit_asked.connect(self.fit_asked)
        lane.cursor_asked.connect(self._clicked)
        for asked in (lane.selection_asked, lane.edges_asked):
            asked.connect(lambda start, end: self.selection_asked.emit(self.row.to_axis(start), self.row.to_axis(end)))
        if lane is self.spectrogram:
            lane.pointed.connect(lambda own_s, hertz: self.pointed.emit(self.row.to_axis(own_s), hertz))

    def _clicked(self, own_s: float) -> None:
        self.chosen.emit()
        self.cursor_asked.emit(self.row.to_axis(own_s))

    def _lay_out(self) -> None:
        role = "first" if self.index == 0 else f"row {self.index + 1}"
        self._name = QRadioButton(f"{self.row.key}  {self.row.name}")
        self._name.setAutoExclusive(False)
        self._name.setMinimumHeight(_TARGET_PX)
        self._name.setToolTip("The row that is heard and that keys move (↑ ↓ choose)")
        self._name.setAccessibleName(f"{self.row.key} {self.row.name}, {role}: heard, and moved by keys")
        self._name.clicked.connect(lambda: self.chosen.emit())
        self._title = QLabel(self._name.text())
        self._title.setProperty("role", "heading")
        self._title.hide()
        self._menu = self._menu_button()
        self._summary = ElidedLabel()
        self._summary.setProperty("role", "muted")
        header = QHBoxLayout()
        header.setContentsMargins(6, 1, 6, 1)
        header.setSpacing(10)
        header.addWidget(self._name)
        header.addWidget(self._title)
        header.addWidget(self._summary, 1)
        header.addWidget(self._menu)
        self._fit()
        lanes = QSplitter(Qt.Orientation.Vertical)
        lanes.setChildrenCollapsible(False)
        for lane in self.lanes:
            lanes.addWidget(lane)
        lanes.setSizes(list(_HEIGHTS))
        for at, height in enumerate(_HEIGHTS):
            lanes.setStretchFactor(at, height)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(lanes, 1)

    def _fit(self) -> None:
        for lane, lines in zip(self.lanes, _LEAST_LINES, strict=True):
            lane.setMinimumHeight(round(lines * self.fontMetrics().height()))

    def _menu_button(self) -> QToolButton:
        button = named(QToolButton(), f"{self.row.key}, row menu", "Make this row the first, or take it out")
        button.setText("⋯")
        button.setAutoRaise(True)
        button.setMinimumSize(_TARGET_PX, _TARGET_PX)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.addAction("Make this the first row", self.first_wanted.emit).setEnabled(self.index > 0)
        menu.addAction("Take out of the comparison", self.remove_wanted.emit)
        button.setMenu(menu)
        return button
