"""Stretches that occur twice: landmarks say where to look, the waveform says whether it is the same sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from core.audio.channels import mono
from core.audio.recording import Recording
from core.audio.resample import resampled_blocks
from core.features.params import Params, param, too_short
from core.foundation.progress import SILENT, Progress, span, steps
from core.measure.result import Column, Measurement, Origin, Quantity, Table

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
_PLACE_S = _PLACES * _HOP / RATE_HZ
_BLOCK_S = 0.02
"""Waveforms are compared in blocks of this length."""
_SEARCH_S = 0.02
_LOBE_S = 0.0005
_DISTINCT = 0.85
"""A second lag must correlate less than this share of the best: steady tones fit at many lags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatParams(Params):
    """What counts as a repetition."""

    least_s: float = param(0.3, "Shortest repeated stretch.", unit="s", low=0.1, high=60.0)
    least_correlation: float = param(
        0.9, "Correlation of the waveforms; the same word said twice stays far below.", low=0.5, high=1.0
    )
    least_gap_s: float = param(0.2, "Shortest time between the two starts.", unit="s", low=0.05, high=60.0)
    least_landmarks: int = param(
        6, "Pairs of landmarks that must agree before waveforms are compared.", low=3, high=1000
    )
    candidates: int = param(400, "Most places where waveforms are compared.", low=1, high=10_000)
    channel: str = param("mix", "Channel: mix, or its number from 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A stretch and its second occurrence."""

    first_s: float
    second_s: float
    length_s: float
    correlation: float
    """Normalised correlation of both waveforms, whitened, over the whole length."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repeats(Measurement):
    """Pairs of stretches with the same waveform."""

    title: ClassVar[str] = "Repeated segments"
    params: RepeatParams
    repeats: tuple[Repeat, ...]
    """By the first start."""
    compared: int
    """Places where waveforms were compared."""

    def facts(self) -> tuple[Quantity, ...]:
        """How many."""
        longest = max((repeat.length_s for repeat in self.repeats), default=None)
        return (
            Quantity("Repeated stretches", len(self.repeats)),
            Quantity("Places compared by waveform", self.compared),
            Quantity("Longest", longest, "s", None if longest is None else 2 * _BLOCK_S, "blocks of 20 ms"),
        )

    def sentences(self) -> tuple[str, ...]:
        """What was found, and what it does not say."""
        if not self.repeats:
            return (
                f"No stretch of {self.params.least_s:g} s or more occurs twice with the same waveform. Copies that "
                "were changed in speed or pitch, or that lie under other sound, are not found.",
            )
        return (
            f"{len(self.repeats)} stretches occur twice with the same waveform. People say nothing twice alike; "
            "jingles, tones, prompts and damaged transmission do repeat.",
        )

    def tables(self) -> tuple[Table, ...]:
        """The pairs."""
        return (
            Table(
                self.title,
                (
                    Column("first start", "s", [repeat.first_s for repeat in self.repeats]),
                    Column("second start", "s", [repeat.second_s for repeat in self.repeats]),
                    Column("length", "s", [repeat.length_s for repeat in self.repeats]),
                    Column("correlation", "", [repeat.correlation for repeat in self.repeats]),
                ),
            ),
        )


def find_repeats(recording: Recording, params: RepeatParams | None = None, progress: Progress = SILENT) -> Repeats:
    """Find stretches that occur twice, at 8 kHz.

    Raises:
        FeatureError: the recording is shorter than two such stretches (FE-001).
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.

    Source: Wang 2003, Proc. ISMIR, 7-13 (pairs of landmarks); the waveforms' normalised correlation confirms.
    """
    params = params or RepeatParams()
    least = round(2 * params.least_s * RATE_HZ)
    blocks: list[NDArray[np.float32]] = []
    done = 0
    for block in resampled_blocks(recording, RATE_HZ, params.channel):
        progress.check()
        blocks.append(block)
        done += len(block)
        progress.report(0.3 * min(done / RATE_HZ / max(recording.duration_s, 1e-9), 1.0), "reading")
    waveform = np.concatenate(blocks) if blocks else np.empty(0, np.float32)
    if len(waveform) < max(least, 4 * _SIZE):
        raise too_short("a repetition", len(waveform), max(least, 4 * _SIZE), RATE_HZ)
    white = np.diff(waveform, prepend=waveform[:1])
    candidates = _candidates(*_landmarks(white, span(progress, 0.3, 0.6)), params, progress)
    repeats = _confirmed(_Wave(recording, params.channel), candidates, params, span(progress, 0.6, 1.0))
    return Repeats(
        origin=Origin.of(recording, channel=params.channel),
        params=params,
        repeats=tuple(sorted(repeats, key=lambda repeat: (repeat.first_s, repeat.second_s))),
        compared=len(candidates),
    )


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


def _candidates(
    times: NDArray[np.int64], bins: NDArray[np.int64], params: RepeatParams, progress: Progress
) -> list[tuple[float, float]]:
    """(time, shift) in seconds where pairs of landmarks agree, most agreeing first."""
    keys, at = _keys(times, bins)
    order = np.lexsort((at, keys))
    keys, at = keys[order], at[order]
    edges = np.flatnonzero(np.diff(keys, prepend=-1, append=-1))
    votes: dict[tuple[int, int], int] = {}
    gap = round(params.least_gap_s * RATE_HZ / _HOP)
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if not 2 <= stop - start <= _MOST_SAME:
            continue
        progress.check()
        same = at[start:stop]
        for later in range(1, len(same)):
            for earlier in same[:later].tolist():
                shift = int(same[later]) - earlier
                if shift >= gap:
                    cell = (shift // _SHIFTS, earlier // _PLACES)
                    votes[cell] = votes.get(cell, 0) + 1
    near = {cell: _near(votes, cell) for cell in votes}
    best = sorted((cell for cell in near if near[cell] >= params.least_landmarks), key=lambda cell: -near[cell])
    window_s = _HOP / RATE_HZ
    return [(place * _PLACE_S, _SHIFTS * (shift + 0.5) * window_s) for shift, place in best[: params.candidates]]


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


class _Wave:
    """Samples at the recording's own rate, where copies lie on whole samples; differenced over 1/8000 s.

    Voices and hum fall towards high frequencies, and a correlation must not rest on hum alone.
    """

    def __init__(self, recording: Recording, channel: str):
        self._recording, self._channel = recording, channel
        self.rate, self.frames = recording.sample_rate, recording.frames
        self._apart = max(round(self.rate / RATE_HZ), 1)
        self.block = max(round(_BLOCK_S * self.rate), 16)

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """Samples from start to stop, both inside the recording."""
        margin = min(self._apart, start)
        samples = mono(self._recording, start - margin, stop, self._channel).astype(np.float64)
        before = np.pad(samples, (self._apart - margin, 0))[: stop - start]
        return samples[margin:] - before

    def likeness(self, first: int, second: int, length: int) -> float:
        """Normalised correlation of two stretches; 0 beyond the ends and in silence."""
        if min(first, second) < 0 or max(first, second) + length > self.frames:
            return 0.0
        a, b = self.read(first, first + length), self.read(second, second + length)
        norm = float(np.sqrt((a @ a) * (b @ b)))
        return float(a @ b) / norm if norm > 0 else 0.0


def _confirmed(
    wave: _Wave, candidates: list[tuple[float, float]], params: RepeatParams, progress: Progress
) -> list[Repeat]:
    found: list[Repeat] = []
    for first_s, shift_s in steps(candidates, progress, "comparing waveforms"):
        if any(_covers(repeat, first_s, shift_s) for repeat in found):
            continue
        repeat = _compare(wave, first_s, shift_s, params)
        if repeat is not None and not any(_same(repeat, other) for other in found):
            found.append(repeat)
    progress.report(1.0, "comparing waveforms")
    return found


def _compare(wave: _Wave, first_s: float, shift_s: float, params: RepeatParams) -> Repeat | None:
    """The repeated stretch about a place, at the lag that fits best; None where it is too short or not alike."""
    seed = _best_seed(wave, first_s, shift_s, params)
    if seed is None:
        return None
    at, lag = seed
    first, stop = _extended(wave, at, lag, params.least_correlation)
    if stop - first < params.least_s * wave.rate or lag < params.least_gap_s * wave.rate:
        return None
    correlation = wave.likeness(first, first + lag, stop - first)
    if correlation < params.least_correlation:
        return None
    return Repeat(
        first_s=first / wave.rate,
        second_s=(first + lag) / wave.rate,
        length_s=(stop - first) / wave.rate,
        correlation=correlation,
    )


def _best_seed(wave: _Wave, first_s: float, shift_s: float, params: RepeatParams) -> tuple[int, int] | None:
    """Where in the half second after a time a block of 0.1 s fits, and at which lag."""
    size, reach, shift = 5 * wave.block, round(_SEARCH_S * wave.rate), round(shift_s * wave.rate)
    start = round(first_s * wave.rate)
    for at in range(start, start + round((_PLACE_S + 0.1) * wave.rate), size):
        low = at + shift - reach
        if at < 0 or low < 0 or low + 2 * reach + size > wave.frames:
            continue
        scores = _sliding_likeness(wave.read(low, low + 2 * reach + size), wave.read(at, at + size))
        best = int(scores.argmax())
        if scores[best] >= params.least_correlation and _is_distinct(scores, best, round(_LOBE_S * wave.rate)):
            return at, low + best - at
    return None


def _sliding_likeness(field: NDArray[np.float64], piece: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalised correlation of a piece with each place of a field."""
    products = signal.correlate(field, piece, mode="valid", method="fft")
    powers = np.cumsum(np.concatenate([[0.0], field**2]))
    norms = np.sqrt(np.maximum(powers[len(piece) :] - powers[: -len(piece)], 0) * (piece @ piece))
    return products / np.maximum(norms, 1e-9)


def _is_distinct(scores: NDArray[np.float64], best: int, lobe: int) -> bool:
    rest = np.delete(scores, np.arange(max(best - lobe, 0), min(best + lobe + 1, len(scores))))
    return bool(rest.max(initial=-1.0) < _DISTINCT * scores[best])


def _extended(wave: _Wave, at: int, lag: int, least: float) -> tuple[int, int]:
    """The stretch of blocks about a place that are alike at that lag."""
    first, stop = at, at
    while wave.likeness(stop, stop + lag, wave.block) >= least:
        stop += wave.block
    while wave.likeness(first - wave.block, first - wave.block + lag, wave.block) >= least:
        first -= wave.block
    return first, stop


def _covers(repeat: Repeat, first_s: float, shift_s: float) -> bool:
    aside = abs(shift_s - (repeat.second_s - repeat.first_s))
    return aside < 2 * _SEARCH_S and repeat.first_s - _PLACE_S <= first_s <= repeat.first_s + repeat.length_s


def _same(one: Repeat, other: Repeat) -> bool:
    return abs(one.first_s - other.first_s) < 0.05 and abs(one.second_s - other.second_s) < 0.05
