"""One set of controls for all rows: what they show, how they are aligned."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLabel, QMenu, QToolButton

from app.pages.examine.controls import RANGES_DB, DisplayButton, choice
from app.plots.colours import COLOUR_MAPS, DEFAULT_MAP
from app.plots.comparing.difference_lane import RANGES_DB as DIFFERENCES_DB
from app.plots.spectrogram import DEFAULT_PRESET, PRESETS
from app.viewmodels.compare_rows import Row
from app.widgets.build import named
from app.widgets.two_groups import TwoGroups

_LOUDEST_DBFS = -10.0
"""Level of the brightest colour where a preset takes it from the recording: rows must have the same."""
_WIDEST_S = 360_000.0
_ROWS_WITH_WAVES = 2
_TARGET_PX = 24


class CompareControls(TwoGroups):
    """Line above the rows; says what is wanted."""

    display_changed = Signal()
    align_wanted = Signal(str)
    """`start`, `marker` or `correlation`."""
    offset_wanted = Signal(float)
    match_changed = Signal(bool)
    blink_changed = Signal(bool)
    parts_changed = Signal()
    """Waveforms or difference are to be shown or left out."""

    def __init__(self) -> None:
        super().__init__()
        self.preset, self.range_db, self.colours = DEFAULT_PRESET, PRESETS[DEFAULT_PRESET].range_db, DEFAULT_MAP
        self.difference_db = 20.0
        self._offered_for = 0
        self._align = self._align_button()
        self._offset = self._offset_box()
        self._match = _check(
            "Match levels", "Raise the other rows to the first one's level in the difference and in curves"
        )
        self._blink = _check("Blink (B)", "One row at a time at the same place; B shows the next one")
        self._waves = _check("Waveforms", "Show the waveforms", on=True)
        self._difference = _check("Difference", "Show the difference of the chosen row from the first", on=True)
        self._display = self._display_button()
        self._match.toggled.connect(self.match_changed)
        self._blink.toggled.connect(self.blink_changed)
        for box in (self._waves, self._difference):
            box.toggled.connect(lambda _: self.parts_changed.emit())
        for part in (self._align, QLabel("Offset"), self._offset, self._match, self._blink):
            self.first.addWidget(part)
        self.first.addStretch(1)
        self.second.addStretch(1)
        for part in (self._waves, self._difference, self._display):
            self.second.addWidget(part)
        self.first.setContentsMargins(8, 3, 0, 3)
        self.second.setContentsMargins(0, 3, 8, 3)
        for row in (self.first, self.second):
            row.setSpacing(5)

    @property
    def is_matched(self) -> bool:
        """Whether levels are matched."""
        return self._match.isChecked()

    @property
    def is_blinking(self) -> bool:
        """Whether one row is shown at a time."""
        return self._blink.isChecked()

    @property
    def shows_waveforms(self) -> bool:
        """Whether waveforms are shown."""
        return self._waves.isChecked()

    @property
    def shows_difference(self) -> bool:
        """Whether the difference is shown."""
        return self._difference.isChecked()

    @property
    def top_db(self) -> float:
        """Level of the brightest colour of all rows."""
        top = PRESETS[self.preset].top_db
        return _LOUDEST_DBFS if top is None else top

    def offer_waveforms(self, rows: int) -> None:
        """Leave the waveforms out where there are more rows than have room for them; the user may bring them back."""
        if rows != self._offered_for:
            self._offered_for = rows
            self._waves.setChecked(rows <= _ROWS_WITH_WAVES)

    def set_blink(self, on: bool) -> None:
        """Show one row at a time, or all."""
        self._blink.setChecked(on)

    def set_match(self, on: bool) -> None:
        """Match levels or not."""
        self._match.setChecked(on)

    def step_range(self, way: int) -> None:
        """Next larger (+1) or smaller (-1) dynamic range of all rows."""
        sizes = [s for s in RANGES_DB if (s > self.range_db if way > 0 else s < self.range_db)]
        if sizes:
            self.range_db = float(min(sizes) if way > 0 else max(sizes))
            self._show_range()
            self.display_changed.emit()

    def show_row(self, row: Row | None) -> None:
        """Show the offset of the row that can be moved; None where there is none."""
        with QSignalBlocker(self._offset):
            self._offset.setEnabled(row is not None)
            self._offset.setValue(row.alignment.offset_s if row else 0.0)
            self._offset.setPrefix(f"{row.key}: " if row else "")
        for widget in (self._align, self._match, self._blink, self._difference):
            widget.setEnabled(row is not None)

    def _align_button(self) -> QToolButton:
        button = named(QToolButton(), "Align", "How the rows are laid on one axis")
        button.setText("Align ▾")
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.addAction("By correlation: offset and drift, all rows", lambda: self.align_wanted.emit("correlation"))
        menu.addAction("By a time in each…", lambda: self.align_wanted.emit("marker"))
        menu.addAction("By their starts", lambda: self.align_wanted.emit("start"))
        button.setMenu(menu)
        return button

    def _offset_box(self) -> QDoubleSpinBox:
        box = named(QDoubleSpinBox(), "Offset of the chosen row, seconds")
        box.setToolTip(
            "Where the row's time 0 lies on the first row's time. , and . move it by a pixel, with Ctrl by a sample"
        )
        box.setDecimals(6)
        box.setRange(-_WIDEST_S, _WIDEST_S)
        box.setSingleStep(0.001)
        box.setSuffix(" s")
        box.setKeyboardTracking(False)
        box.setMinimumWidth(150)
        box.valueChanged.connect(self.offset_wanted)
        return box

    def _display_button(self) -> DisplayButton:
        presets = {key: preset.title for key, preset in PRESETS.items()}
        ranges = {str(size): f"{size} dB" for size in RANGES_DB}
        differences = {str(size): f"±{size} dB" for size in DIFFERENCES_DB}
        self._range = choice("All rows, dynamic range", ranges, f"{self.range_db:.0f}", self._use_range)
        rows = {
            "Preset": choice("All rows, preset", presets, self.preset, self._use_preset),
            "Range": self._range,
            "Colours": choice("All rows, colours", COLOUR_MAPS, self.colours, self._use_colours),
            "Difference": choice("Difference, range", differences, f"{self.difference_db:.0f}", self._use_difference),
        }
        return DisplayButton("All rows", rows)

    def _use_preset(self, name: str) -> None:
        self.preset, self.range_db = name, PRESETS[name].range_db
        self._show_range()
        self.display_changed.emit()

    def _use_range(self, size: str) -> None:
        self.range_db = float(size)
        self.display_changed.emit()

    def _use_colours(self, name: str) -> None:
        self.colours = name
        self.display_changed.emit()

    def _use_difference(self, size: str) -> None:
        self.difference_db = float(size)
        self.display_changed.emit()

    def _show_range(self) -> None:
        with QSignalBlocker(self._range):
            self._range.setCurrentIndex(self._range.findData(f"{self.range_db:.0f}"))


def _check(text: str, tip: str, *, on: bool = False) -> QCheckBox:
    box = named(QCheckBox(text), text, tip)
    box.setChecked(on)
    box.setMinimumHeight(_TARGET_PX)
    return box
