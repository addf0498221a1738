"""The long-term spectrum of one channel: how far it reaches, and whether it ends as if cut off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_WINDOW_S = 0.06
_CLASS_DB = 3.0
_CLASSES = 64
SMOOTHING_HZ = 100.0
"""How exactly an end is known."""
_LOWEST_HZ = 60.0
_ABOVE_FLOOR_DB = 6.0
_RANGE_DB = 90.0
"""What lies further below the strongest part of the spectrum counts as nothing."""
_MIN_CLASS_FRAMES = 3
_SHARP_DB = 20.0
_BAND_HZ = 200.0
_STEP_DB = 2.0
_STEPS = 90
_TOP_DB = 20.0
_MOVES_DB = 12.0
"""Steady noise of a band keeps its levels closer together than this, speech does not."""
_FULL_BAND = 0.94
"""An end above this share of half the sample rate is the anti-aliasing filter's."""


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """How far a spectrum reaches."""

    hz: float
    """Highest frequency with energy clearly above the noise floor; 0 for silence."""
    sharp_end_hz: float | None = None
    """Where all energy, noise too, ends as if cut off, well below half the sample rate; None where it does not."""


def _blackman_harris(size: int) -> NDArray[np.float32]:
    """Four-term window with side lobes at -92 dB, so that a steep end stays steep.

    Source: Harris 1978, Proc. IEEE 66, 51-83.
    """
    phase = 2 * np.pi * np.arange(size) / size
    return (0.35875 - 0.48829 * np.cos(phase) + 0.14128 * np.cos(2 * phase) - 0.01168 * np.cos(3 * phase)).astype(
        np.float32
    )


class _BandLevels:
    """How often each band of 200 Hz had which level, so that what moves can be told from a steady floor."""

    def __init__(self, sample_rate: int, size: int):
        width = max(round(_BAND_HZ * size / sample_rate), 1)
        self._first = np.arange(0, size // 2 + 1, width)
        self._last = np.append(self._first[1:], size // 2 + 1) - 1
        self._counts = np.zeros((len(self._first), _STEPS), np.int64)

    def add(self, power: NDArray[np.float32]) -> None:
        """Take power spectra (frames, bins)."""
        bands = np.add.reduceat(power, self._first, axis=1) / (self._last - self._first + 1)
        steps = np.clip((_TOP_DB - 10 * np.log10(bands + 1e-20)) / _STEP_DB, 0, _STEPS - 1).astype(np.int64)
        flat = np.arange(len(self._first)) * _STEPS + steps
        self._counts += np.bincount(flat.ravel(), minlength=self._counts.size).reshape(self._counts.shape)

    def moving_end(self, nothing_db: float) -> int:
        """Last bin of the last band that now and then stands clearly above its own floor; 0 where none does."""
        loud, floor = self._db(0.05), self._db(0.9)
        found = np.flatnonzero((loud > floor + _MOVES_DB) & (loud > nothing_db + _ABOVE_FLOOR_DB))
        return int(self._last[found[-1]]) if len(found) else 0

    def _db(self, share: float) -> NDArray[np.float64]:
        """Level that is reached in this share of the frames, for each band."""
        reached = np.cumsum(self._counts, axis=1) >= share * self._counts.sum(axis=1, keepdims=True)
        return _TOP_DB - _STEP_DB * reached.argmax(axis=1)


class SpectrumMeter:
    """Mean power spectra of frames sorted by their level, so that loud and quiet frames can be compared afterwards."""

    def __init__(self, sample_rate: int):
        self._size = 1 << int(np.ceil(np.log2(max(sample_rate * _WINDOW_S, 16))))
        self._bin_hz = sample_rate / self._size
        self._window = _blackman_harris(self._size)
        self._sums = np.zeros((_CLASSES, self._size // 2 + 1))
        self._counts = np.zeros(_CLASSES, np.int64)
        self._levels = _BandLevels(sample_rate, self._size)
        self._rest = np.empty(0, np.float32)

    def add(self, waveform: NDArray[np.float32]) -> None:
        """Take the next samples (frames,)."""
        joined = np.concatenate([self._rest, waveform])
        whole = len(joined) // self._size * self._size
        self._rest = joined[whole:].copy()
        if whole:
            self._take(joined[:whole].reshape(-1, self._size))

    def finish(self, bits: int | None) -> Bandwidth:
        """The bandwidth; `bits` is the word length of integer samples, whose rounding noise is no signal."""
        if not self._counts.any() and len(self._rest):
            self._take(np.pad(self._rest, (0, self._size - len(self._rest)))[None])
        if not self._counts.any():
            return Bandwidth(0.0)
        return self._bandwidth(self._rounding_noise_db(bits))

    def _take(self, frames: NDArray[np.float32]) -> None:
        level = np.mean(np.square(frames, dtype=np.float64), axis=1)
        frames, level = frames[level > 0], level[level > 0]
        if not len(frames):
            return
        power = np.abs(np.fft.rfft(frames * self._window, axis=1)) ** 2 / np.sum(self._window**2)
        classes = np.clip(-10 * np.log10(level) / _CLASS_DB, 0, _CLASSES - 1).astype(np.int64)
        for index in np.unique(classes):
            self._sums[index] += power[classes == index].sum(axis=0, dtype=np.float64)
        self._counts += np.bincount(classes, minlength=_CLASSES)
        self._levels.add(np.asarray(power, np.float32))

    def _bandwidth(self, rounding_db: float) -> Bandwidth:
        lowest = max(round(_LOWEST_HZ / self._bin_hz), 1)
        mean, floor = self._db(np.arange(_CLASSES)), self._floor_db()
        nothing = max(rounding_db, mean[lowest:].max() - _RANGE_DB)
        reach = min(self._end(mean, np.full_like(mean, nothing)), self._plateau_end(mean))
        is_steady = np.percentile((mean - floor)[lowest:], 90) <= _ABOVE_FLOOR_DB
        end = reach if is_steady else self._end(mean, np.maximum(floor, nothing))
        end = max(end, self._levels.moving_end(nothing))
        sharp = self._is_sharp(mean, reach)
        return Bandwidth(self._hz(min(end, reach) if sharp else end), self._hz(reach) if sharp else None)

    def _hz(self, end: int) -> float:
        return float(min((end + 0.5) * self._bin_hz, self._bin_hz * self._size / 2))

    def _floor_db(self) -> NDArray[np.float64]:
        """Noise floor: at each frequency that of the class with least power there.

        The quietest frames alone will not do: without pauses they are an s, the strongest of all above 4 kHz.
        """
        enough = np.flatnonzero(self._counts >= min(_MIN_CLASS_FRAMES, self._counts.max()))
        return np.min([self._db(np.array([index])) for index in enough], axis=0)

    def _db(self, classes: NDArray[np.int64]) -> NDArray[np.float64]:
        mean = self._sums[classes].sum(axis=0) / max(self._counts[classes].sum(), 1)
        width = max(round(SMOOTHING_HZ / self._bin_hz), 1)
        padded = np.pad(mean, (width // 2, width - 1 - width // 2), mode="edge")
        return 10 * np.log10(np.convolve(padded, np.full(width, 1 / width), mode="valid") + 1e-20)

    def _end(self, spectrum_db: NDArray[np.float64], floor_db: NDArray[np.float64]) -> int:
        """Last bin of the last stretch of 100 Hz above the floor."""
        above = spectrum_db > floor_db + _ABOVE_FLOOR_DB
        width = max(round(100.0 / self._bin_hz), 1)
        stretches = np.convolve(above, np.ones(width), mode="valid") > width - 0.5
        return int(np.flatnonzero(stretches)[-1]) + width - 1 if stretches.any() else 0

    def _plateau_end(self, spectrum_db: NDArray[np.float64]) -> int:
        """Where a steady sound falls sharply to an even floor; the last bin where it does not."""
        last = len(spectrum_db) - 1
        floor_db = float(np.median(spectrum_db[round(0.92 * last) :]))
        end = self._end(spectrum_db, np.full_like(spectrum_db, floor_db))
        inside = spectrum_db[round(0.8 * end) : max(round(0.9 * end), 1)]
        return end if len(inside) and np.median(inside) > floor_db + 2 * _ABOVE_FLOOR_DB else last

    def _is_sharp(self, spectrum_db: NDArray[np.float64], end: int) -> bool:
        last = len(spectrum_db) - 1
        before = spectrum_db[round(0.85 * end) : round(0.95 * end)]
        after = spectrum_db[min(round(1.06 * end) + 1, last) :]
        return bool(0 < end < _FULL_BAND * last and len(before) and np.mean(before) - np.max(after) > _SHARP_DB)

    def _rounding_noise_db(self, bits: int | None) -> float:
        return -200.0 if bits is None or bits > 24 else 10 * np.log10(2.0 ** (2 - 2 * bits) / 12)
