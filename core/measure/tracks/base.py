"""What a curve over time is, and the registry of those there are: one file each in this package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import analysis_channel, pick
from core.audio.recording import Recording
from core.features.params import Params, param
from core.foundation.progress import SILENT, Progress
from core.foundation.registry import Registry
from core.measure.result import Column, Measurement, Origin, Table

_BLOCK_SAMPLES = 1 << 20
_TOO_SHORT = "No value: the recording is shorter than one window."
ALL, AUTO = "all", "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackParams(Params):
    """What all curves have."""

    channel: str = param(
        AUTO, "Channel: mix, its number from 0, or auto: the mix, or the strongest channel where the mix cancels."
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track(Measurement):
    """One value after another."""

    title: ClassVar[str] = "Curve over time"
    name: str
    unit: str
    times_s: NDArray[np.float64]
    """(n,), middles of the stretches that the values stand for."""
    values: NDArray[np.float32]
    """(n,); not a number where nothing can be said."""
    step_s: float
    """Distance of the times."""
    note: str
    """What a value is, in one sentence."""
    reason: str = ""
    """Why there are no values; empty where there are."""
    uncertainty: float | None = None
    """Half-width within which each value is known; None where it is not known."""

    def sentences(self) -> tuple[str, ...]:
        """What a value is, and why there are none."""
        known = "" if self.uncertainty is None else f"Each value is known to ± {self.uncertainty:g} {self.unit}."
        return tuple(filter(None, (self.note, known, self.reason)))

    def tables(self) -> tuple[Table, ...]:
        """Times and values."""
        return (Table(self.name, (Column("time", "s", self.times_s), Column(self.name, self.unit, self.values))),)


@dataclass(frozen=True, slots=True)
class Curve:
    """Evenly spaced values."""

    first_s: float
    step_s: float
    values: NDArray[np.float32]
    reason: str = ""
    """Why there are no values."""


Measure = Callable[[Recording, Any, str, Progress], Curve]
"""Recording, parameters, channel, progress -> the values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackKind:
    """A kind of curve."""

    title: str
    unit: str
    note: str
    params: type[TrackParams]
    measure: Measure
    uncertainty: float | None = None
    """Half-width within which each value is known."""


TRACKS: Registry[TrackKind] = Registry("curve over time", "core.measure.tracks")


def measure_track(
    name: str, recording: Recording, params: TrackParams | None = None, progress: Progress = SILENT
) -> Track:
    """Compute a curve of the whole recording, in stretches.

    Raises:
        KeyError: no such curve.
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.
    """
    kind = TRACKS[name]
    params = params or kind.params()
    channel = analysis_channel(recording) if params.channel == AUTO else params.channel
    curve = kind.measure(recording, params, channel, progress)
    progress.report(1.0, kind.title)
    return Track(
        origin=Origin.of(recording, channel=channel),
        params=params,
        name=kind.title,
        unit=kind.unit,
        times_s=np.minimum(curve.first_s + curve.step_s * np.arange(len(curve.values)), recording.duration_s),
        values=curve.values.astype(np.float32),
        step_s=curve.step_s,
        note=kind.note,
        uncertainty=kind.uncertainty,
        reason=curve.reason or ("" if len(curve.values) else _TOO_SHORT),
    )


def blocks(recording: Recording, progress: Progress) -> Iterator[NDArray[np.float32]]:
    """All samples (channels, frames) in blocks of whole seconds, so that a grid of 10 ms runs through."""
    seconds = max(min(_BLOCK_SAMPLES // (recording.sample_rate * recording.channels), 10), 1)
    for start, block in recording.blocks(seconds * recording.sample_rate):
        progress.check()
        yield block
        progress.report(min((start + block.shape[1]) / max(recording.frames, 1), 1.0), "measuring")


def waveforms(recording: Recording, channel: str, progress: Progress) -> Iterator[NDArray[np.float32]]:
    """The same of one channel (frames,)."""
    for block in blocks(recording, progress):
        yield pick(block, channel)
