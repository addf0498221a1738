"""One row of the waveform for each channel: its curve, its zero line, its name, and the labels of its scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from app.plots.amplitude_axis import LOW_ROW_LINES, amplitude_ticks, decibel_ticks
from app.plots.items import Envelope, LevelLine, down
from app.plots.value_axis import Tick, ValueAxis
from app.theme import Theme

_ROW = 2.2
"""Vertical distance of two channels, full scale being ±1."""
_MOST = 1.06
"""Height at which samples beyond full scale are cut off."""
_NUMBER_LINES = 0.85


class WaveformRows:
    """What is drawn of each channel, from top to bottom; `gain` magnifies all of them."""

    def __init__(self, view_box: pg.ViewBox, axis: ValueAxis):
        self._view_box, self._axis = view_box, axis
        self._theme: Theme | None = None
        self._line_px = 17.0
        self.gain, self.in_db = 1.0, False
        self.channels: tuple[int, ...] = ()
        """Which channels the rows are, from 0."""
        self.curves: list[Envelope] = []
        self.names: list[pg.TextItem] = []
        self._zeros: list[LevelLine] = []
        self.dots = pg.ScatterPlotItem(size=5, pen=None)
        self.dots.setZValue(5)
        view_box.addItem(self.dots, ignoreBounds=True)

    def show(self, channels: Sequence[int]) -> None:
        """Make rows for these channels instead."""
        for item in (*self.curves, *self._zeros):
            item.remove()
        for name in self.names:
            name.scene().removeItem(name)
        self.channels = tuple(channels)
        self.curves = [Envelope(self._view_box) for _ in channels]
        self._zeros = [LevelLine(self._view_box, -_ROW * row) for row in range(len(channels))]
        self.names = [pg.TextItem(f"channel {channel + 1}", anchor=(0, 0)) for channel in channels]
        for name in self.names:
            name.setParentItem(self._view_box)
        self.dots.setData([], [])
        self._view_box.setYRange(-_ROW * (max(len(channels), 1) - 0.5), _ROW / 2, padding=0)
        self._colour()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self._colour()

    def set_line_height(self, pixels: float) -> None:
        """Follow the size of the text."""
        self._line_px = pixels

    def draw_extremes(self, low: NDArray[np.float32], high: NDArray[np.float32], view_s: tuple[float, float]) -> None:
        """Draw lowest and highest values (all channels, columns) of equal columns of a view."""
        edges = np.linspace(*view_s, low.shape[1] + 1)
        for row, (channel, curve) in enumerate(zip(self.channels, self.curves, strict=True)):
            curve.fill(edges, self._placed(low[channel], row), self._placed(high[channel], row))
        self.dots.setData([], [])

    def draw_samples(self, x: NDArray[np.float64], samples: NDArray[np.float32], *, with_dots: bool) -> None:
        """Draw samples (all channels, frames) at times x, seconds."""
        rows = [self._placed(samples[channel], row) for row, channel in enumerate(self.channels)]
        for row, curve in zip(rows, self.curves, strict=True):
            curve.draw(x, row)
        has_dots = with_dots and bool(rows)
        self.dots.setData(np.tile(x, len(rows)) if has_dots else [], np.concatenate(rows) if has_dots else [])

    def hold(self, samples: NDArray[np.float32], until_s: float) -> None:
        """Draw the one sample (all channels, 1) that there is as a line over its own time."""
        for row, (channel, curve) in enumerate(zip(self.channels, self.curves, strict=True)):
            curve.draw([0.0, until_s], np.repeat(self._placed(samples[channel], row), 2))

    def place_names(self) -> None:
        """Name the channels in their rows; where those are low, by number on the axis."""
        for row, name in enumerate(self.names):
            name.setVisible(len(self.names) > 1 and not self.are_low)
            name.setPos(0.0, down(self._view_box, _ROW / 2 - _ROW * row))
        title = ("Channel", "") if self.are_low else ("Level", "dBFS") if self.in_db else ("Amplitude", "FS")
        self._axis.set_title(*title)

    @property
    def are_low(self) -> bool:
        """Whether there are several channels with no room for a scale each."""
        rows = len(self.channels)
        return rows > 1 and self._view_box.height() / rows < LOW_ROW_LINES * self._line_px

    def ticks(self, low: float, high: float, size_px: float) -> list[Tick]:
        """Labels of every channel's own scale."""
        count = max(len(self.channels), 1)
        lines = size_px / count / self._line_px
        if self.are_low:
            every = math.ceil(_NUMBER_LINES / lines)
            return [(-_ROW * row, str(self.channels[row] + 1)) for row in range(0, count, every)]
        if self.in_db:
            marks = decibel_ticks(lines, self.gain)
        else:
            marks = amplitude_ticks(lines, self.gain, is_alone=count == 1)
        return [(height - _ROW * row, text) for row in range(count) for height, text in marks]

    def _placed(self, values: NDArray[np.float32], row: int) -> NDArray[np.float32]:
        return np.clip(values * self.gain, -_MOST, _MOST) - _ROW * row

    def _colour(self) -> None:
        if self._theme is None:
            return
        for curve in self.curves:
            curve.use_pen(pg.mkPen(self._theme.waveform, width=1))
        for line in self._zeros:
            line.use_pen(pg.mkPen(self._theme.grid, width=1))
        for name in self.names:
            name.setColor(self._theme.muted)
        self.dots.setBrush(pg.mkBrush(self._theme.waveform))
