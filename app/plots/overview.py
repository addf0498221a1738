"""The whole recording in one strip: envelope, where it scores higher than elsewhere, and the view as a handle."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF

from app.plots.colours import translucent
from app.plots.items import Curve, Envelope
from app.plots.lane import LanePlot
from app.plots.score_track import LABELS, Key
from app.plots.time_axis import TimeAxis
from app.plots.value_axis import ValueAxis
from app.theme import Theme
from core.audio.recording import Recording
from core.foundation.units import format_time

_ENVELOPE_PX = 75
_PIN_BELOW_PX = 8
_STATED_PX, _RAISED_PX = 6, 2
_QUIETEST = 0.003
"""Peak below which the envelope is no longer drawn in full height."""
_DESCRIPTION = (
    "The whole recording, scaled to its peak. The visible stretch is a handle that can be dragged. "
    "Thick lines below mark regions that the examination states; thin ones, where it can state none, mark where a "
    "score is higher than in the rest of this recording: a place to look, no threshold."
)
_MARK_Y: dict[Key, float] = {"synthetic": -1.18, "neural_codec": -1.42}
_MARK_STYLE = {"synthetic": Qt.PenStyle.SolidLine, "neural_codec": Qt.PenStyle.DotLine}


class Overview(LanePlot):
    """Strip above the lanes. Dragging the handle or anywhere else moves the view."""

    title = "Overview"
    view_asked = Signal(float, float)

    def __init__(self):
        super().__init__(
            ValueAxis("", ticks_for=lambda *_: []),
            description=_DESCRIPTION,
            time_axis=TimeAxis(),
        )
        self.axis.setStyle(showValues=False, tickLength=0)
        self.set_caption("Overview")
        self.setToolTip(_DESCRIPTION)
        self._recording: Recording | None = None
        self._shown_s = (0.0, 0.0)
        self._stated: frozenset[Key] = frozenset()
        self._words = ""
        self._curve = Envelope(self.view_box)
        self._marks: dict[Key, Curve] = {key: Curve(self.view_box, "pairs") for key in LABELS}
        self._handle = pg.LinearRegionItem(movable=True, swapMode="block")
        self._handle.setZValue(50)
        self._pin = pg.InfiniteLine(angle=90, markers=[("v", 1.0, 11.0)])
        self._pin.setZValue(51)
        for item in (self._handle, self._pin):
            self.view_box.addItem(item, ignoreBounds=True)
        self.view_box.setYRange(-1.6, 1.1, padding=0)
        self._handle.sigRegionChanged.connect(self._handle_moved)
        self.view_box.clicked.disconnect()
        self.view_box.dragged.disconnect()
        self.view_box.clicked.connect(lambda seconds, _: self._centre(seconds))
        self.view_box.dragged.connect(lambda _, seconds: self._centre(seconds))

    def _use_font(self) -> None:
        super()._use_font()
        self.setFixedHeight(round(_ENVELOPE_PX + 1.3 * QFontMetricsF(self.font()).height()))

    def set_recording(self, recording: Recording | None) -> None:
        """Show another recording, whole."""
        self._recording = recording
        self._handle.setVisible(recording is not None)
        if recording is not None and recording.frames:
            self.view_box.setXRange(0.0, recording.duration_s, padding=0)
            self._handle.setBounds((0.0, recording.duration_s))
        self.schedule()

    def set_marks(
        self, spans: Mapping[Key, Sequence[tuple[float, float]]], *, stated: Collection[Key] = (), words: str = ""
    ) -> None:
        """Mark stretches of each question.

        Args:
            spans: Start and end, seconds.
            stated: Questions whose stretches are regions that the examination states; others' are merely raised.
            words: The same in words.
        """
        self._stated, self._words = frozenset(stated), words
        self.setToolTip(f"{_DESCRIPTION}\n{words}".rstrip())
        self._colour_marks()
        for key, mark in self._marks.items():
            edges = np.array(spans.get(key, ()), float).ravel()
            mark.draw(edges, np.full(edges.shape, _MARK_Y[key]))

    def set_view(self, start_s: float, end_s: float) -> None:
        """Move the handle."""
        self._shown_s = (start_s, end_s)
        self._handle.blockSignals(True)
        self._handle.setRegion((start_s, end_s))
        self._handle.blockSignals(False)
        self._pin.setValue((start_s + end_s) / 2)
        self._place_pin()
        self.set_summary(f"{format_time(start_s)} to {format_time(end_s)} in view")

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self._markers.set_theme(theme, fill=0)  # tinted is what is in view
        self._curve.use_pen(pg.mkPen(theme.waveform, width=1))
        self._handle.setBrush(translucent(theme.accent, 40))
        self._handle.setHoverBrush(translucent(theme.accent, 64))
        for line in self._handle.lines:
            line.setPen(pg.mkPen(theme.accent, width=2))
            line.setHoverPen(pg.mkPen(theme.focus, width=4))
        self._pin.setPen(pg.mkPen(theme.accent, width=2))
        self._colour_marks()

    def describe(self) -> str:
        """What is in view, and what is marked."""
        return f"{super().describe()} {self._words}.".removesuffix(" .")

    def _colour_marks(self) -> None:
        if self._theme is None:
            return
        for key, mark in self._marks.items():
            width = _STATED_PX if key in self._stated else _RAISED_PX
            pen = pg.mkPen(getattr(self._theme, key), width=width, style=_MARK_STYLE[key])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            mark.use_pen(pen)

    def render_now(self) -> None:
        """Draw the envelope of the whole recording."""
        recording = self._recording
        if recording is None or not recording.frames:
            self._curve.draw([], [])
            return
        self._place_pin()
        columns = self.pixels[0]
        low, high = recording.peaks.envelope(0, recording.frames, columns)
        bottom, top = low.min(axis=0), high.max(axis=0)
        loudest = max(float(np.nanmax(np.abs([bottom, top]), initial=0.0)), _QUIETEST)
        self._curve.fill(np.linspace(0.0, recording.duration_s, columns + 1), bottom / loudest, top / loudest)

    def _handle_moved(self) -> None:
        start, end = sorted(map(float, self._handle.getRegion()))  # pyright: ignore[reportArgumentType]
        if end > start and (start, end) != self._shown_s:
            self.view_asked.emit(start, end)

    def _place_pin(self) -> None:
        """Show a pin where the handle is too narrow to be seen."""
        whole = self._recording.duration_s if self._recording else 0.0
        share = (self._shown_s[1] - self._shown_s[0]) / whole if whole else 1.0
        self._pin.setVisible(share * self.pixels[0] < _PIN_BELOW_PX)

    def _centre(self, seconds: float) -> None:
        half = (self._shown_s[1] - self._shown_s[0]) / 2
        self.view_asked.emit(seconds - half, seconds + half)
