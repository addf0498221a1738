"""The frequency of mains hum, where there is any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audio.recording import Recording
from core.features.params import param
from core.foundation.errors import FeatureError
from core.foundation.progress import Progress
from core.measure.hum import NOT_FOUND, HumParams, measure_hum
from core.measure.tracks.base import TRACKS, Curve, TrackKind, TrackParams


@dataclass(frozen=True, slots=True, kw_only=True)
class HumTrackParams(TrackParams):
    """Length and step of the windows; the rest is as in the dock."""

    frame_s: float = param(16.0, "Length of the Hann window.", unit="s", low=4.0, high=64.0)
    step_s: float = param(1.0, "Step between windows.", unit="s", low=0.1, high=60.0)


def _measure(recording: Recording, params: HumTrackParams, channel: str, progress: Progress) -> Curve:
    wanted = HumParams(frame_s=params.frame_s, step_s=params.step_s, channel=channel)
    try:
        found = measure_hum(recording, wanted, progress=progress)
    except FeatureError as error:
        if error.code != "FE-001":
            raise
        reason = f"No value: the recording is shorter than a window of {params.frame_s:g} s."
        return Curve(0.0, params.step_s, np.empty(0, np.float32), reason)
    reason = "" if found.found else NOT_FOUND
    return Curve(float(found.times_s[0]), found.step_s, found.values.astype(np.float32), reason)


TRACKS.register("hum")(
    TrackKind(
        title="Mains frequency",
        unit="Hz",
        note="Frequency of mains hum from its clearest harmonic; empty where no steady line stands out.",
        params=HumTrackParams,
        measure=_measure,
    )
)
