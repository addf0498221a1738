"""The fundamental frequency of the voice, where the sound is periodic as a voice is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.audio.resample import resample
from core.audio.speech import FRAME_S, RATE_HZ, SpeechMeter
from core.features.params import param
from core.foundation.progress import Progress
from core.measure.tracks.base import TRACKS, Curve, TrackKind, TrackParams, waveforms

_WINDOW = 512
_HOP = round(FRAME_S * RATE_HZ)
_CONTEXT_S = 0.1
_THRESHOLD = 0.1
"""The first dip below this is the period; without one, the deepest."""
_APERIODIC = 0.3
"""Windows without a dip below this have no period: their deepest lag is chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class F0Params(TrackParams):
    """The band that is searched."""

    low_hz: float = param(70.0, "Lowest fundamental frequency.", unit="Hz", low=40.0, high=300.0)
    high_hz: float = param(400.0, "Highest fundamental frequency.", unit="Hz", low=100.0, high=1000.0)


def _measure(recording: Recording, params: F0Params, channel: str, progress: Progress) -> Curve:
    speech = SpeechMeter(recording.sample_rate)
    parts: list[NDArray[np.float64]] = []
    context = round(_CONTEXT_S * recording.sample_rate)
    before = np.zeros(context, np.float32)
    pending: NDArray[np.float32] | None = None
    for waveform in waveforms(recording, channel, progress):
        speech.add(waveform)
        if pending is not None:
            parts.append(_fundamentals(before, pending, waveform[:context], recording.sample_rate, params))
            before = np.concatenate([before, pending])[-context:]
        pending = waveform
    if pending is not None:
        parts.append(_fundamentals(before, pending, np.empty(0, np.float32), recording.sample_rate, params))
    speech.finish()
    voiced = speech.voiced()
    found = np.concatenate(parts)[: len(voiced)] if parts else np.empty(0)
    return Curve(FRAME_S / 2, FRAME_S, np.where(voiced[: len(found)], found, np.nan).astype(np.float32))


def _fundamentals(
    before: NDArray[np.float32],
    waveform: NDArray[np.float32],
    after: NDArray[np.float32],
    rate_hz: int,
    params: F0Params,
) -> NDArray[np.float64]:
    """F0 (frames,) of each 10 ms of a waveform."""
    context = len(before)
    padded = np.concatenate([before, waveform, after, np.zeros(context - len(after), np.float32)])
    slow = resample(padded, rate_hz, RATE_HZ)
    count = -(-len(waveform) * 100 // rate_hz)
    start = round(context * RATE_HZ / rate_hz) + _HOP // 2 - _WINDOW // 2
    needed = start + (count - 1) * _HOP + _WINDOW
    slow = np.pad(slow, (0, max(needed - len(slow), 0)))[start:needed]
    windows = np.lib.stride_tricks.sliding_window_view(slow.astype(np.float64), _WINDOW)[::_HOP]
    found, aperiodicity = periods(windows, RATE_HZ / params.high_hz, RATE_HZ / params.low_hz)
    return np.where(aperiodicity < _APERIODIC, RATE_HZ / found, np.nan)


def periods(
    windows: NDArray[np.float64], shortest: float, longest: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Period (n,) in samples of each window (n, frames), by YIN, and the share of its power that is not periodic.

    librosa's would first compile for many seconds.

    Source: de Cheveigné and Kawahara 2002, JASA 111, 1917-1930, steps 2 to 5.
    """
    half = windows.shape[1] // 2
    difference = _differences(windows, half)
    lags = np.arange(1, half)
    normal = difference[:, 1:] * lags / np.maximum(np.cumsum(difference[:, 1:], axis=1), 1e-30)
    low, high = max(int(shortest) - 1, 1), min(int(np.ceil(longest)), half - 2)
    inside = normal[:, low:high]  # column i is lag low + i + 1
    dips = (inside < _THRESHOLD) & (inside <= normal[:, low + 1 : high + 1])
    best = np.where(dips.any(axis=1), dips.argmax(axis=1), inside.argmin(axis=1)) + low
    rows = np.arange(len(normal))
    left, middle, right = (normal[rows, best + by] for by in (-1, 0, 1))
    bend = left - 2 * middle + right
    shift = np.where(bend > 0, (left - right) / (2 * np.where(bend > 0, bend, 1.0)), 0.0)
    return best + 1 + np.clip(shift, -1.0, 1.0), middle


def _differences(windows: NDArray[np.float64], half: int) -> NDArray[np.float64]:
    """Energy (n, half) of the difference between a window's first half and the same later by each lag."""
    size = 2 * windows.shape[1]
    products = np.fft.irfft(
        np.conj(np.fft.rfft(windows[:, :half], size, axis=1)) * np.fft.rfft(windows, size, axis=1), axis=1
    )[:, :half]
    sums = np.cumsum(np.pad(windows**2, ((0, 0), (1, 0))), axis=1)
    energies = sums[:, half : 2 * half] - sums[:, :half]
    return np.maximum(energies[:, :1] + energies - 2 * products, 0.0)


TRACKS.register("f0")(
    TrackKind(
        title="Fundamental frequency",
        unit="Hz",
        note="YIN each 10 ms in windows of 64 ms at 8 kHz; no value where the sound has no clear period.",
        params=F0Params,
        measure=_measure,
    )
)
