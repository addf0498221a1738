"""From an audio file to a training crop: rate matching, random stretch, level, dither."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from core.audio import resample
from core.foundation.errors import DataError

LEVEL_DBFS = -26.0
"""Active level that crops are brought to before jitter; ITU-T P.56 material is made at it."""
_LSB = 1 / 32768


def load(path: Path, rate_hz: int) -> NDArray[np.float32]:
    """Mean of the channels at `rate_hz`, float32 (frames,), DC removed.

    Raises:
        DataError: the file cannot be read, or holds nothing or no finite numbers (DA-004).
    """
    samples, rate = read_samples(path)
    mixed = samples.mean(axis=1)
    matched = resample(mixed, rate, rate_hz)
    return matched - matched.mean()


def read_samples(path: Path) -> tuple[NDArray[np.float32], int]:
    """All samples of a file, float32 (frames, channels), and its rate in Hz.

    Raises:
        DataError: the file cannot be read, or holds nothing or no finite numbers (DA-004).
    """
    try:
        samples, rate = sf.read(path, dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, str(error)) from error
    if not samples.size or not np.isfinite(samples).all():
        raise _unreadable(path, "no samples, or samples that are no numbers")
    return samples, rate


def crop_bounds(frames: int, low: int, high: int, rng: np.random.Generator) -> tuple[int, int]:
    """Start and length of a random stretch of low..high frames (the whole clip where it is shorter), any offset."""
    length = min(frames, int(rng.integers(low, high + 1)))
    return int(rng.integers(0, frames - length + 1)), length


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
