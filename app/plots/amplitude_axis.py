"""Labels of the waveform's vertical axis: full scale or dBFS, for every channel's row."""

from __future__ import annotations

import math

from app.plots.value_axis import Tick, number

_LOW_ROW_PX = 44.0
_HIGH_ROW_PX = 130.0


def amplitude_ticks(row_px: float, gain: float) -> list[Tick]:
    """Heights (-1..1) and labels in full scale of a row that shows ±1/gain."""
    if row_px < _LOW_ROW_PX:
        return [(0.0, "0")]
    levels = (-1.0, 0.0, 1.0) if row_px < _HIGH_ROW_PX else (-1.0, -0.5, 0.0, 0.5, 1.0)
    decimals = (1 if len(levels) > 3 else 0) + max(0, math.ceil(math.log10(gain) - 1e-9)) + (gain > 1)
    return [(level, number(level / gain, decimals if level else 0)) for level in levels]


def decibel_ticks(row_px: float, gain: float) -> list[Tick]:
    """Heights (-1..1) and labels in dBFS of a row that shows ±1/gain; the middle is digital silence."""
    middle = [(0.0, "−∞")]
    if row_px < _LOW_ROW_PX:
        return middle
    top = -20.0 * math.log10(gain)
    drops = (0, 6) if row_px < _HIGH_ROW_PX else (0, 3, 6, 12)
    upper = [(10 ** (-drop / 20), number(top - drop)) for drop in drops]
    return [*upper, *middle, *((-height, text) for height, text in reversed(upper))]
