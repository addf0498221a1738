"""The level that a channel falls back to: steps in it show cuts and changed surroundings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audio.recording import Recording
from core.features.params import param
from core.foundation.progress import Progress
from core.foundation.units import RMS_FULL_SCALE
from core.measure.tracks.base import TRACKS, Curve, TrackKind, TrackParams, waveforms
from core.measure.tracks.power import decibels, stretch_powers

_STRETCH_S = 0.02
_STEP_STRETCHES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundParams(TrackParams):
    """What counts as background."""

    window_s: float = param(3.0, "Time around each value that is looked at.", unit="s", low=0.5, high=60.0)
    share_pct: float = param(10.0, "Share of the time that is quieter.", unit="%", low=1.0, high=50.0)


def _measure(recording: Recording, params: BackgroundParams, channel: str, progress: Progress) -> Curve:
    from scipy import ndimage  # 0.3 s that the start of the program need not wait for

    frames = max(round(_STRETCH_S * recording.sample_rate), 1)
    step_s = frames / recording.sample_rate
    levels = decibels(stretch_powers(waveforms(recording, channel, progress), frames))
    size = max(min(round(params.window_s / step_s), len(levels)), 1)
    low = ndimage.percentile_filter(levels, params.share_pct, size=size, mode="nearest") if len(levels) else levels
    return Curve(step_s / 2, _STEP_STRETCHES * step_s, np.asarray(low)[::_STEP_STRETCHES])


TRACKS.register("background")(
    TrackKind(
        title="Background level",
        unit="dBFS",
        note=f"Level that the quietest tenth of the 20-ms stretches around each time stays below; {RMS_FULL_SCALE}.",
        params=BackgroundParams,
        measure=_measure,
    )
)
