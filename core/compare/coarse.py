"""Where in a long recording stretches of another one lie, to a hundredth of a second, from their envelopes.

Log energies in a few bands, less their mean over a second, are compared by normalised cross-correlation. Each stretch
votes for itself, so that neither drift nor an edit smears what the others found.
Source: normalised cross-correlation by FFT and running sums, Lewis, Fast Normalized Cross-Correlation, Vision
Interface 1995.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from core.compare.alignment import Part
from core.foundation.progress import SILENT, Progress, span

RATE_HZ = 8000
HOP_S = 0.01
_HOP = round(HOP_S * RATE_HZ)
_WINDOW = 256
_EDGES_HZ = (100, 300, 600, 1000, 1600, 2500, 3800)
_FLOOR_DB = -90.0
_MEAN_FRAMES = 101
_MOST_DB = 12.0
"""Larger steps count as this: a click must not outweigh a sentence."""
_STRETCHES = 24
_STRETCH_S = (1.0, 10.0)
_PEAKS = 3
"""Places that each stretch names, as speech repeats itself."""
_APART_FRAMES = 25
_LEAST_ENERGY = 0.1
Envelope = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A place of the other recording at which a stretch of the reference seems to lie."""

    reference_s: float
    other_s: float
    likeness: float
    """Normalised correlation, 0..1."""

    @property
    def shift_s(self) -> float:
        """Reference time minus the other's."""
        return self.reference_s - self.other_s


def envelope(part: Part, progress: Progress = SILENT) -> Envelope:
    """(bands, frames) of level changes, dB, one frame each 10 ms from the part's start.

    Raises:
        AudioError: the file cannot be read.
        Cancelled: it was stopped.
    """
    made, rest, done_s = [], np.zeros((_WINDOW - _HOP) // 2, np.float32), 0.0
    for block in part.blocks(RATE_HZ):
        progress.check()
        joined = np.concatenate([rest, block])
        count = max((len(joined) - _WINDOW) // _HOP + 1, 0)
        made.append(_band_levels(joined, count))
        rest = joined[count * _HOP :]
        done_s += len(block) / RATE_HZ
        progress.report(min(done_s / max(part.duration_s, 1e-9), 1.0), "reading the envelope")
    levels = np.concatenate(made, axis=1) if made else np.zeros((len(_EDGES_HZ) - 1, 0), np.float32)
    if not levels.shape[1]:
        return levels
    change = levels - ndimage.uniform_filter1d(levels, _MEAN_FRAMES, axis=1, mode="nearest")
    return np.clip(change, -_MOST_DB, _MOST_DB).astype(np.float32, copy=False)


def votes(reference: Envelope, other: Envelope, progress: Progress = SILENT) -> list[Vote]:
    """Where stretches of the shorter envelope lie in the longer one; times count from the start of each part."""
    swapped = reference.shape[1] > other.shape[1]
    short, long = (other, reference) if swapped else (reference, other)
    length, starts = _stretches(short)
    if not length or long.shape[1] < length:
        return []
    search = _Search(long, length)
    found: list[Vote] = []
    for done, start in enumerate(starts):
        progress.check()
        for place, likeness in search.places(short[:, start : start + length]):
            times = (place * HOP_S, start * HOP_S) if swapped else (start * HOP_S, place * HOP_S)
            found.append(Vote(reference_s=times[0], other_s=times[1], likeness=likeness))
        progress.report((done + 1) / len(starts), "comparing the envelopes")
    return found


def agreed(found: list[Vote], *, most_drift: float, within_s: float) -> list[Vote]:
    """The heaviest group of votes that lie near one line of at most that drift (seconds a second)."""
    best: list[Vote] = []
    for anchor in found:
        group = [
            vote
            for vote in found
            if abs(vote.shift_s - anchor.shift_s) <= within_s + most_drift * abs(vote.reference_s - anchor.reference_s)
        ]
        if sum(v.likeness**2 for v in group) > sum(v.likeness**2 for v in best):
            best = group
    return best


def find(reference: Part, other: Part, progress: Progress = SILENT) -> list[Vote]:
    """Votes for where the parts coincide, in the recordings' own times; see `votes`."""
    one = envelope(reference, span(progress, 0.0, 0.4))
    two = envelope(other, span(progress, 0.4, 0.8))
    found = votes(one, two, span(progress, 0.8, 1.0))
    return [
        Vote(
            reference_s=vote.reference_s + reference.start_s,
            other_s=vote.other_s + other.start_s,
            likeness=vote.likeness,
        )
        for vote in found
    ]


def _band_levels(samples: NDArray[np.float32], count: int) -> Envelope:
    if count == 0:
        return np.zeros((len(_EDGES_HZ) - 1, 0), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP][:count]
    power = np.square(np.abs(np.fft.rfft(windows * np.hanning(_WINDOW).astype(np.float32), axis=1)))
    bins = np.round(np.array(_EDGES_HZ) * _WINDOW / RATE_HZ).astype(int)
    bands = np.add.reduceat(power, bins, axis=1)[:, :-1] / (_WINDOW / 4) ** 2
    return (10 * np.log10(np.maximum(bands, 10 ** (_FLOOR_DB / 10)))).T.astype(np.float32)


def _stretches(short: Envelope) -> tuple[int, list[int]]:
    """Length and starts, frames: evenly spread, and only where something changes."""
    frames = short.shape[1]
    length = min(round(min(max(frames * HOP_S / 4, _STRETCH_S[0]), _STRETCH_S[1]) / HOP_S), frames)
    count = min(_STRETCHES, max(1, 2 * frames // max(length, 1) - 1))
    starts = np.unique(np.linspace(0, frames - length, count).astype(int))
    energies = np.array([np.square(short[:, s : s + length]).sum() for s in starts])
    lively = energies > _LEAST_ENERGY * max(float(np.median(energies)), 1e-9)
    return length, starts[lively].tolist()


class _Search:
    """Looks for stretches of one length in a long envelope."""

    def __init__(self, long: Envelope, length: int):
        self._length, self._frames = length, long.shape[1]
        self._size = fft.next_fast_len(self._frames + 2 * length, real=True)
        self._spectrum = np.asarray(fft.rfft(long, self._size, axis=1))
        padded = np.pad(np.square(long, dtype=np.float64).sum(axis=0), (length, length))
        running = np.concatenate([[0.0], np.cumsum(padded)])
        energy = running[length:] - running[:-length]
        self._energy = np.maximum(energy, 0.25 * max(float(np.median(energy)), 1e-9))

    def places(self, stretch: Envelope) -> list[tuple[int, float]]:
        """Start frames (negative where the long recording begins later) and likeness, best first."""
        product = (self._spectrum * np.conj(np.asarray(fft.rfft(stretch, self._size, axis=1)))).sum(axis=0)
        raw = np.asarray(fft.irfft(product, self._size))
        lags = np.concatenate([raw[-self._length :], raw[: self._frames + 1]])
        likeness = lags / np.sqrt(self._energy * max(float(np.square(stretch).sum()), 1e-9))
        out = []
        for _ in range(_PEAKS):
            top = int(np.argmax(likeness))
            out.append((top - self._length, float(max(likeness[top], 0.0))))
            likeness[max(top - _APART_FRAMES, 0) : top + _APART_FRAMES + 1] = -1.0
        return out
