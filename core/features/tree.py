"""Geometry of a wavelet-packet tree: which wavelets, how deep, and where a coefficient lies. Needs no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pywt
from numpy.typing import NDArray

from core.features.params import too_short
from core.foundation.errors import FeatureError

if TYPE_CHECKING:
    from ptwt.constants import Wavelet

MAX_LEVEL = 14


def wavelet_named(name: str) -> Wavelet:
    """The discrete wavelet of that name.

    Raises:
        FeatureError: PyWavelets has no discrete wavelet of that name (FE-003).
    """
    if name not in pywt.wavelist(kind="discrete"):  # pyright: ignore[reportAttributeAccessIssue]
        raise FeatureError(
            "FE-003",
            f"There is no discrete wavelet called {name!r}.",
            do="Choose one such as haar, db8, sym5 or coif4 (a number belongs to the family's name).",
            facts={"wavelet": name},
        )
    return pywt.Wavelet(name)  # pyright: ignore[reportAttributeAccessIssue]


def columns(frames: int, taps: int, level: int) -> int:
    """Number of coefficients of each node at a level."""
    for _ in range(level):
        frames = (frames + taps - 1) // 2
    return frames


def fits(frames: int, taps: int, level: int) -> bool:
    """Whether every level has more samples than mirroring adds to one end."""
    for _ in range(level):
        if frames <= (2 * taps - 3) // 2 + frames % 2:
            return False
        frames = (frames + taps - 1) // 2
    return True


def shortest(taps: int, level: int) -> int:
    """Fewest samples that a tree of that depth can take."""
    low, high = 1, 2 * taps << level
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle, taps, level) else (middle + 1, high)
    return low


def node_order(level: int, *, last_split_first: bool = False) -> NDArray[np.int64]:
    """For each band from low to high frequency the number of its node.

    A high-pass child is mirrored in frequency, so the node of band k is the one whose path, low 0 and high 1, is the
    Gray code of k. A node's number is its path read with the first split as the highest digit, or the last one.
    """
    band = np.arange(1 << level)
    path = band ^ (band >> 1)
    if not last_split_first:
        return path
    digits = (path[:, None] >> np.arange(level)) & 1
    return digits @ (1 << np.arange(level)[::-1])


def check_level(level: int, frames: int, taps: int, sample_rate: int) -> None:
    """Check a tree against the length of a signal.

    Raises:
        FeatureError: the level is outside 1..14 (FE-004), or the signal is too short for it (FE-001).
    """
    if not 1 <= level <= MAX_LEVEL:
        raise FeatureError(
            "FE-004", f"A packet tree cannot have {level} levels.", do=f"Choose 1 to {MAX_LEVEL} levels."
        )
    if frames < shortest(taps, level):
        raise too_short(f"wavelet packets of level {level}", frames, shortest(taps, level), sample_rate)


def packet_axes(
    frames: int, sample_rate: int, taps: int, level: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres of the coefficients' supports (s) and of the bands (Hz).

    One level maps coefficient m to the samples 2m - (taps - 2) … 2m + 1, centred on 2m - (taps - 3) / 2. So the first
    and last columns, which rest on mirrored samples, may be centred before the start and after the end.
    """
    step = 1 << level
    first = -(taps - 3) / 2 * (step - 1)
    time_s = (step * np.arange(columns(frames, taps, level)) + first) / sample_rate
    return time_s, (np.arange(step) + 0.5) * sample_rate / (2 * step)
