"""How far the spectrum reaches, stretch by stretch: changes show coders, filters and inserted material."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audio.channels import pick
from core.audio.recording import Recording
from core.audio.spectrum import SMOOTHING_HZ, SpectrumMeter
from core.features.params import param
from core.foundation.progress import Progress, steps
from core.measure.tracks.base import TRACKS, Curve, TrackKind, TrackParams


@dataclass(frozen=True, slots=True, kw_only=True)
class BandwidthParams(TrackParams):
    """Length of the stretches."""

    window_s: float = param(2.0, "Length of a stretch; stretches do not overlap.", unit="s", low=0.5, high=60.0)


def _measure(recording: Recording, params: BandwidthParams, channel: str, progress: Progress) -> Curve:
    frames = round(params.window_s * recording.sample_rate)
    values: list[float] = []
    for start in steps(range(0, recording.frames, frames), progress, "bandwidth"):
        meter = SpectrumMeter(recording.sample_rate)
        meter.add(pick(recording.read(start, min(start + frames, recording.frames)), channel))
        values.append(meter.finish(recording.stream.bits).hz)
    return Curve(params.window_s / 2, frames / recording.sample_rate, np.array(values, np.float32))


TRACKS.register("bandwidth")(
    TrackKind(
        title="Bandwidth",
        unit="Hz",
        note="Highest frequency with energy clearly above the noise floor, by the rule of the measured condition.",
        params=BandwidthParams,
        measure=_measure,
        uncertainty=SMOOTHING_HZ,
    )
)
