"""The signal-to-noise ratio of speech without a clean reference: the noise is what each band falls back to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FRAME_S = 0.010
_WINDOW_S = 0.020
_SMOOTH_FRAMES = 3
_LOWEST_HZ = 75.0
_BAND_SHARE = 0.4
"""Width of a band, as a share of its lower edge, and at least `_MIN_BAND_HZ`."""
_MIN_BAND_HZ = 500.0
_MIN_QUANTILE = 0.08
_PAUSE_DB = 4.0
_MIN_PAUSE_SHARE = 0.04
"""The floor is seen where so many frames without a voice come this close to it in all bands at once."""
_MIN_SOUNDING_SHARE = 0.25
_MAX_SNR_DB = 100.0
_TINY = 1e-20


@dataclass(frozen=True, slots=True)
class SnrEstimate:
    """Speech over noise."""

    db: float
    """0..100 dB; a lower bound where the floor was not seen."""
    floor_seen: bool
    """Whether there is a pause: no voice, and all bands at their floors at once."""


class NoiseMeter:
    """Power of each 10 ms of a channel in bands from 75 Hz up; steady offset does not count."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._size = max(round(sample_rate * _WINDOW_S), 2)
        self._window = np.hanning(self._size + 2)[1:-1].astype(np.float32)
        self._window /= np.sqrt(np.sum(self._window**2) * self._size / 2)
        self._edges = _band_edges(sample_rate, self._size)
        self._bands: list[NDArray[np.float32]] = []

    def add(self, waveform: NDArray[np.float32]) -> None:
        """Take the next whole seconds (frames,), or the end."""
        for start in range(0, len(waveform), self._rate):
            self._bands.append(self._second(waveform[start : start + self._rate]))

    def finish(self, speech: NDArray[np.bool_], voiced: NDArray[np.bool_]) -> SnrEstimate:
        """The ratio, given for each 10 ms whether there is speech and whether it is periodic."""
        bands = np.concatenate(self._bands)
        count = min(len(bands), len(speech))
        return _estimate(bands[:count], speech[:count], voiced[:count])

    def _second(self, waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        """Band powers (10-ms frames, bands); the last window is moved back so that it lies within the second."""
        padded = np.pad(waveform, (0, max(self._size - len(waveform), 0)))
        starts = np.rint(np.arange(0, len(waveform), self._rate * _FRAME_S)).astype(np.int64)
        starts = np.minimum(starts, len(padded) - self._size)
        windows = np.lib.stride_tricks.sliding_window_view(padded, self._size)[starts]
        power = np.abs(np.fft.rfft(windows * self._window, axis=1)) ** 2
        return np.add.reduceat(power, self._edges, axis=1).astype(np.float32)


def _band_edges(sample_rate: int, size: int) -> NDArray[np.int64]:
    """First bins of the bands, low to high."""
    edges, bin_hz = [_LOWEST_HZ], sample_rate / size
    while edges[-1] + max(_MIN_BAND_HZ, _BAND_SHARE * edges[-1]) < sample_rate / 2:
        edges.append(edges[-1] + max(_MIN_BAND_HZ, _BAND_SHARE * edges[-1]))
    first = np.maximum(np.rint(np.array(edges) / bin_hz), 1).astype(np.int64)
    return np.unique(np.minimum(first, size // 2))


def _estimate(bands: NDArray[np.float32], speech: NDArray[np.bool_], voiced: NDArray[np.bool_]) -> SnrEstimate:
    """Mean power of the speech less that of the noise, over that of the noise."""
    if not speech.any():
        return SnrEstimate(0.0, floor_seen=False)
    smooth = _smoothed(bands)
    sounding = _sounding(smooth, speech)
    quantile = max(float(np.mean(~speech[sounding])) / 2, _MIN_QUANTILE)
    floor = float(np.quantile(smooth[sounding], quantile, axis=0).sum())
    low = smooth[sounding].sum(axis=1) <= max(floor, _TINY) * 10 ** (_PAUSE_DB / 10)
    signal = max(float(bands[speech].sum(axis=1).mean(dtype=np.float64)) - floor, _TINY)
    ratio_db = 10 * np.log10(signal / max(floor, _TINY))
    seen = np.mean(low & ~voiced[sounding]) >= _MIN_PAUSE_SHARE
    return SnrEstimate(float(np.clip(ratio_db, 0.0, _MAX_SNR_DB)), floor_seen=bool(seen))


def _smoothed(bands: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean over neighbouring frames; exactly zero in digital silence."""
    reach = _SMOOTH_FRAMES // 2
    padded = np.pad(bands, ((reach, reach), (0, 0)), mode="edge")
    shifted = [padded[shift : shift + len(bands)] for shift in range(_SMOOTH_FRAMES)]
    return np.asarray(np.mean(shifted, axis=0), np.float32)


def _sounding(bands: NDArray[np.float32], speech: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Frames that count: a few stretches of digital silence do not make a recording clean, pauses full of it do."""
    sounding = np.any(bands > 0, axis=1)
    pauses = np.count_nonzero(~speech)
    full = pauses and np.count_nonzero(sounding[~speech]) <= _MIN_SOUNDING_SHARE * pauses
    return np.ones(len(bands), np.bool_) if full else np.asarray(sounding, np.bool_)
