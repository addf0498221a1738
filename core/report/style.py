"""How all figures look: fonts, line widths, colours that colour-blind eyes and grey prints keep apart."""

from __future__ import annotations

from typing import Any

from matplotlib import font_manager

from core.foundation.paths import resources_dir

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.stretch": "condensed",
    "font.size": 7,
    "axes.linewidth": 0.5,
    "axes.titlesize": 7,
    "axes.titlelocation": "left",
    "axes.titlepad": 3,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
}
COLOURS = ("#0072B2", "#D55E00", "#000000", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Kept apart by all kinds of colour vision; lines differ in their dashes as well.

Source: Okabe and Ito (2008), Color universal design.
"""


def add_font() -> None:
    """Make the shipped font known, so that pictures look the same on every machine."""
    path = str(resources_dir() / "fonts" / "DejaVuSansCondensed.ttf")
    if path not in {entry.fname for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(path)
