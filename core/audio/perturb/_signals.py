"""What several perturbations need: filters without phase, noise of a colour, levels, another rate for a while."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from core.audio.active_level import active_power
from core.audio.perturb.base import Wave
from core.audio.resample import resample

_FILTER_MARGIN = 1024
_LOWEST_HZ = 50.0


def zero_phase(
    waveform: Wave, rate_hz: int, response: Callable[[NDArray[np.float64]], NDArray[np.floating]]
) -> NDArray[np.floating]:
    """Filter whose real gain at each frequency (Hz) `response` gives; nothing is shifted in time."""
    size = fft.next_fast_len(len(waveform) + _FILTER_MARGIN, real=True) or len(waveform)
    gain = response(np.asarray(fft.rfftfreq(size, 1 / rate_hz), np.float64)).astype(np.float32)
    return np.asarray(fft.irfft(np.asarray(fft.rfft(waveform, size)) * gain, size))[: len(waveform)]


def rising_flank(hz: NDArray[np.float64], cutoff_hz: float, flank_hz: float) -> NDArray[np.float64]:
    """Raised-cosine gain: 0 below cutoff - flank, 1 from the cut-off up."""
    return np.sin(np.clip((hz - cutoff_hz) / flank_hz + 1, 0, 1) * np.pi / 2) ** 2


def falling_flank(hz: NDArray[np.float64], cutoff_hz: float, flank_hz: float) -> NDArray[np.float64]:
    """Raised-cosine gain: 1 up to the cut-off, 0 above cutoff + flank."""
    return np.sin(np.clip((cutoff_hz - hz) / flank_hz + 1, 0, 1) * np.pi / 2) ** 2


def coloured_noise(frames: int, rate_hz: int, exponent: float, seed: int) -> NDArray[np.floating]:
    """Gaussian noise whose power goes with frequency to the exponent, level below 50 Hz."""
    white = np.random.default_rng(seed).standard_normal(frames, np.float32)
    return zero_phase(white, rate_hz, lambda hz: np.maximum(hz, _LOWEST_HZ) ** (exponent / 2))


def power(waveform: NDArray[np.floating]) -> float:
    """Mean square."""
    return float(np.mean(np.square(waveform, dtype=np.float64)))


def with_noise(speech: Wave, noise: NDArray[np.floating], snr_db: float, rate_hz: int) -> NDArray[np.floating]:
    """Speech plus noise (frames,), scaled so that active speech level over mean noise power is snr_db.

    Silence, or noise that is silent, is given back as it is.
    """
    loudness = power(noise)
    if loudness == 0:
        return speech
    gain = np.sqrt(active_power(speech, rate_hz) / loudness) * 10 ** (-snr_db / 20)
    return speech + noise * np.float32(gain)


def at_level_of(changed: NDArray[np.floating], waveform: Wave) -> NDArray[np.floating]:
    """The changed waveform with the mean power of the original."""
    loudness = power(changed)
    return changed * np.float32(np.sqrt(power(waveform) / loudness)) if loudness else changed


def at_rate(waveform: Wave, rate_hz: int, other_hz: int, change: Callable[[Wave], Wave]) -> Wave:
    """Resample, change, resample back; the length may differ by a sample."""
    return resample(change(resample(waveform, rate_hz, other_hz)), other_hz, rate_hz)
