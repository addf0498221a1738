"""Stretches that occur twice: landmarks say where to look, the waveform says whether it is the same sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.audio.recording import Recording
from core.features.params import Params, param, too_short
from core.foundation.progress import SILENT, Progress, span, steps
from core.measure.landmarks import LEAST_FRAMES, PLACE_S, RATE_HZ, places
from core.measure.likeness import BLOCK_S, Wave
from core.measure.result import Column, Measurement, Origin, Quantity, Table
from core.measure.whole import whole_at

_SEARCH_S = 0.02
"""How far from the proposed lag the exact one is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatParams(Params):
    """What counts as a repetition."""

    least_s: float = param(0.3, "Shortest repeated stretch.", name="length at least", unit="s", low=0.1, high=60.0)
    least_correlation: float = param(
        0.9,
        "Correlation of the waveforms; the same word said twice stays far below.",
        name="correlation at least",
        low=0.5,
        high=1.0,
    )
    least_gap_s: float = param(
        0.2, "Shortest time between the two starts.", name="gap at least", unit="s", low=0.05, high=60.0
    )
    least_landmarks: int = param(
        6,
        "Pairs of landmarks that must agree before waveforms are compared.",
        name="landmarks at least",
        low=3,
        high=1000,
    )
    candidates: int = param(400, "Most places where waveforms are compared.", name="places at most", low=1, high=10_000)
    channel: str = param("mix", "Channel: mix, or its number from 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A stretch and its second occurrence."""

    first_s: float
    second_s: float
    length_s: float
    correlation: float
    """Normalised correlation of both waveforms, differenced over 1/8000 s, over the whole length."""


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
            Quantity("Longest", longest, "s", None if longest is None else 2 * BLOCK_S, "blocks of 20 ms"),
        )

    def sentences(self) -> tuple[str, ...]:
        """What was found, and what it does not say."""
        if not self.repeats:
            return (
                f"No stretch of {self.params.least_s:g} s or more occurs twice with the same waveform. Copies that "
                "were changed in speed or pitch, or that lie under other sound, are not found.",
            )
        count = "1 stretch occurs" if len(self.repeats) == 1 else f"{len(self.repeats)} stretches occur"
        return (
            f"{count} twice with the same waveform. Who says the same words again does not repeat the waveform; "
            "jingles, tones, prompts and damaged transmission do.",
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
    """Find stretches that occur twice: proposed at 8 kHz, stated by the samples at the recording's own rate.

    Raises:
        FeatureError: the recording is shorter than two such stretches (FE-001).
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.

    Source: Wang 2003, Proc. ISMIR, 7-13 (pairs of landmarks); the waveforms' normalised correlation confirms.
    """
    params = params or RepeatParams()
    waveform = whole_at(recording, RATE_HZ, params.channel, span(progress, 0.0, 0.3))
    least = max(round(2 * params.least_s * RATE_HZ), LEAST_FRAMES)
    if len(waveform) < least:
        raise too_short("a repetition", len(waveform), least, RATE_HZ)
    candidates = places(
        np.diff(waveform, prepend=waveform[:1]),
        least_gap_s=params.least_gap_s,
        least_pairs=params.least_landmarks,
        most=params.candidates,
        progress=span(progress, 0.3, 0.6),
    )
    repeats = _confirmed(Wave(recording, params.channel), candidates, params, span(progress, 0.6, 1.0))
    return Repeats(
        origin=Origin.of(recording, channel=params.channel),
        params=params,
        repeats=tuple(sorted(repeats, key=lambda repeat: (repeat.first_s, repeat.second_s))),
        compared=len(candidates),
    )


def _confirmed(
    wave: Wave, candidates: list[tuple[float, float]], params: RepeatParams, progress: Progress
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


def _compare(wave: Wave, first_s: float, shift_s: float, params: RepeatParams) -> Repeat | None:
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


def _best_seed(wave: Wave, first_s: float, shift_s: float, params: RepeatParams) -> tuple[int, int] | None:
    """Where in the half second after a time a block of 0.1 s fits, and at which lag."""
    size, reach, shift = 5 * wave.block, round(_SEARCH_S * wave.rate), round(shift_s * wave.rate)
    start = round(first_s * wave.rate)
    for at in range(start, start + round((PLACE_S + 0.1) * wave.rate), size):
        lag = wave.lag_of(at, size, at + shift - reach, reach, params.least_correlation)
        if lag is not None:
            return at, lag
    return None


def _extended(wave: Wave, at: int, lag: int, least: float) -> tuple[int, int]:
    """The stretch of blocks about a place that are alike at that lag."""
    first, stop = at, at
    while wave.likeness(stop, stop + lag, wave.block) >= least:
        stop += wave.block
    while wave.likeness(first - wave.block, first - wave.block + lag, wave.block) >= least:
        first -= wave.block
    return first, stop


def _covers(repeat: Repeat, first_s: float, shift_s: float) -> bool:
    aside = abs(shift_s - (repeat.second_s - repeat.first_s))
    return aside < 2 * _SEARCH_S and repeat.first_s - PLACE_S <= first_s <= repeat.first_s + repeat.length_s


def _same(one: Repeat, other: Repeat) -> bool:
    return abs(one.first_s - other.first_s) < 0.05 and abs(one.second_s - other.second_s) < 0.05
