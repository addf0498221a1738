"""Frequency axes: linear, logarithmic, and as hearing spaces them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.plots.value_axis import Tick, multiples, number

LOWEST_LOG_HZ = 20.0
_APART_PX = 28.0
_LEAST_PX = 15.0
_LEAST_LABELS = 3
_ROUND_STEPS = 6


@dataclass(frozen=True, slots=True)
class FrequencyScale:
    """A rising function from hertz to positions on an axis, and its inverse; both take numbers and arrays."""

    title: str
    height: Callable[[Any], Any]
    hertz: Callable[[Any], Any]
    lowest_hz: float = 0.0
    """Where the axis begins."""


SCALES = {
    "linear": FrequencyScale("Linear", lambda f: f, lambda y: y),
    "mel": FrequencyScale(
        "Mel",
        lambda f: 2595.0 * np.log10(1 + np.asarray(f) / 700.0),
        lambda y: 700.0 * (10 ** (np.asarray(y) / 2595) - 1),
    ),
    "log": FrequencyScale(
        "Logarithmic",
        lambda f: np.log10(np.maximum(f, LOWEST_LOG_HZ)),
        lambda y: 10.0 ** np.asarray(y),
        LOWEST_LOG_HZ,
    ),
    "bark": FrequencyScale(
        "Bark",
        lambda f: 26.81 * np.asarray(f) / (1960.0 + np.asarray(f)) - 0.53,
        lambda y: 1960.0 * (np.asarray(y) + 0.53) / (26.28 - np.asarray(y)),
    ),
    "erb": FrequencyScale(
        "ERB rate",
        lambda f: 21.4 * np.log10(1 + 0.00437 * np.asarray(f)),
        lambda y: (10 ** (np.asarray(y) / 21.4) - 1) / 0.00437,
    ),
}
"""Source: mel O'Shaughnessy 1987; Bark Traunmüller 1990, JASA 88; ERB rate Glasberg and Moore 1990, Hear. Res. 47."""
LINEAR = SCALES["linear"]


def frequency_ticks(scale: FrequencyScale, low: float, high: float, size_px: float) -> list[Tick]:
    """Positions and labels in kHz of round frequencies: at least three, and as many as stand clear of each other."""
    low_hz, high_hz = float(scale.hertz(low)), float(scale.hertz(high))
    pixel = max(high - low, 1e-12) / max(size_px, 1.0)
    even = _even(low_hz, high_hz, pixel) if scale is LINEAR else _uneven(scale, low_hz, high_hz, pixel)
    return [(float(scale.height(hertz)), _kilohertz(hertz)) for hertz in even]


def _even(low_hz: float, high_hz: float, pixel_hz: float) -> list[float]:
    """Multiples of the narrowest step whose labels stand clear, or of the next one that gives three."""
    steps = _steps(low_hz, high_hz)
    clear = [step for step in steps if step >= _APART_PX * pixel_hz] or steps[:1]
    enough = (multiples(step, low_hz, high_hz) for step in steps[steps.index(clear[-1]) :])
    return next((places for places in enough if len(places) >= _LEAST_LABELS), [])


def _uneven(scale: FrequencyScale, low_hz: float, high_hz: float, pixel: float) -> list[float]:
    """Round frequencies, the roundest first, each where there is room for it."""
    placed: dict[float, float] = {}
    for rank, group in enumerate(_groups(scale, max(low_hz, scale.lowest_hz), high_hz)):
        if rank >= _ROUND_STEPS and len(placed) >= _LEAST_LABELS:
            break
        apart = _APART_PX if len(placed) >= _LEAST_LABELS else _LEAST_PX
        for hertz in group:
            at = float(scale.height(hertz))
            if all(abs(at - other) >= apart * pixel for other in placed.values()):
                placed[hertz] = at
    return sorted(placed)


def _groups(scale: FrequencyScale, low_hz: float, high_hz: float) -> Iterator[list[float]]:
    """Frequencies, the roundest first: of every decade where the axis is logarithmic, then even steps."""
    if scale.lowest_hz:
        for leads in ((1,), (2, 5)):
            places = (lead * 10.0**power for power in range(1, 5) for lead in leads)
            yield [hertz for hertz in places if low_hz <= hertz <= high_hz]
    yield from (multiples(step, low_hz, high_hz) for step in _steps(low_hz, high_hz))


def _steps(low_hz: float, high_hz: float) -> list[float]:
    """Round distances from a wide to a narrow one."""
    top = math.floor(math.log10(max(high_hz - low_hz, 1e-3)))
    return [lead * 10.0**power for power in (top, top - 1, top - 2) for lead in (5, 2, 1)]


def _kilohertz(hertz: float) -> str:
    text = f"{hertz / 1000:.3f}".rstrip("0").rstrip(".")
    return number(float(text), len(text.partition(".")[2]))
