"""Where there is speech-like activity, and how far it stands above the rest.

Voiced speech is found as sound that is periodic in the range of human voices, spreads over the spectrum, and changes
as articulation does; what is loud enough around it counts with it. Independent of level. Steady tones, hum, buzzes and
noises fail one of the three. Singing, animals with a voice and some music pass; whispering does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Segment
from core.audio.resample import StreamResampler

RATE_HZ = 8000
"""Rate of the analysis: voices show below 4 kHz, and telephone speech must do."""
FRAME_S = 0.010
_HOP = 80
_WINDOW_FRAMES = 400
_FFT = 512
_LAGS = slice(20, 112)
"""Periods from 2.5 to 14 ms: 400 to 71 Hz."""
_BAND_EDGES_HZ = (80, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3800)
_LINE_BINS = 6
_CHANGE_FRAMES = 12
_MIN_PERIODICITY = 0.55
_OCTAVE_COST = 0.02
"""Of two periods that fit alike the shorter is taken, so that the period does not jump to and fro."""
_MIN_CHANGE_DB = 3.0
_MIN_BANDS = 4
_MIN_LEVEL_DBFS = -90.0
_ABOVE_FLOOR_DB = 3.0
_BELOW_PEAK_DB = 30.0
_NUCLEUS_FRAMES = 4
"""Voices that creak keep a period for no longer than 40 ms."""
_NEAR_FRAMES = 61
"""A voiced frame makes speech of what is loud within 0.3 s of it."""
_CONTEXT_FRAMES = 51
_PAUSE_FRAMES = 21
"""Pauses shorter than this belong to the speech."""

_window = np.hanning(_WINDOW_FRAMES + 2)[1:-1].astype(np.float32)
_frequencies = np.fft.rfftfreq(_FFT, 1 / RATE_HZ)
_in_band = (_frequencies >= _BAND_EDGES_HZ[0]) & (_frequencies <= _BAND_EDGES_HZ[-1])
_band_starts = np.searchsorted(_frequencies, _BAND_EDGES_HZ[:-1])
_window_autocorrelation = np.fft.irfft(np.abs(np.fft.rfft(_window, _FFT)) ** 2).astype(np.float32)
_window_autocorrelation /= _window_autocorrelation[0]


@dataclass(frozen=True, slots=True)
class _Frames:
    """Features of consecutive frames, one each 10 ms."""

    level_dbfs: NDArray[np.float32]
    voiced: NDArray[np.bool_]
    """Periodic, spread, and not one line."""
    line: NDArray[np.bool_]
    """Nearly all energy in one spectral line."""
    bands_db: NDArray[np.float32]


class SpeechMeter:
    """Finds speech-like activity while a channel streams by."""

    def __init__(self, sample_rate: int):
        self._sample_rate = sample_rate
        self._resampler = StreamResampler(sample_rate, RATE_HZ)
        # frame i is centred on the middle of the stretch from i·10 to (i+1)·10 ms
        self._rest = np.zeros((_WINDOW_FRAMES - _HOP) // 2, np.float32)
        self._levels: list[NDArray[np.float32]] = []
        self._voiced: list[NDArray[np.bool_]] = []
        self._lines: list[NDArray[np.bool_]] = []
        self._changes: list[NDArray[np.float32]] = []
        self._bands: NDArray[np.float32] | None = None
        self._frames = 0

    def add(self, waveform: NDArray[np.float32]) -> None:
        """Take the next samples (frames,)."""
        self._frames += len(waveform)
        self._analyse(self._resampler.add(waveform))

    def finish(self) -> NDArray[np.bool_]:
        """Whether there is speech, for each 10 ms of the recording."""
        count = -(-self._frames * 100 // self._sample_rate)
        self._analyse(self._resampler.finish())
        self._analyse(np.zeros(_WINDOW_FRAMES + _HOP, np.float32))
        if self._bands is not None:
            self._add_changes(np.repeat(self._bands[-1:], _CHANGE_FRAMES, axis=0))
        return _speech(
            level=np.concatenate(self._levels)[:count],
            voiced=np.concatenate(self._voiced)[:count],
            line=np.concatenate(self._lines)[:count],
            change=np.concatenate(self._changes)[:count],
        )

    def voiced(self) -> NDArray[np.bool_]:
        """Whether the sound is periodic as a voice is, for each 10 ms; only after `finish`."""
        return np.concatenate(self._voiced)[: -(-self._frames * 100 // self._sample_rate)]

    def _analyse(self, samples: NDArray[np.float32]) -> None:
        joined = np.concatenate([self._rest, samples])
        if len(joined) < _WINDOW_FRAMES:
            self._rest = joined
            return
        windows = np.lib.stride_tricks.sliding_window_view(joined, _WINDOW_FRAMES)[::_HOP]
        self._rest = joined[len(windows) * _HOP :].copy()
        frames = _features(windows)
        self._levels.append(frames.level_dbfs)
        self._voiced.append(frames.voiced)
        self._lines.append(frames.line)
        if self._bands is None:
            self._bands = np.repeat(frames.bands_db[:1], _CHANGE_FRAMES, axis=0)
        self._add_changes(frames.bands_db)

    def _add_changes(self, bands_db: NDArray[np.float32]) -> None:
        joined = np.concatenate([self._bands, bands_db]) if self._bands is not None else bands_db
        reach = 2 * _CHANGE_FRAMES
        if len(joined) > reach:
            self._changes.append(_change(joined[:-reach], joined[reach:]))
        self._bands = joined[-reach:]


def segments(speech: NDArray[np.bool_], sample_rate: int, frames: int) -> tuple[Segment, ...]:
    """Stretches of True as Segments at the recording's rate."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], speech.view(np.int8), [0]])))
    at = np.minimum(np.rint(edges * FRAME_S * sample_rate).astype(np.int64), frames)
    pairs = zip(at[::2].tolist(), at[1::2].tolist(), strict=True)
    return tuple(Segment(start_frame=start, end_frame=end) for start, end in pairs if end > start)


def _features(windows: NDArray[np.float32]) -> _Frames:
    power = np.abs(np.fft.rfft(windows * _window, _FFT, axis=1)) ** 2
    power[:, ~_in_band] = 0
    total = power.sum(axis=1)
    floor = np.maximum(total, 1e-20)
    bands_db = 10 * np.log10(
        np.add.reduceat(power[:, : np.flatnonzero(_in_band)[-1] + 1], _band_starts, axis=1) + 1e-12
    )
    line = _line_share(power) / floor
    periodicity, lag = _periodicity(power)
    spread = np.count_nonzero(bands_db > bands_db.max(axis=1, keepdims=True) - 25, axis=1)
    steady = np.abs(np.diff(np.log(lag), prepend=np.log(lag[:1]))) < 0.15
    return _Frames(
        level_dbfs=10 * np.log10(total / (_FFT / 2 * np.sum(_window**2)) + 1e-14),
        voiced=(periodicity > _MIN_PERIODICITY) & steady & (spread >= _MIN_BANDS) & (line < 0.95),
        line=line > 0.9,
        bands_db=bands_db.astype(np.float32),
    )


def _periodicity(power: NDArray[np.float32]) -> tuple[NDArray[np.floating], NDArray[np.intp]]:
    """Highest normalised autocorrelation in the range of voices, corrected for the window, and its lag.

    Source: Boersma 1993, Proc. Inst. Phonetic Sciences 17, 97-110.
    """
    correlation = np.asarray(np.fft.irfft(power, axis=1), np.float32)
    scaled = correlation[:, _LAGS] / np.maximum(correlation[:, 0], 1e-20)[:, None] / _window_autocorrelation[_LAGS]
    octaves = np.log2(np.arange(_LAGS.start, _LAGS.stop), dtype=np.float32)
    best = (scaled - _OCTAVE_COST * octaves).argmax(axis=1)
    return scaled[np.arange(len(scaled)), best], best + _LAGS.start


def _line_share(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Power within one main lobe of the strongest bin."""
    rows, top = np.arange(len(power)), power.argmax(axis=1)
    sums = np.cumsum(np.pad(power, ((0, 0), (1, 0))), axis=1)
    low, high = np.maximum(top - _LINE_BINS, 0), np.minimum(top + _LINE_BINS + 1, power.shape[1])
    return sums[rows, high] - sums[rows, low]


def _change(before_db: NDArray[np.float32], after_db: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean change of the bands within 20 dB of the strongest, dB, between frames 0.24 s apart."""
    louder = np.maximum(before_db, after_db)
    strong = louder > louder.max(axis=1, keepdims=True) - 20
    difference = np.minimum(np.abs(before_db - after_db), 20) * strong
    return (difference.sum(axis=1) / strong.sum(axis=1)).astype(np.float32)


def _speech(
    *, level: NDArray[np.float32], voiced: NDArray[np.bool_], line: NDArray[np.bool_], change: NDArray[np.float32]
) -> NDArray[np.bool_]:
    from scipy import ndimage  # 0.3 s that the start of the program need not wait for

    floor = _noise_floor(level)
    loud = (level > floor + _ABOVE_FLOOR_DB) & (level > _MIN_LEVEL_DBFS)
    changing = ndimage.uniform_filter1d(change, _CONTEXT_FRAMES, mode="nearest") > _MIN_CHANGE_DB
    tonal = ndimage.uniform_filter1d(line.astype(np.float32), _CONTEXT_FRAMES, mode="nearest") > 0.7
    nuclei = np.asarray(ndimage.binary_opening(voiced & loud, np.ones(_NUCLEUS_FRAMES)), np.bool_) & changing & ~tonal
    peak = ndimage.maximum_filter1d(np.where(nuclei, level, -200.0), 2 * _CONTEXT_FRAMES - 1)
    near = np.asarray(ndimage.binary_dilation(nuclei, np.ones(_NEAR_FRAMES)), np.bool_)
    active = np.pad(near & loud & (level > peak - _BELOW_PEAK_DB), _PAUSE_FRAMES)
    closed = np.asarray(ndimage.binary_closing(active, np.ones(_PAUSE_FRAMES)), np.bool_)
    return closed[_PAUSE_FRAMES:-_PAUSE_FRAMES]


def _noise_floor(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """Tenth percentile of the level within 3 s to each side."""
    from scipy import ndimage

    coarse = level[::5]
    low = ndimage.percentile_filter(coarse, 10, size=min(121, len(coarse)), mode="nearest")
    return np.repeat(low, 5)[: len(level)]
