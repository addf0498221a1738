"""Mean power of stretches of equal length, while a recording streams by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEAST = 1e-20
"""Levels are not below -200 dBFS, as in the measured condition, so that they stay finite."""


def stretch_powers(parts: Iterable[NDArray[np.floating[Any]]], frames: int) -> NDArray[np.float64]:
    """Mean squares (n,) of consecutive stretches of `frames` samples of parts (…, frames); the last may be shorter."""
    powers: list[NDArray[np.float64]] = []
    rest: NDArray[np.float64] | None = None
    for part in parts:
        square = np.atleast_2d(np.square(part, dtype=np.float64)).mean(axis=0)
        joined = square if rest is None else np.concatenate([rest, square])
        whole = len(joined) // frames * frames
        powers.append(joined[:whole].reshape(-1, frames).mean(axis=1))
        rest = joined[whole:]
    if rest is not None and len(rest):
        powers.append(rest.mean(keepdims=True))
    return np.concatenate(powers) if powers else np.empty(0)


def decibels(powers: NDArray[np.float64]) -> NDArray[np.float32]:
    """Powers relative to full scale in dB."""
    return (10 * np.log10(np.maximum(powers, _LEAST))).astype(np.float32)
