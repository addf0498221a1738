"""Choosing one of the two stretches that are compared by ear."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QWidget

from app.services.comparison import Source
from app.services.session import Exhibit
from app.widgets.build import button, label, named

_SHORTEST_S = 0.1


class SourceRow(QWidget):
    """An exhibit, and from when to when."""

    changed = Signal()

    def __init__(self, letter: str):
        super().__init__()
        self._exhibits: tuple[Exhibit, ...] = ()
        self._selection: tuple[str, float, float] | None = None
        self.exhibit = named(QComboBox(), f"{letter}: exhibit")
        self.start = _seconds(f"{letter}: start, seconds")
        self.stop = _seconds(f"{letter}: end, seconds")
        self.selected = button("Take selection", self._take_selection, tip="The stretch selected in the main window")
        self.selected.setAccessibleName(f"{letter}: take selection")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.exhibit, label("from"), self.start, label("to"), self.stop, self.selected):
            row.addWidget(part, 1 if part is self.exhibit else 0)
        self.exhibit.currentIndexChanged.connect(lambda _: self._take_whole())
        for field in (self.start, self.stop):
            field.valueChanged.connect(lambda _: self.changed.emit())

    def offer(self, exhibits: Sequence[Exhibit], chosen: str, selection: tuple[str, float, float] | None) -> None:
        """Offer these exhibits; `selection` is (exhibit id, start, end) of what is selected on the screen."""
        self._exhibits, self._selection = tuple(exhibits), selection
        with QSignalBlocker(self.exhibit):
            self.exhibit.clear()
            for exhibit in exhibits:
                self.exhibit.addItem(f"{exhibit.id}  {exhibit.name}", exhibit.id)
            self.exhibit.setCurrentIndex(max(self.exhibit.findData(chosen), 0))
        self.selected.setEnabled(selection is not None)
        self._take_whole()

    def set_selection(self, selection: tuple[str, float, float] | None) -> None:
        """What is selected on the screen now."""
        self._selection = selection
        self.selected.setEnabled(selection is not None and self.isEnabled())

    def leave_out(self, exhibit_id: str) -> None:
        """Offer an exhibit no more."""
        self._exhibits = tuple(exhibit for exhibit in self._exhibits if exhibit.id != exhibit_id)
        with QSignalBlocker(self.exhibit):
            self.exhibit.removeItem(self.exhibit.findData(exhibit_id))

    def take_selection(self) -> None:
        """Choose what is selected on the screen."""
        self._take_selection()

    def take_as_long(self, start_s: float, stop_s: float, *, beside: bool) -> None:
        """Choose a stretch of that length: at the same times, or right after or before them; whole where too short."""
        exhibit = self._exhibit()
        length_s, duration_s = stop_s - start_s, exhibit.recording.duration_s if exhibit else 0.0
        wanted_s = start_s
        if beside:
            wanted_s = stop_s if stop_s + length_s <= duration_s else start_s - length_s
        begin_s = min(max(wanted_s, 0.0), max(duration_s - length_s, 0.0))
        self._set_times(begin_s, min(begin_s + length_s, duration_s))

    def source(self) -> Source | None:
        """What is chosen; None where it is no stretch."""
        exhibit = self._exhibit()
        if exhibit is None or self.stop.value() - self.start.value() < _SHORTEST_S:
            return None
        stop_s = min(self.stop.value(), exhibit.recording.duration_s)
        return Source(
            exhibit_id=exhibit.id,
            name=exhibit.name,
            recording=exhibit.recording,
            start_s=self.start.value(),
            stop_s=stop_s,
        )

    def _exhibit(self) -> Exhibit | None:
        wanted = self.exhibit.currentData()
        return next((exhibit for exhibit in self._exhibits if exhibit.id == wanted), None)

    def _take_whole(self) -> None:
        exhibit = self._exhibit()
        if exhibit is not None:
            self._set_times(0.0, exhibit.recording.duration_s)

    def _take_selection(self) -> None:
        if self._selection is None:
            return
        exhibit_id, start_s, stop_s = self._selection
        with QSignalBlocker(self.exhibit):
            self.exhibit.setCurrentIndex(self.exhibit.findData(exhibit_id))
        self._set_times(start_s, stop_s)

    def _set_times(self, start_s: float, stop_s: float) -> None:
        exhibit = self._exhibit()
        for field, value in ((self.start, start_s), (self.stop, stop_s)):
            with QSignalBlocker(field):
                field.setMaximum(exhibit.recording.duration_s if exhibit else 0.0)
                field.setValue(value)
        self.changed.emit()


def _seconds(name: str) -> QDoubleSpinBox:
    field = named(QDoubleSpinBox(), name)
    field.setDecimals(3)
    field.setSingleStep(0.1)
    field.setSuffix(" s")
    field.setKeyboardTracking(False)
    return field
