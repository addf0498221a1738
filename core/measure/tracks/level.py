"""The level of all channels together, stretch by stretch."""

from __future__ import annotations

from dataclasses import dataclass

from core.audio.recording import Recording
from core.features.params import param
from core.foundation.progress import Progress
from core.foundation.units import RMS_FULL_SCALE
from core.measure.tracks.base import ALL, TRACKS, Curve, TrackKind, TrackParams, blocks
from core.measure.tracks.power import decibels, stretch_powers


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelParams(TrackParams):
    """Length of the stretches."""

    window_s: float = param(0.05, "Length of a stretch; stretches do not overlap.", unit="s", low=0.005, high=10.0)
    channel: str = param(ALL, "All channels together, as in the measured condition.", choices=(ALL,))


def _measure(recording: Recording, params: LevelParams, _: str, progress: Progress) -> Curve:
    frames = max(round(params.window_s * recording.sample_rate), 1)
    step_s = frames / recording.sample_rate
    return Curve(step_s / 2, step_s, decibels(stretch_powers(blocks(recording, progress), frames)))


TRACKS.register("level")(
    TrackKind(
        title="Level",
        unit="dBFS",
        note=f"Of all channels, {RMS_FULL_SCALE}. Its power mean is the file's RMS.",
        params=LevelParams,
        measure=_measure,
    )
)
