"""A thin line in the overview under what was listened to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from app.plots.items import Curve
from app.theme import Theme

_Y = 1.0
"""Along the top: the bottom belongs to the scores."""


class ListenedLine:
    """Lies in a plot whose axis of time is the recording's."""

    def __init__(self, view_box: pg.ViewBox):
        self._line = Curve(view_box, "pairs")

    def set_spans(self, spans: Sequence[tuple[float, float]]) -> None:
        """Draw these stretches, seconds."""
        edges = np.array(spans, float).ravel()
        self._line.draw(edges, np.full(edges.shape, _Y))

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._line.use_pen(pg.mkPen(theme.good, width=3, capStyle=Qt.PenCapStyle.FlatCap))
