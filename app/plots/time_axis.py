"""Time along the bottom: as many round, readable labels as fit, from microseconds to hours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QFont, QFontMetricsF

from app.plots.kept import Kept
from core.foundation.time_scale import TimeScale, TimeUnit

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000, 36000)
_MINOR_PARTS = {1: 5, 2: 4, 5: 5, 10: 5, 15: 3, 30: 6, 60: 6, 120: 4, 300: 5, 600: 5, 900: 3, 1800: 6, 3600: 6}
MIN_LABELS = 3
AS_TIME = TimeScale()
_GAP_PX = 18.0
_TICK_PX, _MINOR_TICK_PX = 6, 4
_TEXT_BELOW_PX = 3.0
_OVERHANG_PX = 45
"""How far a label at an end may reach beyond it, into the columns beside."""


@dataclass(frozen=True, slots=True)
class TimeTicks:
    """Where labels stand, and what they say."""

    step: float
    minor: float
    """Steps from label to label and from tick to tick, in units of the scale."""
    decimals: int
    unit: TimeUnit
    scale: TimeScale

    @property
    def step_s(self) -> float:
        """From label to label, seconds."""
        return self.step / self.scale.per_s

    @property
    def minor_s(self) -> float:
        """From tick to tick, seconds."""
        return self.minor / self.scale.per_s

    def values(self, start_s: float, end_s: float) -> list[float]:
        """Times (s) inside the stretch at which multiples of the step are counted."""
        first = math.ceil(self.scale.value(start_s) / self.step - 1e-9)
        return [self.scale.seconds(i * self.step) for i in range(first, first + self.count(start_s, end_s))]

    def count(self, start_s: float, end_s: float) -> int:
        """Number of labels in the stretch."""
        start, end = self.scale.value(start_s), self.scale.value(end_s)
        return math.floor(end / self.step + 1e-9) - math.ceil(start / self.step - 1e-9) + 1

    def minor_values(self, start_s: float, end_s: float) -> list[float]:
        """Times (s) of multiples of the minor step that bear no label."""
        every = round(self.step / self.minor)
        first = math.ceil(self.scale.value(start_s) / self.minor - 1e-9)
        last = math.floor(self.scale.value(end_s) / self.minor + 1e-9)
        return [self.scale.seconds(i * self.minor) for i in range(first, last + 1) if i % every]

    def text(self, seconds: float) -> str:
        """The label at a time."""
        return self.scale.text(seconds, self.unit, self.decimals)


def time_ticks(
    start_s: float, end_s: float, width_px: float, metrics: QFontMetricsF, scale: TimeScale = AS_TIME
) -> TimeTicks:
    """The finest ticks whose labels fit side by side; the coarsest with MIN_LABELS where those would be too few."""
    unit = scale.unit(end_s)
    span_s = max(end_s - start_s, 1e-9)
    span = span_s * scale.per_s
    finest = span * min(_GAP_PX / max(width_px, 1.0), 0.1)
    steps = _whole_steps(span, finest) if unit == "samples" else _coarse_to_fine(span, finest)
    ticks = [TimeTicks(step, _minor(step, unit), _decimals(step), unit, scale) for step in steps]
    fitting = [t for t in ticks if t.step / span * width_px >= metrics.horizontalAdvance(t.text(end_s)) + _GAP_PX]
    plenty = [t for t in ticks if t.count(start_s, end_s) >= MIN_LABELS]
    if fitting and fitting[-1].count(start_s, end_s) >= MIN_LABELS:
        return fitting[-1]
    return plenty[0] if plenty else ticks[-1]


def _coarse_to_fine(span: float, finest: float) -> list[float]:
    fine = [base * 10.0**power for power in range(-1, -8, -1) for base in (5, 2, 1)]
    steps = [*map(float, reversed(_STEPS_S)), *fine]
    return [step for step in steps if finest <= step <= span] or [fine[-1]]


def _whole_steps(span: float, finest: float) -> list[float]:
    steps = [base * 10.0**power for power in range(9, -1, -1) for base in (5, 2, 1)]
    return [step for step in steps if finest <= step <= span] or [1.0]


def _minor(step: float, unit: TimeUnit) -> float:
    if unit != "samples" and step >= 1:
        return step / _MINOR_PARTS.get(round(step), 4)
    lead = round(step / 10 ** math.floor(math.log10(step) + 1e-9))
    minor = step / (4 if lead == 2 else 5)
    return max(minor, 1.0) if unit == "samples" else minor


def _decimals(step: float) -> int:
    return max(0, math.ceil(-math.log10(step) - 1e-9))


class TimeAxis(pg.AxisItem):
    """The ruler under the lanes."""

    def __init__(self, orientation: str = "bottom"):
        super().__init__(orientation)
        self.setStyle(tickLength=-_TICK_PX, maxTextLevel=0, tickTextOffset=3, hideOverlappingLabels=_OVERHANG_PX)
        self._kept = Kept()
        self._ticks: TimeTicks | None = None
        self._font: QFont | None = None
        self.time_scale = AS_TIME
        """What is counted; another one is drawn with the next drawing."""

    def setTickFont(self, font: QFont | None) -> None:
        """Set the labels' font."""
        super().setTickFont(font)
        self._font = font

    @property
    def unit(self) -> TimeUnit:
        """The form of the labels, for a caption."""
        return self.time_scale.unit(self.range[1])

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Labelled ticks first, then the small ones."""
        metrics = QFontMetricsF(self._font or self.font())
        ticks = self._ticks = time_ticks(minVal, maxVal, size, metrics, self.time_scale)
        return [(ticks.step_s, ticks.values(minVal, maxVal)), (ticks.minor_s, ticks.minor_values(minVal, maxVal))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Labels of the ticks that tickValues chose."""
        return [self._ticks.text(value) for value in values] if self._ticks else []

    def paint(self, p: Any, opt: Any, widget: Any) -> None:
        """Draw it: pyqtgraph would measure, record and play back, which takes longer than all lanes' curves."""
        colours = self.pen().color(), self.textPen().color()
        key = (self.time_scale, *self.range, self.size().width(), *colours, self._font)
        self._kept.draw(p, self.boundingRect(), key, self._draw)

    def _draw(self, p: Any) -> None:
        width = self.size().width()
        start, end = self.range
        if end <= start or width < 1:
            return
        font = self._font or self.font()
        metrics = QFontMetricsF(font)
        ticks = self._ticks = time_ticks(start, end, width, metrics, self.time_scale)
        pixels = width / (end - start)
        times = ticks.values(start, end)
        labelled = [(time_s - start) * pixels for time_s in times]
        between = [(time_s - start) * pixels for time_s in ticks.minor_values(start, end)]
        colour = self.pen().color()
        p.setPen(colour)
        p.drawLine(QLineF(-1, 1, width + 1, 1))
        p.drawLines([QLineF(x, 0, x, -_TICK_PX) for x in labelled])
        colour.setAlpha(127)
        p.setPen(colour)
        p.drawLines([QLineF(x, 0, x, -_MINOR_TICK_PX) for x in between])
        p.setFont(font)
        p.setPen(self.textPen())
        for x, text in zip(labelled, map(ticks.text, times), strict=True):
            half = metrics.horizontalAdvance(text) / 2
            if x - half >= -_OVERHANG_PX and x + half <= width + _OVERHANG_PX:
                p.drawText(QPointF(x - half, _TEXT_BELOW_PX + metrics.ascent()), text)
