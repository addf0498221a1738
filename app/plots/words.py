"""Words in the middle of a lane, for as long as there is nothing to draw."""

from __future__ import annotations

import pyqtgraph as pg

_MARGIN_PX = 12
_OVER_LINES = 10_000


def show_words(item: pg.TextItem, text: str, view_box: pg.ViewBox) -> None:
    """Write a text into the middle of a view box, in as many lines as its width asks for."""
    size = view_box.size()
    if (scene := view_box.scene()) is not None and scene.views():
        item.fill = scene.views()[0].backgroundBrush()  # no cursor and no mark is seen through the words
    item.setZValue(_OVER_LINES)
    room_px = max(size.width() - 2 * _MARGIN_PX, 1.0)
    item.setText(text)
    item.setTextWidth(-1)
    if item.textItem.boundingRect().width() > room_px:
        item.setTextWidth(room_px)
    item.setPos(size.width() / 2, size.height() / 2)
