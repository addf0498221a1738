"""Icons by name, drawn in a theme's colour from the line drawings in resources/icons."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from core.foundation.paths import resources_dir

_SIZES = (16, 20, 24, 32, 48, 64)


@lru_cache(maxsize=256)
def icon(name: str, colour: str, disabled: str = "", on: str = "") -> QIcon:
    """The drawing of that name in one colour.

    Args:
        name: File name in resources/icons, without its suffix.
        colour: `#rrggbb`.
        disabled: Colour while disabled.
        on: Name of the drawing shown while checked.
    """
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(_pixmap(name, colour, size))
        if disabled:
            made.addPixmap(_pixmap(name, disabled, size), QIcon.Mode.Disabled)
        if on:
            made.addPixmap(_pixmap(on, colour, size), QIcon.Mode.Normal, QIcon.State.On)
    return made


def _pixmap(name: str, colour: str, size: int) -> QPixmap:
    drawing = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
