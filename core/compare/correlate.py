"""Aligns two recordings by what they have in common: first by envelopes, then by waveforms in chunks.

The chunks' shifts lie on a line whose slope is the drift of the clocks. It is fitted to the largest set of chunks that
agree to a millisecond (consensus over all pairs), so that edits and noise take no part. Where more chunks agree than
chance can explain, the alignment is reliable; else there is none.
Source: consensus, Fischler and Bolles, Comm. ACM 24(6), 1981.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.compare import coarse
from core.compare.aligned import stretch
from core.compare.alignment import AGREE_S, CLEAR_RATIO, Alignment, Chunk, Evidence, Part
from core.compare.fine import Shift, shift_between
from core.compare.line import fit, median_slope
from core.foundation.progress import SILENT, Progress, span

MOST_DRIFT_PPM = 600.0
CHUNKS = 40
_RATE_HZ = 16000
_CHUNK_S = (0.5, 2.0)
_SEARCH_S = 0.06
_NEAR_S = 0.03
_CHANCE = 1e-3
_LEAST_CHUNKS = 4
_SILENCE = 1e-4
"""RMS below which a chunk is not looked for, -80 dBFS."""


def align(reference: Part, other: Part, progress: Progress = SILENT) -> Alignment:
    """Align by correlation. Without a reliable result the offset is that of the best guess, and says so.

    Raises:
        AudioError: a file cannot be read.
        Cancelled: it was stopped.
    """
    found = coarse.find(reference, other, span(progress, 0.0, 0.6))
    group = coarse.agreed(found, most_drift=MOST_DRIFT_PPM * 1e-6, within_s=_NEAR_S)
    if not group:
        return _none("They have too little sound to be compared.")
    guess = _guess(group)
    rate = min(reference.recording.sample_rate, other.recording.sample_rate, _RATE_HZ)
    first = _fit(_measure(reference, other, guess, rate, span(progress, 0.6, 0.8)), rate)
    if not first.is_reliable or abs(first.drift_ppm) < 1:
        return first
    # with the drift known the chunks no longer smear
    second = _fit(_measure(reference, other, first, rate, span(progress, 0.8, 1.0)), rate)
    return second if second.is_reliable else first


def _guess(group: list[coarse.Vote]) -> Alignment:
    """A line through the votes, where they reach far enough to tell its slope."""
    times = np.array([vote.reference_s for vote in group])
    shifts = np.array([vote.shift_s for vote in group])
    slope = 0.0
    if len(group) > 3 and np.ptp(times) > 120:
        slope = float(np.clip(median_slope(times, shifts), -MOST_DRIFT_PPM * 1e-6, MOST_DRIFT_PPM * 1e-6))
    return _alignment(slope, float(np.median(shifts - slope * times)))


def _measure(reference: Part, other: Part, guess: Alignment, rate: int, progress: Progress) -> list[tuple[Chunk, bool]]:
    """Chunks with their shifts, and whether the polarity is inverted in them."""
    start = max(reference.start_s, guess.to_reference(other.start_s))
    end = min(reference.end_s, guess.to_reference(other.end_s))
    length_s = float(np.clip((end - start) / 12, *_CHUNK_S))
    count = int(np.clip((end - start) // length_s, 0, CHUNKS))
    made = []
    for done, at in enumerate(np.linspace(start, max(end - length_s, start), count).tolist()):
        progress.check()
        found = _look(reference, other, guess, at, length_s, rate)
        if found is not None:
            middle = at + length_s / 2
            shift_s = middle - guess.to_other(middle) - found.lag / rate * guess.rate
            made.append((Chunk(time_s=middle, shift_s=shift_s, ratio=found.ratio), found.inverted))
        progress.report((done + 1) / count, "comparing the waveforms")
    return made


def _look(reference: Part, other: Part, guess: Alignment, at_s: float, length_s: float, rate: int) -> Shift | None:
    """Look for the chunk that begins at a time of the reference."""
    margin = round(_SEARCH_S * rate)
    frames = round(length_s * rate)
    chunk = stretch(reference, at_s, frames, rate)
    begin_s = guess.to_other(at_s) - margin / rate * guess.rate
    searched = stretch(other, begin_s, frames + 2 * margin, rate, guess.rate)
    if min(float(np.sqrt(np.square(x).mean())) for x in (chunk, searched)) < _SILENCE:
        return None
    return shift_between(chunk, searched, rate)


def _fit(measured: list[tuple[Chunk, bool]], rate: int) -> Alignment:
    """The line that most clear chunks share."""
    clear = [chunk for chunk, _ in measured if chunk.ratio >= CLEAR_RATIO]
    if len(clear) < _LEAST_CHUNKS:
        shift = float(np.median([chunk.shift_s for chunk, _ in measured])) if measured else 0.0
        return replace(
            _none("Too few places of the one were found in the other.", tuple(chunk for chunk, _ in measured)),
            offset_s=shift,
        )
    times, shifts = np.array([(chunk.time_s, chunk.shift_s) for chunk in clear]).T
    inliers = _consensus(times, shifts)
    chance = _chance(len(clear), int(inliers.sum()))
    found = fit(times[inliers], shifts[inliers], rate)
    agrees = {chunk for chunk, inside in zip(clear, inliers, strict=True) if inside}
    chunks = tuple(replace(chunk, agrees=chunk in agrees) for chunk, _ in measured)
    inverted = [flag for chunk, flag in measured if chunk in agrees]
    reliable = chance < _CHANCE
    reason = "" if reliable else "Places that were found in both do not lie at the same distance."
    line = _alignment(found.slope, found.at_zero)
    evidence = Evidence(
        chunks=chunks,
        chance=chance,
        spread_s=found.spread,
        offset_error_s=found.error_at(line.offset_s),
        drift_error_ppm=found.slope_error * 1e6,
        inverted=sum(inverted) > len(inverted) / 2,
        is_reliable=reliable,
        reason=reason,
    )
    return replace(line, evidence=evidence)


def _alignment(slope: float, at_zero_s: float) -> Alignment:
    """The alignment whose shift (reference minus other) is slope · T + at_zero at the reference's time T."""
    # t = T - slope·T - c = (T - c / (1 - slope)) · (1 - slope)
    return Alignment(method="correlation", offset_s=at_zero_s / (1 - slope), drift_ppm=-slope * 1e6)


def _consensus(times: NDArray[np.float64], shifts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The largest set of points within a millisecond of a line of possible slope through two of them."""
    best = np.zeros(len(times), np.bool_)
    for i, j in combinations(range(len(times)), 2):
        slope = (shifts[j] - shifts[i]) / (times[j] - times[i])
        if abs(slope) > MOST_DRIFT_PPM * 1e-6:
            continue
        inside = np.abs(shifts - shifts[i] - slope * (times - times[i])) < AGREE_S
        if inside.sum() > best.sum():
            best = inside
    # no two that fit: a guess, too few to be reliable
    return best if best.any() else np.abs(shifts - np.median(shifts)) < AGREE_S


def _chance(clear: int, agreeing: int) -> float:
    """Bound on the probability that so many of some unrelated chunks lie on one line: any two of them may define it."""
    share = AGREE_S / _SEARCH_S
    pairs = clear * (clear - 1) / 2
    return float(min(1.0, pairs * stats.binom.sf(agreeing - 3, clear - 2, share)))


def _none(reason: str, chunks: tuple[Chunk, ...] = ()) -> Alignment:
    return Alignment(method="correlation", evidence=Evidence(chunks=chunks, chance=1.0, reason=reason))
