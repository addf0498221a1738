"""Difference of two spectrograms, signed, in dB: positive where the other recording has more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FLOOR_DBFS = -110.0
"""Lower levels count as this: what neither recording can hold is no difference."""


def level_difference(
    reference_db: NDArray[np.float32],
    other_db: NDArray[np.float32],
    frequency_hz: NDArray[np.float64],
    *,
    gain_db: float = 0.0,
    highest_hz: float,
) -> NDArray[np.float32]:
    """Other plus gain minus reference, both (bins, columns) in dBFS; NaN above highest_hz."""
    floor = np.float32(FLOOR_DBFS)
    difference = np.maximum(other_db + np.float32(gain_db), floor) - np.maximum(reference_db, floor)
    difference[frequency_hz > highest_hz] = np.nan
    return difference.astype(np.float32, copy=False)
