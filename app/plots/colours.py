"""Colour maps of plots: brightness grows monotonically, none is a rainbow; and signs on a diverging map."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from app.theme import Theme

COLOUR_MAPS = {
    "cividis": "Cividis",
    "magma": "Magma",
    "viridis": "Viridis",
    "greys": "Greys",
    "print": "Greys, for print",
}
"""Name and title of the maps for levels."""
DEFAULT_MAP = "cividis"
_SHADES = 255


@cache
def colour_table(name: str) -> NDArray[np.uint8]:
    """The map as (256, 3) RGB, from the lowest to the highest value.

    Raises:
        KeyError: not one of COLOUR_MAPS.
    """
    if name not in COLOUR_MAPS:
        raise KeyError(name)
    if name in ("greys", "print"):
        ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
        return ramp if name == "greys" else ramp[::-1].copy()
    found: Any = pg.colormap.get(name)
    return found.getLookupTable(nPts=256)[:, :3]


@cache
def packed_table(name: str) -> NDArray[np.uint32]:
    """The same as (256,) numbers 0xffRRGGBB."""
    red, green, blue = colour_table(name).astype(np.uint32).T
    return np.uint32(0xFF000000) | red << 16 | green << 8 | blue


def rgb(colour: str) -> NDArray[np.float64]:
    """`#rrggbb` as three numbers 0..255."""
    value = QColor(colour)
    return np.array([value.red(), value.green(), value.blue()], float)


def signed_colours(values: NDArray[np.floating[Any]], scale: float, theme: Theme, opacity: float) -> NDArray[np.uint8]:
    """RGBA (rows, columns, 4) of signed values: colour says the sign, opacity the size; ±scale is the strongest.

    Negative cells are hatched, so that the sign does not rest on colour alone. Cells that are NaN are clear.
    """
    shade = np.clip(np.nan_to_num(values) * np.float32(_SHADES / max(scale, 1e-30)), -_SHADES, _SHADES).astype(np.int16)
    diagonal = np.add.outer(np.arange(values.shape[0]), np.arange(values.shape[1])) % 6
    shade[(shade < 0) & (diagonal < 2)] //= 8
    steps = np.arange(-_SHADES, _SHADES + 1)
    table = np.empty((steps.size, 4), np.uint8)
    table[:, :3] = np.where(steps[:, None] >= 0, rgb(theme.supports), rgb(theme.opposes))
    table[:, 3] = 255 * opacity * np.sqrt(np.abs(steps) / _SHADES)
    return table[shade + _SHADES]


def translucent(colour: str, alpha: int) -> QColor:
    """A colour with an alpha of 0..255."""
    value = QColor(colour)
    value.setAlpha(alpha)
    return value
