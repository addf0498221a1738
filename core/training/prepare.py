"""From an audio file to a training crop: rate matching, random stretch, level, dither."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray
from scipy import fft

from core.audio import resample
from core.foundation.errors import DataError

LEVEL_DBFS = -26.0
"""Active level that crops are brought to before jitter; ITU-T P.56 material is made at it."""
_LSB = 1 / 32768


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """How a crop is made from a clip so that it betrays nothing but the speech: not the file, not the recording chain.

    The ends of the band are drawn anew for each crop: rumble below voices and the rate or coder that a recording once
    went through go with the class in most data sets.
    """

    rate_hz: int = 16000
    crop_s: tuple[float, float] = (1.2, 2.2)
    level_dbfs: tuple[float, float] = (-38.0, -16.0)
    low_hz: tuple[float, float] = (70.0, 130.0)
    """Range of the lower end of the band."""
    high_hz: tuple[float, float] = (3600.0, 7200.0)
    """Range of the upper end of the band."""

    def crop(self, waveform: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        """A crop of a clip (frames,) at `rate_hz`: band, stretch, level, dither."""
        low, high = (round(seconds * self.rate_hz) for seconds in self.crop_s)
        limited = band_limit(waveform, self.rate_hz, rng.uniform(*self.low_hz), rng.uniform(*self.high_hz))
        cut = stretch(limited, int(rng.integers(low, high + 1)), rng)
        return dither(set_level(cut, rng.uniform(*self.level_dbfs)), rng)


def load(path: Path, rate_hz: int) -> NDArray[np.float32]:
    """Mean of the channels at `rate_hz`, float32 (frames,), DC removed.

    Raises:
        DataError: the file cannot be read, or holds nothing or no finite numbers (DA-004).
    """
    samples, rate = read_samples(path)
    mixed = samples.mean(axis=1)
    matched = resample(mixed, rate, rate_hz)
    if not matched.size:
        raise _unreadable(path, "it is shorter than a sample")
    return matched - matched.mean()


def read_samples(path: Path) -> tuple[NDArray[np.float32], int]:
    """All samples of a file, float32 (frames, channels), and its rate in Hz.

    Raises:
        DataError: the file cannot be read, or holds nothing or no finite numbers (DA-004).
    """
    if not path.exists():
        raise _unreadable(path, "there is no such file")
    try:
        samples, rate = sf.read(path, dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, str(error)) from error
    if not samples.size or not np.isfinite(samples).all():
        raise _unreadable(path, "no samples, or samples that are no numbers")
    return np.asarray(samples, np.float32), rate


def crop_bounds(frames: int, low: int, high: int, rng: np.random.Generator) -> tuple[int, int]:
    """Start and length of a random stretch of low..high frames (the whole clip where it is shorter), any offset."""
    length = min(frames, int(rng.integers(low, high + 1)))
    return int(rng.integers(0, frames - length + 1)), length


def stretch(waveform: NDArray[np.float32], frames: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A stretch of exactly so many frames at any offset; a shorter clip is repeated, from anywhere within it."""
    if len(waveform) >= frames:
        start = int(rng.integers(0, len(waveform) - frames + 1))
        return waveform[start : start + frames]
    return np.resize(np.roll(waveform, -int(rng.integers(len(waveform)))), frames)


def band_limit(waveform: NDArray[np.float32], rate_hz: int, low_hz: float, high_hz: float) -> NDArray[np.float32]:
    """Zero-phase band-pass over the whole waveform with raised-cosine flanks, half an octave below and 300 Hz above."""
    size = fft.next_fast_len(len(waveform) + rate_hz // 8, real=True) or len(waveform)
    hz = np.asarray(fft.rfftfreq(size, 1 / rate_hz))
    rise = np.clip((hz - low_hz / np.sqrt(2)) / (low_hz - low_hz / np.sqrt(2)), 0, 1)
    fall = np.clip((high_hz - hz) / 300 + 1, 0, 1)
    gain = (np.sin(rise * np.pi / 2) * np.sin(fall * np.pi / 2)) ** 2
    spectrum = np.asarray(fft.rfft(waveform, size)) * gain.astype(np.float32)
    return np.asarray(fft.irfft(spectrum, size), np.float32)[: len(waveform)]


def set_level(waveform: NDArray[np.float32], level_dbfs: float) -> NDArray[np.float32]:
    """Scale to an RMS level; silence stays silence."""
    rms = float(np.sqrt(np.mean(np.square(waveform, dtype=np.float64))))
    return waveform if rms == 0 else waveform * np.float32(10 ** (level_dbfs / 20) / rms)


def dither(waveform: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Clip to full scale and round to 16 bits with triangular dither of ±1 LSB.

    Source: Lipshitz, Wannamaker, Vanderkooy (1992), J. Audio Eng. Soc. 40(5), 355-375.
    """
    noise = rng.random(waveform.shape, np.float32) - rng.random(waveform.shape, np.float32)
    steps = np.round(np.clip(waveform, -1, 1 - 2 * _LSB) / _LSB + noise)
    return (steps * _LSB).astype(np.float32)


def _unreadable(path: Path, why: str) -> DataError:
    return DataError(
        "DA-004",
        f"The clip {path.name} cannot be used ({why}).",
        means="The data set is not complete.",
        do="Restore the file or take its line out of the manifest.",
    )
