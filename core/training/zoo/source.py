"""Source signal of source-filter members: harmonics of the fundamental from an autocorrelation track, and noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float32]

_HOP_S, _FRAME_S = 0.005, 0.05
_F0_HZ = (60.0, 420.0)
_VOICED = 0.55
"""Normalised autocorrelation above which a frame counts as voiced."""


def fundamental(waveform: Wave, rate_hz: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Fundamental frequency in Hz and voicing, every 5 ms, from the highest peak of the autocorrelation.

    Source: Boersma (1993), Proc. Institute of Phonetic Sciences Amsterdam 17, 97-110: the frame's autocorrelation is
    divided by that of its window, so that a periodic frame reaches 1 at its period.
    """
    size, hop = round(_FRAME_S * rate_hz), round(_HOP_S * rate_hz)
    padded = np.pad(waveform.astype(np.float64), size // 2, mode="constant")
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    window = np.hanning(size)
    low, high = round(rate_hz / _F0_HZ[1]), round(rate_hz / _F0_HZ[0])
    correlation = _autocorrelation((frames - frames.mean(1, keepdims=True)) * window)
    own = _autocorrelation(window[None])
    normalised = (
        correlation[:, low : high + 1] / np.maximum(correlation[:, :1], 1e-9) / (own / own[:, :1])[:, low : high + 1]
    )
    lags = np.arange(low, high + 1)
    best = (normalised - 0.05 * np.log2(lags / low)).argmax(1)
    strength = normalised[np.arange(len(best)), best]
    return rate_hz / (low + best), (strength > _VOICED) & (correlation[:, 0] > 1e-4 * correlation[:, 0].max(initial=0))


def excitation(waveform: Wave, rate_hz: int, harmonics: int, rng: np.random.Generator) -> Wave:
    """Harmonic source and noise, float32 (2, frames): sines of equal height while voiced, with a little noise.

    Source: Wang, Takaki, Yamagishi (2019), Neural Source-Filter Waveform Models, IEEE/ACM TASLP 28, eq. 2 and 3.
    """
    f0, voiced = fundamental(waveform, rate_hz)
    at = np.arange(len(waveform)) / (round(_HOP_S * rate_hz))
    track = np.interp(at, np.arange(len(f0)), _smooth(f0, voiced))
    on = np.interp(at, np.arange(len(f0)), voiced.astype(np.float64))
    phase = 2 * np.pi * np.cumsum(track / rate_hz)
    tone = sum(np.sin(k * phase) * (k * track < 0.45 * rate_hz) for k in range(1, harmonics + 1))
    noise = rng.standard_normal((2, len(waveform)))
    return np.stack([on * tone / np.sqrt(harmonics) + 0.03 * noise[0], 0.3 * noise[1]]).astype(np.float32)


def _smooth(f0: NDArray[np.float64], voiced: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The track with unvoiced stretches bridged."""
    if not voiced.any():
        return np.full_like(f0, 120.0)
    places = np.arange(len(f0))
    return np.interp(places, places[voiced], f0[voiced])


def _autocorrelation(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    size = frames.shape[1]
    power = np.abs(np.fft.rfft(frames, 2 * size)) ** 2
    return np.fft.irfft(power)[:, :size]
