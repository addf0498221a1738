"""Colour maps: brightness grows all the way; signs are told apart by more than colour."""

from __future__ import annotations

import numpy as np
import pytest

from app.plots.colours import COLOUR_MAPS, colour_table, signed_colours
from app.theme import DARK


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_brightness_is_monotone(name: str):
    """Relative luminance of sRGB, as in WCAG."""
    table = colour_table(name) / 255
    linear = np.where(table <= 0.04045, table / 12.92, ((table + 0.055) / 1.055) ** 2.4)
    steps = np.diff(linear @ [0.2126, 0.7152, 0.0722])
    assert (steps >= -1e-3).all() or (steps <= 1e-3).all()
    assert abs(steps.sum()) > 0.6


def test_unknown_map_is_refused():
    with pytest.raises(KeyError, match="rainbow"):
        colour_table("rainbow")


def test_sign_chooses_colour_and_size_opacity():
    values = np.array([[1.0, -1.0, 0.0, np.nan, 0.25]], np.float32)
    pixels = signed_colours(np.repeat(values, 6, axis=0), 1.0, DARK, 1.0)
    assert tuple(pixels[0, 0, :3]) == (0xF0, 0x96, 0x3C)
    assert tuple(pixels[0, 1, :3]) == (0x5F, 0xB8, 0xEC)
    assert (pixels[:, 0, 3] == 255).all()
    assert (pixels[:, 2:4, 3] == 0).all()
    assert pixels[0, 4, 3] == pytest.approx(127, abs=2)


def test_negative_cells_are_hatched():
    pixels = signed_colours(np.full((12, 12), -1.0, np.float32), 1.0, DARK, 1.0)
    assert len(np.unique(pixels[..., 3])) == 2
