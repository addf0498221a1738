"""What a file betrays besides the speech in it: silence, level, rate, length, band, word length, offset.

None of it is evidence of how speech was made. Where it goes with the class, a detector learns it in place of speech.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import signal

from core.audio.levels import BitMeter

Features = NDArray[np.float64]
_GRIDS = (160, 200, 240, 256, 300, 320, 480, 512, 600, 1024)
"""Hop lengths of common vocoders and codecs in frames."""
_SILENCE_DB = (-30.0, -45.0)
"""Below the loud frames of the clip."""
_FLOORS_DB = (-50.0, -65.0, -80.0)
_SHARES = (0.9, 0.99, 0.999, 0.9999)
_RUMBLE_HZ = (20.0, 40.0, 60.0, 100.0)


def traces(waveform: NDArray[np.float32], rate_hz: int) -> Mapping[str, Features]:
    """Features of each kind of trace, all finite; the waveform is (frames,), ±1 full scale."""
    return {
        "silence": _silence(waveform, rate_hz),
        "level": _level(waveform),
        "sample rate": np.array([float(rate_hz)]),
        "length": _length(len(waveform), rate_hz),
        "cut-off": _cut_off(waveform, rate_hz),
        "word length": _word_length(waveform),
        "offset and rumble": _rumble(waveform, rate_hz),
    }


def _silence(waveform: NDArray[np.float32], rate_hz: int) -> Features:
    """Seconds of silence before, after and altogether, at two thresholds."""
    hop = max(rate_hz // 100, 1)
    frames = waveform[: max(len(waveform) // hop, 1) * hop].reshape(-1, min(hop, len(waveform)))
    levels = _db(np.mean(np.square(frames, dtype=np.float64), axis=1))
    loud = float(np.percentile(levels, 95))
    values = []
    for below in _SILENCE_DB:
        active = np.flatnonzero(levels > loud + below)
        values += [active[0], len(levels) - 1 - active[-1], len(levels) - len(active)]
    return np.array(values, np.float64) / 100


def _level(waveform: NDArray[np.float32]) -> Features:
    power = np.mean(np.square(waveform, dtype=np.float64))
    return np.array([_db(power), _db(float(np.abs(waveform).max()) ** 2)])


def _length(frames: int, rate_hz: int) -> Features:
    rests = np.array([frames % grid / grid for grid in _GRIDS])
    return np.concatenate([[frames / rate_hz], rests, rests == 0])


def _cut_off(waveform: NDArray[np.float32], rate_hz: int) -> Features:
    """Frequencies in kHz that hold most of the power, and up to which there is sound above a floor."""
    size = min(1024, len(waveform))
    frequencies, power = signal.welch(waveform, rate_hz, nperseg=size, detrend=False)  # type: ignore[arg-type]
    total = np.cumsum(power) / max(float(power.sum()), 1e-30)
    below = [frequencies[min(int(np.searchsorted(total, share)), len(total) - 1)] for share in _SHARES]
    relative = _db(power) - _db(power.max())
    above = [frequencies[np.flatnonzero(relative >= floor)[-1]] for floor in _FLOORS_DB]
    return np.array([*below, *above]) / 1000


def _word_length(waveform: NDArray[np.float32]) -> Features:
    """Bits in use, digital zeros, runs of equal samples, how many values there are, share of odd values."""
    bits = BitMeter(16)
    bits.add(waveform)
    steps = np.rint(waveform.astype(np.float64) * 32768).astype(np.int64)
    changes = np.flatnonzero(np.diff(np.concatenate([[0], (steps == 0).astype(np.int8), [0]])))
    longest = np.max(np.diff(changes)[::2], initial=0)
    equal = np.mean(steps[1:] == steps[:-1]) if len(steps) > 1 else 1.0
    distinct = len(np.unique(steps)) / (np.ptp(steps) + 1)
    return np.array([bits.finish(), np.mean(steps == 0), np.log1p(longest), equal, distinct, np.mean(steps % 2)])


def _rumble(waveform: NDArray[np.float32], rate_hz: int) -> Features:
    """Offset, and power below some low frequencies, dB below the whole."""
    power = np.abs(np.fft.rfft(waveform * np.hanning(len(waveform)))) ** 2
    frequencies = np.fft.rfftfreq(len(waveform), 1 / rate_hz)
    whole = float(power.sum()) + 1e-30
    low = [_db(power[(frequencies > 0) & (frequencies < edge)].sum() / whole) for edge in _RUMBLE_HZ]
    offset = float(np.mean(waveform, dtype=np.float64)) ** 2 / (float(np.mean(np.square(waveform))) + 1e-30)
    return np.array([_db(offset), *low])


def _db(power: ArrayLike) -> NDArray[np.float64]:
    return 10 * np.log10(np.maximum(np.asarray(power, np.float64), 1e-14))
