"""Vertical axes: fixed width, so that time stands above time in all lanes, and titles that are never cut off."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from app.plots.kept import Kept

LEFT_CHARACTERS = 5
"""Widest tick label that must fit, in digits."""
_TITLE_INSET_PX = 7
_TITLE_ENDS_PX = 12
_UNIT_ENDS_PX = -10
"""The unit alone may reach into the margins above and below: it is never left out."""
_OVERHANG_PX = 15
"""As pyqtgraph has it without a grid."""
_APART_LINES = 2.1
"""Least distance of two labels, in heights of a line."""

Tick = tuple[float, str]


def left_width(font: QFont, characters: int = LEFT_CHARACTERS) -> int:
    """Width of every lane's left axis: a rotated title and the widest label."""
    metrics = QFontMetricsF(font)
    return round(metrics.height() + characters * metrics.horizontalAdvance("0") + 16)


class ValueAxis(pg.AxisItem):
    """A left axis of fixed width. `ticks_for` may place the labelled ticks itself."""

    def __init__(
        self, title: str, unit: str = "", ticks_for: Callable[[float, float, float], list[Tick]] | None = None
    ):
        super().__init__("left")
        self.setStyle(tickLength=-4, autoExpandTextSpace=False, maxTextLevel=0, tickTextOffset=5)
        self.enableAutoSIPrefix(False)
        self._kept = Kept()
        self._titles: tuple[str, ...] = ()
        self.set_title(title, unit)
        self._ticks_for = ticks_for
        self._texts: dict[float, str] = {}
        self._shown = object()

    def set_title(self, title: str, unit: str = "") -> None:
        """Words beside the axis, with the unit in brackets; the unit alone where there is no room for more."""
        titles = (f"{title} ({unit})", unit) if unit else (title,)
        if titles != self._titles:
            self._titles = titles
            self.resizeEvent()

    def refresh(self) -> None:
        """Place the labels anew, the range being the same."""
        self.picture = None
        self.update()

    def resizeEvent(self, ev: object = None) -> None:
        """Write the longest form of the title that fits, in the middle."""
        label, titles = getattr(self, "label", None), getattr(self, "_titles", ())
        if label is None:
            return
        height, advance = self.size().height(), QFontMetricsF(label.font()).horizontalAdvance
        fitting = next((title for title in titles if advance(title) <= height - _TITLE_ENDS_PX), "")
        if not fitting and titles and advance(titles[-1]) <= height - _UNIT_ENDS_PX:
            fitting = titles[-1]
        if fitting != self.labelText:
            self.setLabel(fitting)
        super().resizeEvent(ev)
        label.moveBy(_TITLE_INSET_PX, 0)

    def boundingRect(self) -> QRectF:
        """With half a label above and below: with a grid pyqtgraph leaves out what reaches over the ends."""
        rect = super().boundingRect()
        return rect if self.grid is False else rect.adjusted(0, -_OVERHANG_PX, 0, _OVERHANG_PX)

    def paint(self, p: Any, opt: Any, widget: Any) -> None:
        """Its ticks reach into what is drawn in every frame: the labels are kept as pixels."""
        if self.picture is None:
            self._shown = object()
        self._kept.draw(p, self.boundingRect(), self._shown, lambda painter: self._play(painter, opt, widget))

    def _play(self, painter: Any, opt: Any, widget: Any) -> None:
        super().paint(painter, opt, widget)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Ticks of `ticks_for`, or round numbers about 40 pixels apart."""
        if self._ticks_for is None:
            height_px = QFontMetricsF(self.style["tickFont"] or self.font()).height()  # pyright: ignore[reportIndexIssue]
            return round_ticks(minVal, maxVal, size, _APART_LINES * height_px)
        ticks = self._ticks_for(minVal, maxVal, size)
        self._texts = dict(ticks)
        return [(1.0, [value for value, _ in ticks])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Labels, with a true minus sign."""
        if self._ticks_for is not None:
            return [self._texts.get(value, "") for value in values]
        decimals = max(0, -_exponent(spacing))
        return [number(value, decimals) for value in values]


def number(value: float, decimals: int = 0) -> str:
    """`−12.5`, with a minus sign of the digits' width and no negative zero."""
    text = f"{value:.{decimals}f}"
    return (text.replace("-", "−") if float(text) else text.lstrip("-")) if text.startswith("-") else text


def grouped(value: float) -> str:
    """A whole number with its thousands apart, as everywhere on the screen: `22,050`."""
    return f"{value:,.0f}"


def round_ticks(low: float, high: float, size_px: float, apart_px: float = 36.0) -> list[tuple[float, list[float]]]:
    """Round values 1, 2 or 5 · 10^n and at least apart_px apart; closer only where one would stand alone."""
    least = max(high - low, 1e-12) / max(size_px / apart_px, 1.0)
    power = 10.0 ** (_exponent(least) - 1)
    steps = [power * lead for lead in (1, 2, 5, 10, 20, 50, 100)]
    roomy = [step for step in steps if step >= least * (1 - 1e-9)]
    plenty = [step for step in steps if len(multiples(step, low, high)) > 1]
    step = roomy[0] if roomy[0] in plenty or not plenty else plenty[-1]
    return [(step, multiples(step, low, high))]


def multiples(step: float, low: float, high: float) -> list[float]:
    """Multiples of the step in low..high, both ends included."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]


def _exponent(value: float) -> int:
    return int(f"{value:e}".rpartition("e")[2])
