"""The one time ruler under all lanes, with the cursor's time on a flag."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QColor, QFontMetricsF

from app.plots.lane import LanePlot
from app.plots.time_axis import TimeAxis
from app.plots.value_axis import ValueAxis
from app.theme import Theme
from core.foundation.time_scale import TimeScale, TimeUnit
from core.foundation.units import time_decimals

_ABOVE_LINES = 1000
_CAPTIONS: dict[TimeUnit, str] = {"s": "Time (s)", "samples": "Samples", "time of day": "Claimed\nclock"}
_DESCRIPTION = "Time from the start of the recording."


class TimeRuler(LanePlot):
    """Labels of the common time axis."""

    title = "Time ruler"

    def __init__(self):
        time_axis = TimeAxis()
        super().__init__(
            ValueAxis("", ticks_for=lambda *_: []),
            description=_DESCRIPTION,
            time_axis=time_axis,
        )
        self.axis.setStyle(showValues=False, tickLength=0)
        self._cursor_s: float | None = None
        self._flag = pg.TextItem(anchor=(0.5, 0.5))
        self._flag.setParentItem(self.view_box)
        self._flag.setZValue(_ABOVE_LINES)
        self.view_box.setYRange(0, 1, padding=0)

    def _use_font(self) -> None:
        super()._use_font()
        metrics = QFontMetricsF(self.font())
        self.setFixedHeight(round(2 * metrics.height() + 20))

    def set_view(self, start_s: float, end_s: float) -> None:
        """Show a stretch."""
        super().set_view(start_s, end_s)
        self._set_caption()

    def set_time_scale(self, scale: TimeScale) -> None:
        """Count and write times so."""
        super().set_time_scale(scale)
        self._set_caption()

    def _set_caption(self) -> None:
        if self.time_axis is not None:
            days = self.time_axis.time_scale.days(*self.view_s)
            self.set_caption(_CAPTIONS.get(self.time_axis.unit, self.time_axis.unit))
            words = f"The file claims {days}; not verified." if days else ""
            self.setToolTip(words)
            self.setAccessibleDescription(f"{_DESCRIPTION} {words}".strip())

    def set_cursor(self, seconds: float | None) -> None:
        """Move the cursor and its flag."""
        super().set_cursor(seconds)
        self._cursor_s = seconds
        self.schedule()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self.setBackground(theme.window)
        self.axis.setPen(pg.mkPen(None))
        self._flag.setColor(QColor(theme.plot))
        self._flag.fill = pg.mkBrush(theme.cursor)

    def render_now(self) -> None:
        """Put the flag above the cursor, inside the ruler."""
        start, end = self.view_s
        seconds = self._cursor_s
        self._flag.setVisible(seconds is not None and start <= seconds <= end)
        if seconds is None or end <= start or self.time_axis is None:
            return
        scale = self.time_axis.time_scale
        self._flag.setText(scale.text(seconds, scale.unit(end), time_decimals(end - start)))
        half = self._flag.boundingRect().width() / 2
        width = self.view_box.size().width()
        x = (seconds - start) / (end - start) * width
        self._flag.setPos(min(max(x, half), width - half), self.view_box.size().height() / 2)
