"""The three panels of an average: over time and frequency, per band, per label."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt

from app.plots.colours import signed_colours, translucent
from app.plots.explaining.base import PanelPlot
from core.explain.averaging import LABELS, Average

_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
_SAMPLES = ("━━", "╍╍", "┅┅")


class AveragePlot(PanelPlot):
    """Mean map, profile over frequency with its interval, and what speaks for, against and either way."""

    title = "Average of explanations"

    def __init__(self):
        super().__init__(3)
        self._shown: Average | None = None

    def show_average(self, average: Average | None) -> None:
        """Show an average; None shows nothing."""
        self._shown = average
        self.redraw()

    def describe(self) -> str:
        """Of how many windows, and which bands weigh most."""
        found = self._shown
        if found is None:
            return f"{self.title}. Nothing is averaged."
        strongest = int(np.argmax(found.profile))
        weakest = int(np.argmin(found.profile))
        high, low = (f"{found.frequency_hz[i]:.0f} Hz" for i in (strongest, weakest))
        return (
            f"{self.title}: {len(found.bands)} windows. Most for the target near {high}, most against it near {low}. "
            "What the model used, not what was forged."
        )

    def _arrange(self, parts: list[Any]) -> None:
        parts[0].setLabel("bottom", "time in the window (s)")
        parts[0].setLabel("left", "Frequency (kHz)")
        for part in parts[1:]:
            part.setLabel("bottom", "share of the attribution, ‰ per band")
            part.setYLink(parts[0])
        columns: Any = self.ci.layout
        for column, share in enumerate((2, 1, 1)):
            columns.setColumnStretchFactor(column, share)

    def _draw(self) -> None:
        found, theme = self._shown, self.theme
        self.head(0, "mean over the windows", ("■", theme.supports), "for", ("▨", theme.opposes), "against")
        self.head(1, "per band, net, with 95 % interval")
        colours = (theme.supports, theme.opposes, theme.text)
        signs = [((sign, colour), label) for sign, colour, label in zip(_SAMPLES, colours, LABELS, strict=True)]
        self.head(2, *(piece for pair in signs for piece in pair))
        if found is None:
            return
        kilohertz = found.frequency_hz / 1000
        self._draw_map(found)
        unit = 1000 / max(found.by_label[2].sum(), 1e-30)
        low, high = unit * found.interval
        if np.isfinite(low).all():
            self._spread(low, high, kilohertz)
        self.parts[1].plot(unit * found.profile, kilohertz, pen=self.line(theme.supports, width=1.8))
        self.parts[1].addItem(pg.InfiniteLine(0, angle=90, pen=self.line(theme.axis, width=1)))
        for values, style, colour in zip(found.by_label, _STYLES, colours, strict=True):
            self.parts[2].plot(unit * values, kilohertz, pen=self.line(colour, style))
        top = float(kilohertz[-1]) if kilohertz.size > 1 else 2 * float(kilohertz[-1])
        self.parts[0].setYRange(0.0, top, padding=0)
        for part in self.parts[1:]:
            part.enableAutoRange(axis="x")

    def _spread(self, low: np.ndarray, high: np.ndarray, kilohertz: np.ndarray) -> None:
        bars = pg.BarGraphItem(
            x0=low,
            x1=high,
            y=kilohertz,
            height=float(np.median(np.diff(kilohertz))) if kilohertz.size > 1 else 1.0,
            pen=None,
            brush=pg.mkBrush(translucent(self.theme.muted, 70)),
        )
        self.parts[1].addItem(bars)

    def _draw_map(self, found: Average) -> None:
        scale = float(np.percentile(np.abs(found.values), 99)) or 1.0
        picture = pg.ImageItem(signed_colours(found.values, scale, self.theme, 1.0), axisOrder="row-major")
        step = float(found.time_s[1] - found.time_s[0]) if found.time_s.size > 1 else 1.0
        top = float(found.frequency_hz[-1]) if found.frequency_hz.size > 1 else 2 * float(found.frequency_hz[-1])
        start, end = float(found.time_s[0]) - step / 2, float(found.time_s[-1]) + step / 2
        picture.setRect(QRectF(start, 0.0, end - start, top / 1000))
        self.parts[0].addItem(picture)
        self.parts[0].setXRange(start, end, padding=0)
