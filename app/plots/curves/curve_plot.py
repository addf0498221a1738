"""A plot of curves with units on both axes, a cross-hair for pointer and keys, and a line that can be dragged."""

from __future__ import annotations

from html import escape
from itertools import cycle
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent

from app.plots.colours import translucent
from app.plots.curves.figure import Curve, Figure, Mark
from app.plots.value_axis import LEFT_CHARACTERS, ValueAxis, left_width
from app.theme import Theme

_PENS = {
    "solid": Qt.PenStyle.SolidLine,
    "dash": Qt.PenStyle.DashLine,
    "dot": Qt.PenStyle.DotLine,
    "dash-dot": Qt.PenStyle.DashDotLine,
}
_HEADROOM = 0.06
_PALE = 150
_COLOURS = ("waveform", "synthetic", "text", "good")
"""Of the main lines, in their order."""
_SAMPLES = {"solid": "━━", "dash": "╍╍", "dot": "┅┅", "dash-dot": "╍·", "points": "●", "bars": "▮"}
_AXIS_GAP_PX = 12
_LEAST_PX = (160, 90)
_LEAST_LINES = 5
"""Least height in heights of a line, two of which are the axis below."""
_NONE = -0.3
"""Where a logarithmic bar for a count of zero ends: below that of one."""
_NAMED = {"solid": "solid line", "dash": "dashed line", "dot": "dotted line", "dash-dot": "dash-dotted line"}


class _BottomAxis(pg.AxisItem):
    """Numbers with a true minus sign, as on the left."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [text.replace("-", "\N{MINUS SIGN}") for text in super().tickStrings(values, scale, spacing)]


class CurvePlot(pg.PlotWidget):
    """Draws a Figure. Arrow keys move the cross-hair from value to value of the first curve."""

    pointed = Signal(str)
    """What is under the cross-hair, in words with units."""
    dragged = Signal(float)
    """Where the movable line was put."""

    def __init__(self, name: str, theme: Theme):
        self._left = ValueAxis("")
        self._bottom = _BottomAxis("bottom")
        self._bottom.enableAutoSIPrefix(False)
        self._bottom.setStyle(tickLength=-4, maxTextLevel=0)
        self._item: Any = pg.PlotItem(axisItems={"left": self._left, "bottom": self._bottom}, enableMenu=False)
        super().__init__(plotItem=self._item)
        self._figure: Figure | None = None
        self._theme = theme
        self._at = 0
        self._items: list[Any] = []
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._moved = pg.InfiniteLine(angle=90, movable=True)
        self._moved.sigPositionChangeFinished.connect(lambda line: self.dragged.emit(float(line.value())))
        self._note = pg.TextItem(anchor=(0.5, 0.5))
        self._build(name)
        self.set_theme(theme)

    @property
    def figure(self) -> Figure | None:
        """What is drawn."""
        return self._figure

    def set_figure(self, figure: Figure | None) -> None:
        """Draw this, and fit it; None empties the plot."""
        self._figure, self._at = figure, 0
        self._redraw()
        self._show_note(figure)
        if figure is not None:
            self._left.set_title(figure.y_name, figure.y_unit)
            self._bottom.setLabel(f"{figure.x_name} ({figure.x_unit})" if figure.x_unit else figure.x_name)
            self._bottom.resizeEvent()  # puts the title in the middle of its new width
            self.fit()
        self.setAccessibleDescription(self.describe())

    def _show_note(self, figure: Figure | None) -> None:
        note = figure.note if figure is not None and not figure.curves else ""
        has_values = figure is not None and not note
        self._note.setText(note)
        self._note.setPos(0.5, 0.5)
        self._note.setVisible(bool(note))
        for axis in (self._left, self._bottom):
            axis.setStyle(showValues=has_values)
        self._item.showGrid(x=has_values, y=has_values, alpha=0.25)

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Draw other marks on the same curves; the view stays."""
        if self._figure is not None:
            figure = self._figure
            self._figure = Figure(
                **{name: getattr(figure, name) for name in Figure.__dataclass_fields__ if name != "marks"}, marks=marks
            )
            self._redraw()

    def set_movable(self, x: float | None) -> None:
        """Show the line that can be dragged; None hides it."""
        self._moved.setVisible(x is not None)
        if x is not None and x != self._moved.value():
            self._moved.blockSignals(True)
            self._moved.setValue(x)
            self._moved.blockSignals(False)

    def fit(self) -> None:
        """Show everything."""
        figure = self._figure
        if figure is None or not figure.curves:
            self._item.getViewBox().setRange(xRange=(0, 1), yRange=(0, 1), padding=0)
            return
        x_range = figure.x_range or _range([curve.x for curve in figure.curves])
        y_range = figure.y_range or _range([self._height(curve.y) for curve in figure.curves], _HEADROOM)
        box = self._item.getViewBox()
        box.setXRange(x_range[0], x_range[1], padding=0.01)
        box.setYRange(y_range[0], y_range[1], padding=0)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.setBackground(theme.plot)
        self._fit_axes()
        for axis in (self._left, self._bottom):
            axis.setPen(theme.axis)
            axis.setTextPen(theme.axis)
        self._cross.setPen(pg.mkPen(theme.cursor, width=1))
        self._moved.setPen(pg.mkPen(theme.playhead, width=2))
        self._moved.setHoverPen(pg.mkPen(theme.playhead, width=3))
        self._note.setColor(theme.muted)
        self._redraw()

    def describe(self) -> str:
        """What is drawn, in words."""
        figure = self._figure
        if figure is None or not figure.curves:
            note = figure.note.replace("\n", " ") if figure is not None else ""
            return f"{figure.title}. {note}." if figure is not None and note else "Nothing is drawn yet."
        lines = "; ".join(f"{curve.name} ({_NAMED.get(curve.style, curve.style)})" for curve in figure.curves)
        low, high = _range([curve.y for curve in figure.curves])
        marks = ", ".join(mark.text for mark in figure.marks if mark.text)
        return (
            f"{figure.title}: {figure.y_name} over {figure.x_name}. {lines}. "
            f"From {low:.4g} to {high:.4g} {figure.y_unit}." + (f" Marked: {marks}." if marks else "")
        )

    def sizeHint(self) -> QSize:
        """The least: what scrolls plots would take more for what they need."""
        return self.minimumSize()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Arrows move the cross-hair, by 1 or, with Shift, by 20 values; Home shows everything."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if ev.key() == Qt.Key.Key_Home:
            self.fit()
        elif ev.key() in steps and self._figure and self._figure.curves:
            wide = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._go(self._at + steps[Qt.Key(ev.key())] * (20 if wide else 1))
        else:
            ev.ignore()

    def _build(self, name: str) -> None:
        item = self._item
        item.hideButtons()
        item.layout.setContentsMargins(0, 4, 8, 7)  # the axis title hangs over its axis by some pixels
        item.addItem(self._note, ignoreBounds=True)
        for line in (self._cross, self._moved):
            line.hide()
            item.addItem(line, ignoreBounds=True)
        self._fit_axes()
        self._show_note(None)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(_LEAST_PX[0])
        self.setAcceptDrops(False)
        for changed in (item.getViewBox().sigYRangeChanged, item.getViewBox().sigResized):
            changed.connect(lambda *_: self._widen())
        scene: Any = self.scene()
        scene.sigMouseMoved.connect(self._hover)

    def _fit_axes(self) -> None:
        """Room for labels and titles in the size of the text."""
        font = QFont(self.font())
        for axis in (self._left, self._bottom):
            axis.setTickFont(font)
            if axis.label is not None:
                axis.label.setFont(font)
        line_px = QFontMetricsF(font).height()
        self._widen()
        self._bottom.setHeight(round(2 * line_px) + _AXIS_GAP_PX)
        self._bottom.resizeEvent()  # puts the title in the middle of its new width
        self.setMinimumHeight(max(_LEAST_PX[1], round(_LEAST_LINES * line_px) + _AXIS_GAP_PX))

    def _widen(self) -> None:
        """Room on the left for the longest number that stands there now."""
        low, high = self._item.getViewBox().viewRange()[1]
        ticks = self._left.tickValues(low, high, max(self._left.size().height(), 1.0))
        texts = [text for step, values in ticks for text in self._left.tickStrings(values, 1.0, step)]
        width = left_width(QFont(self.font()), max([LEFT_CHARACTERS, *map(len, texts)]))
        if width != round(self._left.width()):
            self._left.setWidth(width)

    def _redraw(self) -> None:
        for item in self._items:
            self._item.removeItem(item)
        self._items = []
        if self._figure is None:
            return
        for curve, colour in zip(self._figure.curves, self._colours(), strict=True):
            self._draw(curve, colour)
        for mark in self._figure.marks:
            self._draw_mark(mark)

    def legend(self) -> str:
        """How each line looks and what it is, as rich text; empty for a single one."""
        curves = self._figure.curves if self._figure is not None else ()
        parts = [
            f'<span style="color:{colour.name()}"><b>{_SAMPLES[curve.style]}</b></span>&nbsp;{escape(curve.name)}'
            for curve, colour in zip(curves, self._colours(), strict=True)
        ]
        return "&nbsp;&nbsp; ".join(parts) if len(parts) > 1 else ""

    def _colours(self) -> list[QColor]:
        """Of each curve: main ones differ, others are pale."""
        curves = self._figure.curves if self._figure is not None else ()
        names = cycle(_COLOURS)
        pale = translucent(self._theme.axis, _PALE)
        return [QColor(getattr(self._theme, next(names))) if curve.is_main else pale for curve in curves]

    def _draw(self, curve: Curve, colour: QColor) -> None:
        y = self._height(curve.y)
        if curve.style == "points":
            seen = np.isfinite(y)
            item = self.plot(
                curve.x[seen],
                y[seen],
                pen=None,
                symbol="o",
                symbolSize=6,
                symbolBrush=colour,
                symbolPen=None,
            )
        elif curve.style == "bars":
            item = self.plot(*_steps(curve.x, y), pen=pg.mkPen(colour, width=1))
        else:
            pen = pg.mkPen(colour, width=1.6 if curve.is_main else 1.2, style=_PENS[curve.style])
            item = self.plot(curve.x, y, pen=pen, connect="finite")
        item.setClipToView(True)
        item.setDownsampling(auto=True, method="peak")
        self._items.append(item)

    def _draw_mark(self, mark: Mark) -> None:
        options = {"position": mark.height, "color": self._theme.axis, "anchors": [(0, 0), (1, 0)]}
        pen = pg.mkPen(self._theme.synthetic, width=1, style=Qt.PenStyle.DashLine)
        line = pg.InfiniteLine(pos=mark.x, angle=90, pen=pen, label=mark.text, labelOpts=options)
        self._item.addItem(line, ignoreBounds=True)
        self._items.append(line)

    def _height(self, y: NDArray[Any]) -> NDArray[np.float64]:
        values = np.asarray(y, np.float64)
        if self._figure is not None and self._figure.log_y:
            return np.where(values > 0, np.log10(np.maximum(values, 1e-300)), np.nan)
        return values

    def _hover(self, position: QPointF) -> None:
        box = self._item.getViewBox()
        if self._figure and self._figure.curves and box.sceneBoundingRect().contains(position):
            x = np.asarray(self._figure.curves[0].x, np.float64)
            self._go(int(np.abs(x - box.mapSceneToView(position).x()).argmin()))

    def _go(self, at: int) -> None:
        figure = self._figure
        if figure is None or not figure.curves:
            return
        first = figure.curves[0]
        self._at = min(max(at, 0), len(first.x) - 1)
        x = float(first.x[self._at])
        self._cross.setValue(x)
        self._cross.show()
        values = [f"{curve.name} {_value(curve, x):.6g} {figure.y_unit}".rstrip() for curve in figure.curves]
        self.pointed.emit(f"{x:.8g} {figure.x_unit}: " + "; ".join(values))


def _value(curve: Curve, x: float) -> float:
    return float(curve.y[int(np.abs(np.asarray(curve.x, np.float64) - x).argmin())])


def _range(rows: list[NDArray[Any]], headroom: float = 0.0) -> tuple[float, float]:
    finite = [np.asarray(row, np.float64)[np.isfinite(np.asarray(row, np.float64))] for row in rows]
    finite = [row for row in finite if row.size]
    if not finite:
        return 0.0, 1.0
    low, high = min(float(row.min()) for row in finite), max(float(row.max()) for row in finite)
    more = headroom * (high - low) if high > low else 0.5
    return low - more, high + more


def _steps(x: NDArray[Any], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Outline of bars of equal width about each x."""
    half = (x[1] - x[0]) / 2 if len(x) > 1 else 0.5
    heights = np.nan_to_num(y, nan=_NONE)
    return np.column_stack([x - half, x + half]).ravel(), np.repeat(heights, 2)
