"""Values at the cursor and in the box, edges that can be typed, and the reading that is pinned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.pages.measure.form import ScrolledFields
from app.viewmodels.facts import Fact, Section
from app.viewmodels.measures import difference_rows, fact
from app.widgets.build import button, label, named
from app.widgets.facts_table import FactsTable

if TYPE_CHECKING:  # scipy is loaded when something is measured
    from core.measure import Quantity, Readings

_EDGES = {
    "start": ("Start", " s", 6),
    "end": ("End", " s", 6),
    "low": ("Low frequency", " Hz", 1),
    "high": ("High frequency", " Hz", 1),
}


class ReadingsTab(QWidget):
    """Cursor and box beside the pinned reading, and their differences."""

    box_typed = Signal(object, object)
    """(start_s, end_s), (low_hz, high_hz) as the fields say."""
    box_cleared = Signal()
    pin_wanted = Signal()
    unpin_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = "Readings"
        self.edges = {name: _edge(*words) for name, words in _EDGES.items()}
        self._now, self._then = FactsTable("Reading now"), FactsTable("Pinned reading")
        self._said = ""
        self.result: Readings | None = None
        """What can be copied and saved: the box, or the cursor where there is no box."""
        self._build()

    def set_limits(self, duration_s: float, half_rate_hz: float) -> None:
        """How far the fields reach."""
        for name, edge in self.edges.items():
            edge.setMaximum(duration_s if name in ("start", "end") else half_rate_hz)

    def set_box(self, selection_s: tuple[float, float] | None, band_hz: tuple[float, float] | None) -> None:
        """Show the selected box; without one all is meant."""
        high = self.edges["high"].maximum()
        values = (*(selection_s or (0.0, 0.0)), *(band_hz or (0.0, high)))
        for edge, value in zip(self.edges.values(), values, strict=True):
            edge.blockSignals(True)
            edge.setValue(value)
            edge.blockSignals(False)

    def show_readings(
        self, cursor: Readings | None, box: Readings | None, pinned: tuple[Readings | None, ...], less: list[Quantity]
    ) -> None:
        """Show what is read now, what is pinned, and the difference."""
        self.result = box or cursor
        now = [_section("At the cursor", cursor), _section("In the box", box)]
        kept = pinned or (None, None)
        then = [_section("Pinned at the cursor", kept[0]), _section("Pinned in the box", kept[1])]
        differences = [difference_rows(less)] if less else []
        self._now.set_sections([section for section in (*differences, *now) if section.facts])
        self._then.set_sections([section for section in then if section.facts] or [_NOTHING])
        self._said = ". ".join(
            f"{f.label}: {f.value}" for section in (*differences, *now) for f in section.facts if f.label
        )

    def describe(self) -> str:
        """The values in words."""
        return f"Readings. {self._said or 'Nothing is read yet.'}"

    def _build(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(4)
        for name, edge in self.edges.items():
            form.addRow(_EDGES[name][0], edge)
            edge.valueChanged.connect(self._typed)
        fields = QWidget()
        column = QVBoxLayout(fields)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(label("Box: type its edges", role="heading"))
        column.addLayout(form)
        buttons = QHBoxLayout()
        buttons.addWidget(button("Pin reading", self.pin_wanted.emit, tip="Keep these values and compare them (P)"))
        buttons.addWidget(button("Unpin", self.unpin_wanted.emit, tip="Forget the pinned reading"))
        column.addLayout(buttons)
        column.addWidget(button("All frequencies, no selection", self.box_cleared.emit))
        column.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(ScrolledFields(fields, "Box, fields"))
        row.addWidget(self._now, 1)
        row.addWidget(self._then, 1)

    def _typed(self) -> None:
        start, end, low, high = (edge.value() for edge in self.edges.values())
        if end > start and high > low:
            self.box_typed.emit((start, end), (low, high))


_NOTHING = Section("Pinned reading", (Fact("", "Nothing is pinned. Press P to keep what is read now."),))


def _section(title: str, reading: Readings | None) -> Section:
    if reading is None:
        return Section(title, ())
    notes = (Fact("", sentence, is_muted=True) for sentence in reading.sentences())
    return Section(title, (*map(fact, reading.facts()), *notes))


def _edge(title: str, suffix: str, decimals: int) -> QDoubleSpinBox:
    edge = named(QDoubleSpinBox(), f"Box, {title.lower()}")
    edge.setDecimals(decimals)
    edge.setSuffix(suffix)
    edge.setMaximum(1e6)
    edge.setKeyboardTracking(False)
    edge.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    edge.setFixedWidth(130)
    return edge
