"""Where there is speech: the very decision that the measured condition counts."""

from __future__ import annotations

import numpy as np

from core.audio.recording import Recording
from core.audio.speech import FRAME_S, SpeechMeter
from core.foundation.progress import Progress
from core.measure.tracks.base import TRACKS, Curve, TrackKind, TrackParams, waveforms


def _measure(recording: Recording, params: TrackParams, channel: str, progress: Progress) -> Curve:
    meter = SpeechMeter(recording.sample_rate)
    for waveform in waveforms(recording, channel, progress):
        meter.add(waveform)
    return Curve(FRAME_S / 2, FRAME_S, meter.finish().astype(np.float32))


TRACKS.register("speech")(
    TrackKind(
        title="Speech activity",
        unit="",
        note="1 where there is speech-like activity (speech), 0 where there is none (pause); each 10 ms.",
        params=TrackParams,
        measure=_measure,
    )
)
