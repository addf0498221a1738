"""Two tracks on one scale over the recording, and where they differ most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from app.plots.colours import translucent
from app.plots.explaining.base import PanelPlot

if TYPE_CHECKING:
    from core.analysis.disagreement import Disagreement

_UNITS = {"log10 LR": "log10 LR, not bounded", "rank": "rank in this recording (0 to 1)"}
"""Written below: beside the axis it would be cut off in a low panel."""


class TracksPlot(PanelPlot):
    """Both tracks; the stretches that are listed lie in a band, the chosen one between lines."""

    title = "Two tracks and where they differ most"

    def __init__(self):
        super().__init__()
        self._shown: Disagreement | None = None
        self._names = ("", "")
        self._chosen = -1

    def show_tracks(self, found: Disagreement | None, names: tuple[str, str]) -> None:
        """Show a comparison; None shows nothing."""
        self._shown, self._names, self._chosen = found, names, -1
        self.redraw()

    def choose(self, row: int) -> None:
        """Stress a stretch by its place in the list."""
        self._chosen = row
        self.redraw()

    def describe(self) -> str:
        """How alike the tracks are, and the largest difference."""
        found = self._shown
        if found is None:
            return f"{self.title}. Nothing is compared."
        alike = f"Rank correlation {found.correlation:.2f}." if np.isfinite(found.correlation) else ""
        if not found.stretches:
            return f"{self.title}. {alike} They do not differ."
        first = found.stretches[0]
        return (
            f"{self.title}. {alike} Largest difference from {first.start_s:.1f} to {first.end_s:.1f} s: "
            f"{first.difference:+.2f} ({_UNITS[found.scale]})."
        )

    def _draw(self) -> None:
        found, theme, part = self._shown, self.theme, self.parts[0]
        signs = (("━━", theme.supports), self._names[0], ("╍╍", theme.opposes), self._names[1])
        self.head(0, *(signs if found else ()))
        if found is None:
            return
        part.setLabel("bottom", f"time (s); upright: {_UNITS[found.scale]}")
        for row, stretch in enumerate(found.stretches):
            is_chosen = row == self._chosen
            region = pg.LinearRegionItem(
                (stretch.start_s, stretch.end_s),
                movable=False,
                brush=translucent(theme.selection, 90 if is_chosen else 35),
                pen=self.line(theme.cursor, width=1.5) if is_chosen else pg.mkPen(None),
            )
            region.setZValue(-10)
            part.addItem(region)
        styles = ((theme.supports, Qt.PenStyle.SolidLine), (theme.opposes, Qt.PenStyle.DashLine))
        for values, (colour, style) in zip(found.standardised, styles, strict=True):
            middles = (found.edges_s[:-1] + found.edges_s[1:]) / 2
            part.plot(middles, values, pen=self.line(colour, style), connect="finite")
        part.setXRange(float(found.edges_s[0]), float(found.edges_s[-1]), padding=0)
        part.enableAutoRange(axis="y")
