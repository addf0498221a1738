"""From a generator's raw output to a copy fit for training: same length, same level, 16 bits; or why not."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import torch
import torchaudio
from numpy.typing import NDArray

from core.audio import resample
from core.audio.active_level import active_power
from core.training.prepare import dither

Wave = NDArray[np.float32]

MAX_LOG_MEL_L1 = 1.0
"""Nats; a copy farther from its original is crude enough to be told without any art."""
RAW_GAIN_DB = (-15.0, 3.0)
"""Of a raw output over its input; more is a sign of bursts of noise."""
_MAX_LEVEL_ERROR_DB = 3.0
_RATE_HZ, _FFT, _HOP, _BANDS, _FLOOR = 16000, 1024, 256, 80, 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A finished copy with what was measured."""

    samples: Wave
    """Float32 (frames,) on the 16-bit grid."""
    log_mel_l1: float
    raw_gain_db: float
    level_error_db: float
    """What is missing to the original's level because of the peak."""
    reason: str
    """Why the copy is not to be kept; empty where it is."""


def active_level(waveform: Wave, rate_hz: int) -> float:
    """Active speech level in dBFS (ITU-T P.56); -inf for silence."""
    power = active_power(waveform, rate_hz)
    return 10 * math.log10(power) if power > 0 else -math.inf


def amplify(waveform: Wave, gain_db: float) -> Wave:
    """Scale by decibels."""
    return waveform * np.float32(10 ** (gain_db / 20))


def finish(
    original: Wave, made: Wave, rate_hz: int, rng: np.random.Generator, farthest: float = MAX_LOG_MEL_L1
) -> Copy:
    """Bring a raw output to its original's length and active level, at 16 bits with triangular dither.

    Args:
        original: Float32 (frames,) at `rate_hz`.
        made: Raw output, aligned with it.
        rate_hz: Of both.
        rng: For the dither.
        farthest: Largest log-mel distance of a copy that is kept, in nats.
    """
    made = np.pad(made[: len(original)], (0, max(len(original) - len(made), 0))).astype(np.float32)
    gain = active_level(original, rate_hz) - active_level(made, rate_hz) if np.isfinite(made).all() else math.nan
    if not math.isfinite(gain):
        return _refused(made, "silent, or no finite numbers")
    room = -20 * math.log10(float(np.abs(made).max())) - 0.01
    samples = dither(amplify(made, min(gain, room)), rng)
    distance = log_mel_l1(original, samples, rate_hz)
    missing = max(0.0, gain - room)
    return Copy(
        samples=samples,
        log_mel_l1=distance,
        raw_gain_db=-gain,
        level_error_db=missing,
        reason=_fault(distance, -gain, missing, farthest),
    )


def log_mel_l1(a: Wave, b: Wave, rate_hz: int) -> float:
    """Mean absolute difference of two log-mel spectra in nats: 80 Slaney bands 0-8 kHz, 1024/256 at 16 kHz."""
    mels = [_log_mel(resample(x, rate_hz, _RATE_HZ)) for x in (a, b)]
    return float((mels[0] - mels[1]).abs().mean())


def _log_mel(waveform: Wave) -> torch.Tensor:
    window = torch.hann_window(_FFT)
    spectrum = torch.stft(
        torch.from_numpy(np.ascontiguousarray(waveform)), _FFT, _HOP, window=window, return_complex=True
    )
    return (spectrum.abs().T @ _bank()).clamp(min=_FLOOR).log()


@functools.cache
def _bank() -> torch.Tensor:
    return torchaudio.functional.melscale_fbanks(_FFT // 2 + 1, 0.0, 8000.0, _BANDS, _RATE_HZ, "slaney", "slaney")


def _fault(distance: float, raw_gain_db: float, missing_db: float, farthest: float) -> str:
    if distance > farthest:
        return f"log-mel distance {distance:.2f}"
    if not RAW_GAIN_DB[0] <= raw_gain_db <= RAW_GAIN_DB[1] or missing_db > _MAX_LEVEL_ERROR_DB:
        return f"level {raw_gain_db:+.1f} dB, {missing_db:.1f} dB missing"
    return ""


def _refused(made: Wave, reason: str) -> Copy:
    return Copy(samples=made, log_mel_l1=math.nan, raw_gain_db=math.nan, level_error_db=math.nan, reason=reason)
