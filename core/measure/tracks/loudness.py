"""Momentary loudness.

Source: ITU-R BS.1770-5 (K-weighting, annex 1); EBU Tech 3341 (momentary: 400 ms). Filters for any rate by the bilinear
transform of the analogue prototypes that give the standard's coefficients at 48 kHz (De Man 2014).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from core.audio.recording import Recording
from core.features.params import param
from core.foundation.progress import Progress
from core.measure.tracks.base import ALL, TRACKS, Curve, TrackKind, TrackParams, blocks
from core.measure.tracks.power import decibels, stretch_powers

_STEP_S = 0.1
_STEPS = 4
_OFFSET_DB = -0.691
_SHELF_HZ = 1681.974450955533


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudnessParams(TrackParams):
    """The standard fixes all: windows of 400 ms, each 100 ms."""

    channel: str = param(ALL, "All channels, each with weight 1.", choices=(ALL,))


def k_weighting(rate_hz: int) -> NDArray[np.float64]:
    """Second-order sections (2, 6): high shelf, high pass. They are stable where the shelf lies below rate_hz / 2."""
    gain, k = 10 ** (3.999843853973347 / 20), math.tan(math.pi * _SHELF_HZ / rate_hz)
    band, q = gain**0.4996667741545416, 0.7071752369554196
    shelf_norm = 1 + k / q + k * k
    shelf = [
        (gain + band * k / q + k * k) / shelf_norm,
        2 * (k * k - gain) / shelf_norm,
        (gain - band * k / q + k * k) / shelf_norm,
        1.0,
        2 * (k * k - 1) / shelf_norm,
        (1 - k / q + k * k) / shelf_norm,
    ]
    k, q = math.tan(math.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    pass_norm = 1 + k / q + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / pass_norm, (1 - k / q + k * k) / pass_norm]
    return np.array([shelf, high_pass])


def _weighted(recording: Recording, progress: Progress) -> Iterator[NDArray[np.float64]]:
    sections = k_weighting(recording.sample_rate)
    state = np.zeros((2, recording.channels, 2))
    for block in blocks(recording, progress):
        filtered, state = signal.sosfilt(sections, block, axis=1, zi=state)
        yield filtered


def _measure(recording: Recording, params: LoudnessParams, _: str, progress: Progress) -> Curve:
    frames = max(round(_STEP_S * recording.sample_rate), 1)
    if recording.sample_rate <= 2 * _SHELF_HZ:
        reason = f"No value: K-weighting needs a sample rate above {2 * _SHELF_HZ:.0f} Hz."
        return Curve(_STEPS * _STEP_S / 2, _STEP_S, np.empty(0, np.float32), reason)
    powers = stretch_powers(_weighted(recording, progress), frames) * recording.channels
    powers = powers[: recording.frames // frames]
    kernel = np.full(_STEPS, 1 / _STEPS)
    momentary = np.convolve(powers, kernel, mode="valid") if len(powers) >= _STEPS else np.empty(0)
    return Curve(_STEPS * _STEP_S / 2, frames / recording.sample_rate, decibels(momentary) + np.float32(_OFFSET_DB))


TRACKS.register("loudness")(
    TrackKind(
        title="Momentary loudness",
        unit="LUFS",
        note="K-weighted loudness of 400 ms (ITU-R BS.1770), each 100 ms; not gated, all channels with weight 1.",
        params=LoudnessParams,
        measure=_measure,
    )
)
