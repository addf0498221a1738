"""How alike two stretches of one recording are, sample by sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from core.audio.channels import mono
from core.audio.recording import Recording

_APART_S = 1 / 8000
BLOCK_S = 0.02
"""Waveforms are compared in blocks of this length."""
_LOBE_S = 0.0005
_DISTINCT = 0.85
"""A second lag must correlate less than this share of the best: steady tones fit at many lags."""


class Wave:
    """Samples at the recording's own rate, where copies lie on whole samples; differenced over 1/8000 s.

    Voices and hum fall towards high frequencies, and a correlation must not rest on hum alone.
    """

    def __init__(self, recording: Recording, channel: str):
        self._recording, self._channel = recording, channel
        self.rate, self.frames = recording.sample_rate, recording.frames
        self._apart = max(round(self.rate * _APART_S), 1)
        self.block = max(round(BLOCK_S * self.rate), 16)

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """Samples from start to stop, both inside the recording."""
        margin = min(self._apart, start)
        samples = mono(self._recording, start - margin, stop, self._channel).astype(np.float64)
        before = np.pad(samples, (self._apart - margin, 0))[: stop - start]
        return samples[margin:] - before

    def likeness(self, first: int, second: int, length: int) -> float:
        """Normalised correlation of two stretches; 0 beyond the ends and in silence."""
        if min(first, second) < 0 or max(first, second) + length > self.frames:
            return 0.0
        a, b = self.read(first, first + length), self.read(second, second + length)
        norm = float(np.sqrt((a @ a) * (b @ b)))
        return float(a @ b) / norm if norm > 0 else 0.0

    def lag_of(self, at: int, length: int, low: int, reach: int, least: float) -> int | None:
        """The lag at which a stretch fits best, its other place starting within 2 · reach frames from `low`.

        None where it fits less than `least`, at several lags alike, or where either place lies beyond the ends.
        """
        if min(at, low) < 0 or low + 2 * reach + length > self.frames:
            return None
        scores = _sliding_likeness(self.read(low, low + 2 * reach + length), self.read(at, at + length))
        best = int(scores.argmax())
        if scores[best] < least or not _is_distinct(scores, best, round(_LOBE_S * self.rate)):
            return None
        return low + best - at


def _sliding_likeness(field: NDArray[np.float64], piece: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalised correlation of a piece with each place of a field."""
    products = signal.correlate(field, piece, mode="valid", method="fft")
    powers = np.cumsum(np.concatenate([[0.0], field**2]))
    norms = np.sqrt(np.maximum(powers[len(piece) :] - powers[: -len(piece)], 0) * (piece @ piece))
    return products / np.maximum(norms, 1e-9)


def _is_distinct(scores: NDArray[np.float64], best: int, lobe: int) -> bool:
    rest = np.delete(scores, np.arange(max(best - lobe, 0), min(best + lobe + 1, len(scores))))
    return bool(rest.max(initial=-1.0) < _DISTINCT * scores[best])
