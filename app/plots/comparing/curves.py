"""Curves of several recordings over frequency, and below them their differences from the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent

from app.plots.drawn_when_seen import DrawnWhenSeen
from app.plots.value_axis import ValueAxis, left_width, number
from app.theme import Theme

_STYLES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)
_NAMED = ("solid", "dashed", "dotted", "dash-dotted")
_COLOURS = ("waveform", "synthetic", "text", "good")
SAMPLES = ("━━", "╍╍", "┅┅", "╍·")
"""How the lines look, in characters, for legends."""
_FAST = 20
_DEPTH_DB = 100.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """One recording's curve."""

    name: str
    frequency_hz: NDArray[np.float64]
    level_db: NDArray[np.float64]
    difference_db: NDArray[np.float64]
    """From the first curve, at the first curve's frequencies; empty for the first."""
    note: str = ""
    """E.g. from how many windows."""


class CurvesPlot(DrawnWhenSeen):
    """Levels above, differences below; the arrow keys move a reading line."""

    reading_changed = Signal(str)

    def __init__(self, title: str, unit: str):
        super().__init__()
        self.title, self._unit = title, unit
        self._curves: tuple[Curve, ...] = ()
        self._theme: Theme | None = None
        self._at_hz: float | None = None
        self._lines = [pg.InfiniteLine(angle=90) for _ in range(2)]
        self._zero = pg.InfiniteLine(pos=0, angle=0)
        self.ci.setContentsMargins(2, 4, 10, 4)
        self.setMinimumHeight(120)
        self.setAccessibleName(title)
        self.setAccessibleDescription("The left and right arrow keys read the curves at a frequency.")

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What is drawn."""
        return self._curves

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Draw these; the first is the one that the others are compared with."""
        self._curves = tuple(curves)
        self.draw_anew()
        self._read()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.setBackground(theme.plot)
        if "_plots" in self.__dict__:
            self._colour(theme)
        self.draw_anew()

    def legend(self) -> str:
        """How each curve looks and what it is of, as rich text."""
        if self._theme is None:
            return ""
        colours = [getattr(self._theme, name) for name in _COLOURS]
        parts = [
            f'<span style="color:{colour}"><b>{sample}</b></span>&nbsp;{escape(curve.name)}: {escape(curve.note)}'
            for colour, sample, curve in zip(colours, SAMPLES, self._curves, strict=False)
        ]
        return "&nbsp;&nbsp;&nbsp; ".join([*parts, escape(self._unit)] if parts else [])

    def lines(self) -> str:
        """The same in plain words."""
        parts = [f"{curve.name} {style} ({curve.note})" for curve, style in zip(self._curves, _NAMED, strict=False)]
        return ", ".join([*parts, self._unit])

    def pen(self, index: int):
        """Colour and style of a curve."""
        assert self._theme is not None
        return pg.mkPen(getattr(self._theme, _COLOURS[index]), width=1.6, style=_STYLES[index])

    def read_at(self, hertz: float) -> None:
        """Put the reading line at a frequency."""
        top = max((c.frequency_hz[-1] for c in self._curves if c.frequency_hz.size), default=0.0)
        self._at_hz = min(max(hertz, 0.0), float(top))
        self._read()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Left and right move the reading line."""
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        way = ways.get(Qt.Key(ev.key()), 0)
        first = next((c for c in self._curves if c.frequency_hz.size > 1), None)
        if not way or first is None:
            ev.ignore()
            return
        fast = _FAST if ev.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
        step = float(first.frequency_hz[1] - first.frequency_hz[0])
        middle = float(first.frequency_hz[-1]) / 2
        self.read_at((middle if self._at_hz is None else self._at_hz) + way * fast * step)

    def describe(self) -> str:
        """The curves in words: from how much they are, and where they differ most."""
        parts = [f"{self.title}, {self._unit}."]
        for curve in self._curves:
            parts.append(f"{curve.name}: {curve.note}." if curve.note else f"{curve.name}.")
            known = np.isfinite(curve.difference_db)
            if known.any():
                at = int(np.nanargmax(np.abs(curve.difference_db)))
                hertz = self._curves[0].frequency_hz[at]
                parts.append(
                    f"Median difference {number(float(np.median(curve.difference_db[known])), 1)} dB; largest "
                    f"{number(float(curve.difference_db[at]), 1)} dB near {hertz:,.0f} Hz."
                )
        return " ".join(parts) if self._curves else f"{self.title}. Nothing is compared."

    def _read(self) -> None:
        for line in self._lines:
            line.setVisible(self._at_hz is not None)
            if self._at_hz is not None:
                line.setValue(self._at_hz)
        if self._at_hz is None or not self._curves:
            self.reading_changed.emit("")
            return
        parts = [f"{self._at_hz:,.0f} Hz"]
        for curve in self._curves:
            level = _at(curve.frequency_hz, curve.level_db, self._at_hz)
            parts.append(f"{curve.name} {number(level, 1)} dB" if np.isfinite(level) else f"{curve.name}: nothing")
            if curve.difference_db.size:
                difference = _at(self._curves[0].frequency_hz, curve.difference_db, self._at_hz)
                parts[-1] += f" ({difference:+.1f})".replace("-", "−") if np.isfinite(difference) else ""
        self.reading_changed.emit("  ·  ".join(parts))

    @cached_property
    def _plots(self) -> tuple[Any, Any]:
        """Levels and differences, made when first needed: pyqtgraph takes long for them."""
        scales = (ValueAxis("Level", self._unit.split(", ")[-1]), ValueAxis("Difference", "dB"))
        upper, lower = (
            self.ci.addPlot(row=row, col=0, enableMenu=False, axisItems={"left": scale})
            for row, scale in enumerate(scales)
        )
        lower.getViewBox().setXLink(upper.getViewBox())
        for plot in (upper, lower):
            plot.getViewBox().setMouseEnabled(x=False, y=False)
            plot.hideButtons()
            plot.getAxis("bottom").enableAutoSIPrefix(False)
            plot.getAxis("bottom").setScale(1e-3)
        upper.getAxis("bottom").setStyle(showValues=False)
        lower.setLabel("bottom", "Frequency (kHz)")
        rows: Any = self.ci.layout
        rows.setRowStretchFactor(0, 3)
        rows.setRowStretchFactor(1, 2)
        rows.setVerticalSpacing(4)
        return upper, lower

    def _colour(self, theme: Theme) -> None:
        for plot in self._plots:
            self.dress(plot, theme, grid=0.18)
            plot.getAxis("left").setWidth(left_width(QFont(self.font())))

    def _draw_whole(self) -> None:
        if self._theme is not None:  # until then nobody has asked for it
            if "_plots" not in self.__dict__:
                self._colour(self._theme)
            self._draw(self._theme)

    def _draw(self, theme: Theme) -> None:
        upper, lower = self._plots
        for plot in self._plots:
            plot.clear()
        self._set_ranges()
        for index, curve in enumerate(self._curves):
            upper.plot(curve.frequency_hz, _inside(curve.level_db, upper), pen=self.pen(index), connect="finite")
            if curve.difference_db.size:
                seen = _inside(curve.difference_db, lower)
                lower.plot(self._curves[0].frequency_hz, seen, pen=self.pen(index), connect="finite")
        self._zero.setPen(pg.mkPen(theme.axis, width=1))
        lower.addItem(self._zero, ignoreBounds=True)
        for plot, line in zip(self._plots, self._lines, strict=True):
            line.setPen(pg.mkPen(theme.cursor, width=1))
            plot.addItem(line, ignoreBounds=True)

    def _set_ranges(self) -> None:
        levels = [c.level_db[np.isfinite(c.level_db)] for c in self._curves]
        joined = np.concatenate(levels) if levels else np.zeros(0)
        if not joined.size:
            return
        top = max(float(c.frequency_hz[-1]) for c in self._curves if c.frequency_hz.size)
        high = float(joined.max()) + 3
        low = max(float(np.percentile(joined, 0.5)) - 3, high - _DEPTH_DB)
        self._plots[0].getViewBox().setRange(xRange=(0, top), yRange=(low, high), padding=0)
        differences = [c.difference_db[np.isfinite(c.difference_db)] for c in self._curves if c.difference_db.size]
        joined = np.abs(np.concatenate(differences)) if differences else np.zeros(0)
        limit = max(float(np.percentile(joined, 99)) * 1.15, 3.0) if joined.size else 3.0
        self._plots[1].getViewBox().setYRange(-limit, limit, padding=0)


def _inside(values: NDArray[np.float64], plot: Any) -> NDArray[np.float64]:
    """What is above or below the axis left out: a drawing for print would not cut it off."""
    low, high = plot.getViewBox().viewRange()[1]
    return np.where((values >= low) & (values <= high), values, np.nan)


def _at(frequency_hz: NDArray[np.float64], values: NDArray[np.float64], hertz: float) -> float:
    if not frequency_hz.size or hertz > frequency_hz[-1]:
        return float("nan")
    return float(values[int(np.argmin(np.abs(frequency_hz - hertz)))])
