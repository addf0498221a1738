"""The column right of each lane: a colour bar with its scale, or nothing, always of the same width."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage

from app.plots.kept import Kept
from app.theme import Theme

_BAR_PX = 12.0
_GAP_PX = 10.0


def right_width(metrics: QFontMetricsF) -> float:
    """Width of the column."""
    return round(_GAP_PX + _BAR_PX + metrics.horizontalAdvance("−120 ") + 10)


class ColourBar(pg.GraphicsWidget):
    """Gradient from the lowest to the highest value, with labels beside and the unit on top."""

    def __init__(self):
        super().__init__()
        self._kept = Kept()
        self._table: NDArray[np.uint8] | None = None
        self._labels: list[tuple[float, str]] = []
        self._unit = ""
        self._colour = QColor("black")

    def set_scale(self, table: NDArray[np.uint8] | None, labels: list[tuple[float, str]], unit: str) -> None:
        """Show a map.

        Args:
            table: (n, 3) RGB from lowest to highest; None shows nothing.
            labels: Position 0..1 (0 is lowest) and text.
            unit: What the numbers are.
        """
        if table is not self._table or (labels, unit) != (self._labels, self._unit):
            self._table, self._labels, self._unit = table, labels, unit
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._colour = QColor(theme.axis)
        self.update()

    def paint(self, p: Any, *_args: Any, **_options: Any) -> None:
        """Draw it."""
        if self._table is not None:
            key = (self._table.tobytes(), self._labels, self._unit, self._colour, p.font())
            self._kept.draw(p, self.boundingRect(), key, self._draw)

    def _draw(self, p: Any) -> None:
        if self._table is None:
            return
        metrics = QFontMetricsF(p.font())
        height = self.size().height()
        top = metrics.height() + 4
        bar = QRectF(_GAP_PX, top, _BAR_PX, max(height - top - 4, 1.0))
        p.drawImage(bar, _gradient(self._table))
        p.setPen(self._colour)
        p.drawRect(bar)
        p.drawText(QRectF(0, 0, self.size().width(), top), Qt.AlignmentFlag.AlignCenter, self._unit)
        self._draw_labels(p, bar, metrics)

    def _draw_labels(self, p: Any, bar: QRectF, metrics: QFontMetricsF) -> None:
        half = metrics.height() / 2
        below = float("inf")
        for share, text in sorted(self._labels):
            y = bar.bottom() - share * bar.height()
            middle = min(max(y, bar.top() + half - 2), bar.bottom() - half + 2)
            if below - middle < 2 * half:
                continue
            below = middle
            p.drawLine(bar.right(), y, bar.right() + 3, y)
            box = QRectF(bar.right() + 5, middle - half, self.size().width() - bar.right() - 5, 2 * half)
            p.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _gradient(table: NDArray[np.uint8]) -> QImage:
    """An upright strip, highest value on top."""
    column = np.ascontiguousarray(table[::-1, None, :])
    return QImage(column.data, 1, len(column), 3, QImage.Format.Format_RGB888).copy()
