"""Labels of the waveform's vertical axis: full scale or dBFS, for every channel's row."""

from __future__ import annotations

import math

from app.plots.value_axis import Tick, number

LOW_ROW_LINES = 3.4
_MIDDLE_ROW_LINES = 5.3
_HIGH_ROW_LINES = 9.1
"""Height of a row, in lines of text, from which the outermost labels of two neighbouring rows stand clear."""


def amplitude_ticks(row_lines: float, gain: float, *, is_alone: bool = False) -> list[Tick]:
    """Heights (-1..1) and labels in full scale of a row that shows ±1/gain; a row alone has room for ±1 sooner."""
    if row_lines < LOW_ROW_LINES:
        return [(0.0, "0")]
    to_the_edge = row_lines >= (_MIDDLE_ROW_LINES if is_alone else _HIGH_ROW_LINES)
    levels = (-1.0, -0.5, 0.0, 0.5, 1.0) if to_the_edge else (-0.5, 0.0, 0.5)
    decimals = 1 + max(0, math.ceil(math.log10(gain) - 1e-9))
    return [(level, number(level / gain, decimals if level else 0)) for level in levels]


def decibel_ticks(row_lines: float, gain: float) -> list[Tick]:
    """Heights (-1..1) and labels in dBFS of a row that shows ±1/gain; the middle is digital silence."""
    middle = [(0.0, "−∞")]
    if row_lines < LOW_ROW_LINES:
        return middle
    top = -20.0 * math.log10(gain)
    drops = (0, 3, 6, 12) if row_lines >= _HIGH_ROW_LINES else (3, 10) if row_lines >= _MIDDLE_ROW_LINES else (6,)
    upper = [(10 ** (-drop / 20), number(top - drop)) for drop in drops]
    return [*upper, *middle, *((-height, text) for height, text in reversed(upper))]
