"""All values of a mark, to be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.widgets.build import label, named


class MarkLike(Protocol):
    """The values of a mark."""

    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...
    @property
    def low_hz(self) -> float | None: ...
    @property
    def high_hz(self) -> float | None: ...
    @property
    def type(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChoice:
    """What is entered."""

    start_s: float
    end_s: float
    low_hz: float | None
    high_hz: float | None
    type: str
    text: str


class MarkDialog(QDialog):
    """Type, text, times and band of a mark; can be accepted while they are a mark."""

    def __init__(
        self,
        mark: MarkLike,
        types: Mapping[str, str],
        duration_s: float,
        top_hz: float,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setWindowTitle("Edit mark")
        self.resize(460, 0)
        self.type = named(QComboBox(), "Type of the mark")
        for key, title in types.items():
            self.type.addItem(title, key)
        self.type.setCurrentIndex(self.type.findData(mark.type))
        self.text = named(QPlainTextEdit(mark.text), "Text of the mark")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(72)
        self.start, self.end = _seconds("Start", mark.start_s, duration_s), _seconds("End", mark.end_s, duration_s)
        self.has_band = QCheckBox("Only these frequencies")
        self.has_band.setChecked(mark.low_hz is not None)
        self.low = _hertz("Lowest frequency", 0.0 if mark.low_hz is None else mark.low_hz, top_hz)
        self.high = _hertz("Highest frequency", top_hz if mark.high_hz is None else mark.high_hz, top_hz)
        self._problem = label(role="caution", name="What is wrong", wrap=True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self.has_band.toggled.connect(self._allow)
        for box in (self.start, self.end, self.low, self.high):
            box.valueChanged.connect(self._allow)
        self._allow()
        self.text.setFocus()

    def choice(self) -> MarkChoice:
        """What is entered now."""
        has_band = self.has_band.isChecked()
        return MarkChoice(
            start_s=self.start.value(),
            end_s=self.end.value(),
            low_hz=self.low.value() if has_band else None,
            high_hz=self.high.value() if has_band else None,
            type=self.type.currentData(),
            text=self.text.toPlainText().strip(),
        )

    def _lay_out(self) -> None:
        band = QHBoxLayout()
        for part in (self.low, self.high):
            band.addWidget(part, 1)
        form = QFormLayout()
        form.addRow("&Type", self.type)
        form.addRow("Te&xt", self.text)
        form.addRow("&Start", self.start)
        form.addRow("&End", self.end)
        form.addRow("", self.has_band)
        title = QLabel("&Band")
        title.setBuddy(self.low)
        form.addRow(title, band)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self._problem)
        column.addWidget(self._buttons)

    def _allow(self) -> None:
        choice = self.choice()
        for box in (self.low, self.high):
            box.setEnabled(self.has_band.isChecked())
        problem = ""
        if choice.end_s < choice.start_s:
            problem = "The mark ends before it starts."
        elif choice.low_hz is not None and choice.high_hz is not None and choice.low_hz >= choice.high_hz:
            problem = "The lowest frequency must be below the highest."
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)


def _seconds(name: str, value: float, most: float) -> QDoubleSpinBox:
    box = named(QDoubleSpinBox(), name)
    box.setDecimals(6)
    box.setRange(0.0, most)
    box.setSingleStep(0.01)
    box.setSuffix(" s")
    box.setValue(value)
    return box


def _hertz(name: str, value: float, most: float) -> QDoubleSpinBox:
    box = named(QDoubleSpinBox(), name)
    box.setDecimals(1)
    box.setRange(0.0, most)
    box.setSingleStep(50.0)
    box.setSuffix(" Hz")
    box.setValue(value)
    return box
