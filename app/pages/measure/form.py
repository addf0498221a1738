"""Fields for parameters, made from what the parameters say of themselves."""

from __future__ import annotations

import math
from dataclasses import Field, fields
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QScrollArea, QSpinBox, QWidget

from app.viewmodels.wording import CHOICES
from app.widgets.build import named

if TYPE_CHECKING:
    from core.features.params import Params

_MOST = 10_000_000
_USUAL = "usual channel"
_ANY_CHANNELS = 1
"""Channels that are offered before there is a recording."""
_WIDTH_LINES = 9
"""Width of the fields, in heights of a line."""


class ScrolledFields(QScrollArea):
    """Scrolls upwards and downwards, so that a dock may be low; as wide as the fields need in the size of the text."""

    def __init__(self, content: QWidget, name: str):
        super().__init__()
        named(self, name)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def minimumSizeHint(self) -> QSize:
        """The fields and the scroll bar beside them."""
        content, bar_px = self.widget(), self.verticalScrollBar().sizeHint().width()
        content_px = content.minimumSizeHint().width() if content is not None else 0
        return QSize(content_px + bar_px, super().minimumSizeHint().height())


class ParamsForm(QWidget):
    """One field for each parameter; changes are announced when they are complete."""

    changed = Signal()

    def __init__(self, kind: type[Params], title: str):
        super().__init__()
        self._kind = kind
        self._fields: dict[str, QWidget] = {}
        self.rows = QFormLayout(self)
        self.rows.setContentsMargins(6, 6, 6, 6)
        self.rows.setVerticalSpacing(4)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        for item in fields(kind):
            self._add(item, title)
        self._fit()

    def params(self) -> Params:
        """What the fields say.

        Raises:
            FeatureError: a text is no legal value (FE-002).
        """
        return self._kind(**{name: _value(field) for name, field in self._fields.items()})

    def show_values(self, params: Params) -> None:
        """Show parameters, without announcing them."""
        with QSignalBlocker(self):
            for name, field in self._fields.items():
                _show(field, getattr(params, name))

    @property
    def first(self) -> QWidget:
        """The uppermost field."""
        return next(iter(self._fields.values()))

    def set_channels(self, count: int) -> None:
        """Offer the channels of a recording; what was chosen stays where it is there."""
        box = self._fields.get("channel")
        if isinstance(box, QComboBox) and box.property(_USUAL) is not None:
            chosen = box.currentData()
            _offer_channels(box, count)
            box.setCurrentIndex(max(box.findData(chosen), 0))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "rows"):
            self._fit()

    def _fit(self) -> None:
        for field in self._fields.values():
            field.setFixedWidth(_WIDTH_LINES * self.fontMetrics().height())

    def _add(self, item: Field[Any], title: str) -> None:
        from core.measure.result import name_of

        field = _field(item)
        name = name_of(item)
        field.setAcceptDrops(False)
        named(field, f"{title}, {name}", str(item.metadata["help"]))
        self._fields[item.name] = field
        self.rows.addRow(name[:1].upper() + name[1:], field)
        signal = next(
            getattr(field, signal)
            for signal in ("valueChanged", "currentTextChanged", "editingFinished")
            if hasattr(field, signal)
        )
        signal.connect(lambda *_: self.changed.emit())


def _field(item: Field[Any]) -> QWidget:
    default: Any = item.default
    low, high, choices, unit = (item.metadata[key] for key in ("low", "high", "choices", "unit"))
    if choices:
        box = QComboBox()
        for choice in map(str, choices):
            box.addItem(CHOICES.get(choice, choice), choice)
        box.setCurrentIndex(list(choices).index(default))
        return box
    if item.name == "channel":
        box = QComboBox()
        box.setProperty(_USUAL, default)
        _offer_channels(box, _ANY_CHANNELS)
        box.setCurrentIndex(box.findData(default))
        return box
    if isinstance(default, str):
        return QLineEdit(default)
    spin = QSpinBox() if isinstance(default, int) else QDoubleSpinBox()
    spin.setKeyboardTracking(False)
    if isinstance(spin, QDoubleSpinBox):
        smallest = min(abs(value) for value in (default, low) if value)
        spin.setDecimals(max(1 - math.floor(math.log10(smallest)), 1))
        spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    spin.setRange(low if low is not None else -_MOST, high if high is not None else _MOST)  # type: ignore[arg-type]
    spin.setValue(default)
    spin.setSuffix(f" {unit}" if unit else "")
    return spin


def _show(field: QWidget, value: Any) -> None:
    if isinstance(field, QComboBox):
        field.setCurrentIndex(max(field.findData(str(value)), 0))
    elif isinstance(field, QLineEdit):
        field.setText(str(value))
    else:
        field.setValue(value)  # type: ignore[attr-defined]


def _offer_channels(box: QComboBox, count: int) -> None:
    """The mean of all, and each channel, counted from 1 as on the screen."""
    with QSignalBlocker(box):
        box.clear()
        if box.property(_USUAL) == "auto":
            box.addItem(CHOICES["auto"], "auto")
        box.addItem("mean of all", "mix")
        for channel in range(count):
            box.addItem(str(channel + 1), str(channel))


def _value(field: QWidget) -> Any:
    if isinstance(field, QComboBox):
        return field.currentData()
    if isinstance(field, QLineEdit):
        return field.text().strip()
    return field.value()  # type: ignore[attr-defined]
