"""Plots whose lines are as wide in a figure as on the screen: they are counted in pixels, and a figure has more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QWidget


@contextmanager
def thick_lines(widget: QWidget, scale: float) -> Iterator[None]:
    """As long as this lasts, pyqtgraph's lines in a widget are `scale` times as wide."""
    views = [part for part in (widget, *widget.findChildren(QGraphicsView)) if isinstance(part, QGraphicsView)]
    drawn: list[tuple[Any, QPen]] = [
        (item, pen) for view in views for item in view.scene().items() if (pen := _pen(item)) is not None
    ]
    for item, pen in drawn:
        wide = QPen(pen)
        wide.setWidthF(max(pen.widthF(), 1.0) * scale)
        item.setPen(wide)
    try:
        yield
    finally:
        for item, pen in drawn:
            item.setPen(pen)


def _pen(item: QGraphicsItem) -> QPen | None:
    """What a line is drawn with; None for what is no line, or is drawn in units of its own."""
    if isinstance(item, pg.PlotCurveItem):
        pen = item.opts["pen"]
    elif isinstance(item, pg.InfiniteLine):
        pen = item.pen
    elif isinstance(item, pg.AxisItem):
        pen = item.pen()
    else:
        return None
    return QPen(pen) if pen is not None and pen.style() != Qt.PenStyle.NoPen else None
