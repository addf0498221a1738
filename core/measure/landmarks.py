"""Landmarks of a sound: pairs of them that come again say where a stretch may occur twice.

Source: Wang 2003, Proc. ISMIR, 7-13.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.foundation.progress import Progress

RATE_HZ = 8000
_HOP, _SIZE = 64, 512
_PEAK_REACH = (5, 9)
"""A landmark is the highest point within ±5 windows and ±9 bins."""
_FAN, _MOST_GAP = 6, 64
"""Each landmark is paired with the next 6, no more than 64 windows (0.5 s) later."""
_MOST_SAME = 40
"""Pairs that occur more often are a steady tone's and tell nothing."""
_PLACES, _SHIFTS = 64, 2
"""Agreeing pairs are counted in cells of 64 windows (0.5 s) of place and 2 windows (16 ms) of shift."""
PLACE_S = _PLACES * _HOP / RATE_HZ
"""How exactly a place is known."""
LEAST_FRAMES = 4 * _SIZE
"""Shorter sounds have too few windows."""


def places(
    waveform: NDArray[np.float32], *, least_gap_s: float, least_pairs: int, most: int, progress: Progress
) -> list[tuple[float, float]]:
    """(time, shift) in seconds where at least so many pairs of landmarks agree, most agreeing first.

    Args:
        waveform: (frames,) at 8 kHz.
        least_gap_s: Shortest shift.
        least_pairs: Fewer say nothing.
        most: Length of the list.
        progress: Told how far it is.
    """
    times, bins = _landmarks(waveform, progress)
    votes = _votes(*_keys(times, bins), round(least_gap_s * RATE_HZ / _HOP), progress)
    near = {cell: _near(votes, cell) for cell in votes}
    best = sorted((cell for cell in near if near[cell] >= least_pairs), key=lambda cell: -near[cell])
    window_s = _HOP / RATE_HZ
    return [(place * PLACE_S, _SHIFTS * (shift + 0.5) * window_s) for shift, place in best[:most]]


def _spectra(waveform: NDArray[np.float32]) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Levels (windows, bins) in dB, with some windows before and behind that belong to the neighbours."""
    window = np.hanning(_SIZE + 1)[:-1].astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(waveform, _SIZE)[::_HOP]
    reach, step = _PEAK_REACH[0], 4096
    for first in range(0, len(frames), step):
        begin = max(first - reach, 0)
        part = frames[begin : first + step + reach] * window
        level = 20 * np.log10(np.abs(np.fft.rfft(part, axis=1)) + 1e-6)
        yield begin, level.astype(np.float32)


def _landmarks(waveform: NDArray[np.float32], progress: Progress) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Times and bins of points that are the highest around, by time."""
    times, bins = [], []
    total = max((len(waveform) - _SIZE) // _HOP, 1)
    for begin, level in _spectra(waveform):
        progress.check()
        size = (2 * _PEAK_REACH[0] + 1, 2 * _PEAK_REACH[1] + 1)
        top = ndimage.maximum_filter(level, size=size, mode="constant", cval=-200.0)
        found = (level == top) & (level > np.median(level) + 6) & (level > -70)
        at, row = np.nonzero(found)
        times.append(at + begin)
        bins.append(row)
        progress.report(min((begin + len(level)) / total, 1.0), "finding landmarks")
    pairs = np.unique(np.stack([np.concatenate(times), np.concatenate(bins)], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _votes(keys: NDArray[np.int64], at: NDArray[np.int64], gap: int, progress: Progress) -> dict[tuple[int, int], int]:
    """How often equal pairs lie at each (shift, place), in cells."""
    order = np.lexsort((at, keys))
    keys, at = keys[order], at[order]
    edges = np.flatnonzero(np.diff(keys, prepend=-1, append=-1))
    votes: dict[tuple[int, int], int] = {}
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if not 2 <= stop - start <= _MOST_SAME:
            continue
        progress.check()
        for earlier, later in combinations(at[start:stop].tolist(), 2):
            if later - earlier >= gap:
                cell = ((later - earlier) // _SHIFTS, earlier // _PLACES)
                votes[cell] = votes.get(cell, 0) + 1
    return votes


def _near(votes: dict[tuple[int, int], int], cell: tuple[int, int]) -> int:
    """Votes of a cell and of its neighbours in shift: a copy need not lie on the windows' grid."""
    shift, place = cell
    return sum(votes.get((shift + by, place), 0) for by in (-1, 0, 1))


def _keys(times: NDArray[np.int64], bins: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair of landmarks as one number of both bins and the time between, and where it begins."""
    keys, at = [], []
    for ahead in range(1, _FAN + 1):
        between = times[ahead:] - times[:-ahead]
        near = between <= _MOST_GAP
        first, second = bins[:-ahead][near], bins[ahead:][near]
        keys.append((first * (_SIZE // 2 + 1) + second) * (_MOST_GAP + 1) + between[near])
        at.append(times[:-ahead][near])
    return np.concatenate(keys), np.concatenate(at)
