"""What neural source-filter vocoders see of speech, and the excitations that they filter."""

from __future__ import annotations

import functools
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RATE_HZ, HOP = 16000, 80
_WINDOW, _FFT = 400, 1024
_LOW_HZ, _HIGH_HZ = 50.0, 500.0
"""Range of a plausible F0."""
_HARMONICS = 8
_CYCLE_PERIODS, _DECAY = 4.6, 0.87
"""Length and time constant of the decaying noise, in mean periods: it ends at exp(-4.6 / 0.87), 0.5 %."""


def analyse(waveform: Array, world: ModuleType) -> tuple[Array, Array]:
    """Natural-log mel spectrum (times, 80) of the 16-bit scale and F0 (times,) in Hz, 0 where unvoiced, each 5 ms.

    Args:
        waveform: float64 (frames,).
        world: The package pyworld.
    """
    window = np.blackman(_WINDOW) / np.sqrt((np.blackman(_WINDOW) ** 2).sum())
    padded = np.pad(waveform * 32768, _WINDOW // 2)
    cut = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP]
    mel = np.log(np.maximum(np.abs(np.fft.rfft(cut * window, _FFT)), 1e-12) @ _filters().T)
    coarse, times = world.dio(waveform, RATE_HZ, frame_period=1000 * HOP / RATE_HZ)
    f0 = np.append(world.stonemask(waveform, coarse, times, RATE_HZ), np.zeros(len(mel)))[: len(mel)]
    return mel, np.where((f0 > _LOW_HZ) & (f0 < _HIGH_HZ), f0, 0.0)


def harmonic_sines(f0: Array, rng: np.random.Generator) -> Array:
    """Sines (8, frames) at F0 (frames,) and its multiples, with noise; noise only where unvoiced."""
    order, voiced = np.arange(1, _HARMONICS + 1)[:, None], f0 > 0
    phase = np.cumsum(f0 * order / RATE_HZ, 1) + rng.random((_HARMONICS, 1)) * (order > 1)
    noise = rng.standard_normal((_HARMONICS, len(f0))) * np.where(voiced, 0.003, 0.1 / 3)
    return 0.1 * np.sin(2 * np.pi * (phase % 1)) * voiced + noise


def cyclic_source(f0: Array, rng: np.random.Generator) -> Array:
    """A pulse a period, convolved with noise that decays (frames,); noise where unvoiced."""
    frames, voiced = len(f0), f0 > 0
    mean_hz = float(f0[voiced].mean()) if voiced.any() else 200.0
    length = int(_CYCLE_PERIODS * RATE_HZ / mean_hz)
    decay = np.exp(-np.arange(length) * mean_hz / _DECAY / RATE_HZ)
    cycle = 0.003 * rng.standard_normal(length) * decay
    size = frames + length
    made = np.fft.irfft(np.fft.rfft(_pulses(f0), size) * np.fft.rfft(cycle, size), size)[:frames]
    return made + 0.003 * rng.standard_normal(frames) * ~voiced


def _pulses(f0: Array) -> Array:
    """The peaks of a cosine at F0 that starts anew at each onset of voice."""
    voiced, phase = f0 > 0, np.cumsum(f0 / RATE_HZ)
    onset = voiced & ~np.append(False, voiced[:-1])
    start = np.maximum.accumulate(np.where(onset, np.arange(len(f0)), 0))
    wave = np.cos(2 * np.pi * (phase - phase[start])) * voiced
    inner = voiced & np.roll(voiced, 1) & np.roll(voiced, -1)
    return wave * (onset | inner & (wave > np.roll(wave, 1)) & (wave > np.roll(wave, -1)))


@functools.cache
def _filters() -> Array:
    """(80, 513): a row for 0 Hz, then 79 triangles of equal area on the HTK mel scale, edges linear below 1 kHz."""
    edges = 700 * np.expm1(np.linspace(0, np.log1p(RATE_HZ / 2 / 700), 81))
    linear = int((edges < 1000).sum())
    edges[: linear + 1] = np.linspace(edges[0], edges[linear], linear + 1)
    hz = np.linspace(0, RATE_HZ / 2, _FFT // 2 + 1)
    low, mid, high = (edge[:, None] for edge in (edges[:-2], edges[1:-1], edges[2:]))
    bank = np.maximum(0, np.minimum((hz - low) / (mid - low), (high - hz) / (high - mid)))
    constant = 2 * (_FFT // 2) / RATE_HZ * (np.arange(_FFT // 2 + 1) == 0)
    return np.vstack([constant, bank * (2 / (edges[2:] - edges[:-2]))[:, None]])
