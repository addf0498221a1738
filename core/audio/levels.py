"""Meters of the samples themselves: level, offset, clipping, digital silence, bits in use."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording

_EXTREME_TOLERANCE = 1e-4
"""A sample within this share of the channel's extreme is at the extreme."""
_NEAR_SHARE = 0.02
_NEAR_STEPS = 8
"""Width of the band below the extreme that tells clipping from a peak that is merely round: the larger of the two."""
_PILED_UP = 0.6
"""Clipping puts at least this many samples at the extreme for one in that band; a sine of 8 bits puts 0.3."""
_MIN_CLIPPED_RUN = 2
_FLOAT_BITS = 24


class RunCounter:
    """Counts the samples that lie in runs of True of a minimum length, across blocks."""

    def __init__(self, min_length: int):
        self._min_length = min_length
        self._open = 0
        self._count = 0

    def add(self, mask: NDArray[np.bool_]) -> None:
        """Take the next samples (frames,)."""
        if not mask.any():
            self._close()
            return
        edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.view(np.int8), [0]])))
        lengths = edges[1::2] - edges[::2]
        if mask[0]:
            lengths[0] += self._open
            self._open = 0
        self._close()
        if mask[-1]:
            self._open = int(lengths[-1])
            lengths = lengths[:-1]
        self._count += int(lengths[lengths >= self._min_length].sum())

    def finish(self) -> int:
        """Samples in such runs."""
        self._close()
        return self._count

    def _close(self) -> None:
        if self._open >= self._min_length:
            self._count += self._open
        self._open = 0


class ClippingMeter:
    """Samples in runs at the extreme of their channel, where these pile up rather than being the top of a curve."""

    def __init__(self, recording: Recording):
        lows, highs = recording.peaks.levels[-1]
        step = 2.0 ** (1 - (recording.stream.bits or _FLOAT_BITS))
        self._channels = [
            (low, high, max(_NEAR_SHARE * max(high, -low), _NEAR_STEPS * step), RunCounter(_MIN_CLIPPED_RUN))
            for low, high in zip(lows.min(axis=1).tolist(), highs.max(axis=1).tolist(), strict=True)
        ]
        self._near = [0] * recording.channels
        self._at = [0] * recording.channels

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take the next samples (channels, frames)."""
        for index, (row, (low, high, width, runs)) in enumerate(zip(samples, self._channels, strict=True)):
            at = np.zeros(len(row), np.bool_)
            near = 0
            if high > 0:
                at |= row >= high * (1 - _EXTREME_TOLERANCE)
                near += int(np.count_nonzero(row >= high - width))
            if low < 0:
                at |= row <= low * (1 - _EXTREME_TOLERANCE)
                near += int(np.count_nonzero(row <= low + width))
            at_count = int(np.count_nonzero(at))
            self._at[index] += at_count
            self._near[index] += near - at_count
            runs.add(at)

    def finish(self) -> int:
        """Clipped samples of all channels."""
        counts = [runs.finish() for *_, runs in self._channels]
        return sum(n for n, near in zip(counts, self._near, strict=True) if n > _PILED_UP * near)


class BitMeter:
    """Bits in use: the word length less log2 of the greatest common divisor of all sample values."""

    def __init__(self, bits: int):
        self._bits = bits
        self._grid = min(bits, _FLOAT_BITS)  # what is read is float32
        self._divisor = 0
        self._off_grid = False

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take the next samples."""
        if self._off_grid or self._divisor == 1:
            return
        levels = samples.ravel() * np.float32(2.0 ** (self._grid - 1))
        whole = np.rint(levels)
        if np.any(whole != levels) or np.abs(whole).max(initial=0) > 2**30:
            self._off_grid = True
        else:
            self._divisor = int(np.gcd.reduce(whole.astype(np.int64), initial=self._divisor))

    @property
    def divisor(self) -> int:
        """Greatest common divisor of all values so far, in steps of the word; 0 for silence, 1 off that grid."""
        return 1 if self._off_grid else self._divisor

    def finish(self) -> float:
        """Bits, 0 for silence; the whole word where the values lie on no coarser grid."""
        if self._off_grid:
            return float(self._bits)
        return max(self._grid - math.log2(self._divisor), 1.0) if self._divisor else 0.0


class LevelMeter:
    """Peak, power, offset, clipping, digital silence and bits of all channels together."""

    def __init__(self, recording: Recording):
        self._clipping = ClippingMeter(recording)
        is_integer = recording.id.pcm_encoding == "int32le"
        self._bits = BitMeter((recording.stream.bits or _FLOAT_BITS) if is_integer else _FLOAT_BITS)
        self._zeros = [RunCounter(max(round(0.010 * recording.sample_rate), 1)) for _ in range(recording.channels)]
        self._count = recording.frames * recording.channels
        self._sum = self._power = self._peak = 0.0

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take the next samples (channels, frames)."""
        self._sum += float(samples.sum(dtype=np.float64))
        for row, zeros in zip(samples, self._zeros, strict=True):
            exact = row.astype(np.float64)
            self._power += float(exact @ exact)
            zeros.add(row == 0)
        self._peak = max(self._peak, float(samples.max()), -float(samples.min()))
        self._clipping.add(samples)
        self._bits.add(samples)

    def finish(self) -> dict[str, float]:
        """Fields of Condition; levels are not below -200 dBFS so that they stay finite."""
        return {
            "peak_dbfs": _dbfs(self._peak),
            "rms_dbfs": _dbfs(math.sqrt(self._power / self._count)),
            "dc_offset": self._sum / self._count,
            "clipped_pct": 100.0 * self._clipping.finish() / self._count,
            "digital_silence_pct": 100.0 * sum(zeros.finish() for zeros in self._zeros) / self._count,
            "effective_bits": self._bits.finish(),
        }


def _dbfs(amplitude: float) -> float:
    return 20.0 * math.log10(max(amplitude, 1e-10))
