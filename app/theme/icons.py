"""Icons by name, drawn in a theme's colour from the line drawings in resources/icons."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from core.foundation.paths import resources_dir

_SIZES = (16, 20, 24, 32, 48, 64)


def icon(name: str, colour: str, disabled: str | None = None) -> QIcon:
    """The drawing of that name in one colour, and in another while disabled."""
    drawing = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(_pixmap(drawing, colour, size))
        if disabled:
            made.addPixmap(_pixmap(drawing, disabled, size), QIcon.Mode.Disabled)
    return made


def _pixmap(drawing: str, colour: str, size: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
