"""One line above the lanes: what is in view, where the cursor is, what is selected, and which channel the maps show."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from app.viewmodels.examine import ExamineModel
from app.widgets.elided import ElidedLabel
from core.foundation.units import time_decimals

_WAIT_MS = 40
_CHANNEL_CHARACTERS = 20


class StatusLine(QWidget):
    """Times in words; changes nothing but the channel of the maps."""

    channel_chosen = Signal(str)
    """`mix` or a channel's number from 0."""

    def __init__(self, model: ExamineModel):
        super().__init__()
        self._model = model
        self._view, self._cursor = ElidedLabel("View", is_wide=True), _value("Cursor")
        self._selection = ElidedLabel("Selection", is_wide=True)
        self._channel = QComboBox()
        self._channel.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._channel.setMinimumContentsLength(_CHANNEL_CHARACTERS)
        self._channel.setAccessibleName("Channel of spectrogram and wavelet packets")
        self._channel.setToolTip("Channel that the spectrogram and the wavelet packets show")
        self._channel.activated.connect(lambda _: self.channel_chosen.emit(self._channel.currentData()))
        self._lay_out()
        model.recording_changed.connect(self._recording_changed)
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(self._tell_view)
        model.view_changed.connect(self._view_changed)
        model.time_scale_changed.connect(self._tell_view)
        for signal in (model.cursor_changed, model.selection_changed, model.band_changed):
            signal.connect(self._tell)
        self._recording_changed()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(6)
        for title, value in (("View", self._view), ("Cursor", self._cursor), ("Selection", self._selection)):
            caption = QLabel(title)
            caption.setProperty("role", "muted")
            row.addWidget(caption)
            row.addWidget(value)
            row.addSpacing(10)
        row.addStretch(1)
        row.addWidget(self._channel)

    def _recording_changed(self) -> None:
        recording = self._model.recording
        channels = recording.channels if recording else 1
        self._channel.clear()
        self._channel.addItem(f"Maps: mean of {channels} channels", "mix")
        for channel in range(channels):
            self._channel.addItem(f"Maps: channel {channel + 1}", str(channel))
        self._channel.setVisible(channels > 1)
        self._tell_view()

    def _view_changed(self) -> None:
        """Say it soon: another text has the window laid out anew, which is not for every frame of a scrolled view."""
        if not self._wait.isActive():
            self._wait.start()

    def _tell_view(self) -> None:
        start, end = self._model.view_s
        self._view.set_text(f"{self._stretch(start, end)} · {self._length(end - start)}")
        self._tell()

    def _tell(self) -> None:
        self._cursor.setText(self._time(self._model.cursor_s))
        selection = self._model.selection_s
        if selection is None:
            self._selection.set_text("none")
        else:
            start, end = selection
            self._selection.set_text(f"{self._stretch(start, end)} · Δ {self._length(end - start)}{self._band()}")

    def _stretch(self, start_s: float, end_s: float) -> str:
        start, end = self._time(start_s), self._time(end_s)
        unit = next((unit for unit in (" s", " samples") if end.endswith(unit)), "")
        return f"{start.removesuffix(unit)} – {end}"

    def _time(self, seconds: float) -> str:
        return self._model.time_scale.place(seconds, self._decimals)

    def _length(self, seconds: float) -> str:
        return self._model.time_scale.length(seconds, self._decimals)

    @property
    def _decimals(self) -> int:
        """As many digits as the visible stretch can show."""
        start, end = self._model.view_s
        return time_decimals(end - start)

    def _band(self) -> str:
        if self._model.band_hz is None:
            return ""
        low, high = self._model.band_hz
        return f" · {low:,.0f} – {high:,.0f} Hz, Δ {high - low:,.0f} Hz"


def _value(name: str) -> QLabel:
    label = QLabel()
    label.setAccessibleName(name)
    return label
