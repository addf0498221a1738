"""Speech over noise within a window that moves along: the measured condition's rule on a part of the recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audio.channels import pick
from core.audio.noise import NoiseMeter
from core.audio.recording import Recording
from core.audio.speech import SpeechMeter
from core.features.params import param
from core.foundation.progress import Progress, span, steps
from core.measure.tracks.base import TRACKS, Curve, TrackKind, TrackParams, waveforms


@dataclass(frozen=True, slots=True, kw_only=True)
class SnrParams(TrackParams):
    """Length of the window."""

    window_s: float = param(
        10.0,
        "Length of the window, taken down to an even number of seconds; it moves by half of it.",
        unit="s",
        low=2.0,
        high=600.0,
    )


def _measure(recording: Recording, params: SnrParams, channel: str, progress: Progress) -> Curve:
    rate = recording.sample_rate
    meter = SpeechMeter(rate)
    for waveform in waveforms(recording, channel, span(progress, 0.0, 0.5)):
        meter.add(waveform)
    speech, voiced = meter.finish(), meter.voiced()
    hop = max(int(params.window_s / 2), 1)  # whole seconds, on the grid of both meters
    values: list[float] = []
    last = max(recording.frames - hop * rate, 1)
    for start in steps(range(0, last, hop * rate), span(progress, 0.5, 1.0), "signal-to-noise ratio"):
        noise = NoiseMeter(rate)
        noise.add(pick(recording.read(start, min(start + 2 * hop * rate, recording.frames)), channel))
        ticks = slice(start // rate * 100, (start // rate + 2 * hop) * 100)
        found = noise.finish(speech[ticks], voiced[ticks])
        values.append(found.db if speech[ticks].any() else float("nan"))
    middle = min(hop, recording.duration_s / 2)
    return Curve(middle, float(hop), np.array(values, np.float32))


TRACKS.register("snr")(
    TrackKind(
        title="Signal-to-noise ratio",
        unit="dB",
        note="Speech over what each band falls back to, within the window; a lower bound where it has no pause.",
        params=SnrParams,
        measure=_measure,
    )
)
