"""The rhythm that interpolation leaves: a prediction from neighbours errs more and less at the old rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from core.audio.channels import mono
from core.audio.recording import Recording
from core.features.params import too_short
from core.foundation.progress import SILENT, Progress, steps

_NEAR_HZ = 3.0
"""How near a line must be to the rhythm of a standard rate."""
_AROUND_BINS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """A line in the residue's envelope at the place where interpolation from a standard rate puts one."""

    from_rate_hz: int
    frequency_hz: float
    above_db: float
    """Over the median of the surroundings; of a noise it is 15 dB or more once in 10^8."""


def residue_envelope(
    recording: Recording, *, reach: int, window_s: float, windows: int, channel: str, progress: Progress = SILENT
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean power spectrum of the size of the prediction error, each window scaled to the same mean.

    Args:
        recording: What to look at.
        reach: Neighbours on each side from which a sample is predicted.
        window_s: Length of the transforms.
        windows: Most windows, spread evenly.
        channel: Its number from 0, or mix.
        progress: Asked for each window.

    Returns:
        Frequencies (bins,) in Hz and power (bins,).

    Raises:
        FeatureError: the recording is shorter than a window (FE-001).
    """
    rate, size = recording.sample_rate, 2 * round(window_s * recording.sample_rate / 2)
    # even: half the rate is where doubling the rate shows
    if recording.frames < size + 2 * reach:
        raise too_short("the window", recording.frames, size + 2 * reach, rate)
    count = min(max(recording.frames // size, 1), windows)
    starts = np.unique(np.linspace(0, recording.frames - size - 2 * reach, count).astype(int)).tolist()
    total = np.zeros(size // 2 + 1)
    for start in steps(starts, progress, "looking for the rhythm of interpolation"):
        waveform = mono(recording, start, start + size + 2 * reach, channel).astype(np.float64)
        total += _error_spectrum(waveform, reach)
    return np.arange(size // 2 + 1) * rate / size, total / len(starts)


def _error_spectrum(waveform: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Of log |error|, so that loud and quiet stretches count alike."""
    if not waveform.any():
        return np.zeros((len(waveform) - 2 * reach) // 2 + 1)
    columns = np.lib.stride_tricks.sliding_window_view(waveform, 2 * reach + 1)
    neighbours = np.delete(columns, reach, axis=1)
    products = neighbours.T @ neighbours
    products[np.diag_indices_from(products)] += 1e-9 * np.trace(products)
    weights = linalg.solve(products, neighbours.T @ columns[:, reach], assume_a="pos")
    error = columns[:, reach] - neighbours @ weights
    size = np.log(np.abs(error) + 1e-6)
    window = np.hanning(len(size) + 1)[:-1]
    return np.abs(np.fft.rfft((size - size.mean()) * window)) ** 2 / np.sum(window**2)


def rhythms(
    frequency: NDArray[np.float64], level: NDArray[np.float64], rate: int, least: float, old_rates_hz: Sequence[int]
) -> tuple[Rhythm, ...]:
    """Lines where interpolation from an old rate puts them: at that rate, folded into the band.

    Args:
        frequency: (bins,) in Hz.
        level: (bins,) of the residue's envelope, dB.
        rate: Of the recording, Hz.
        least: By how much a line must stand above its surroundings, dB.
        old_rates_hz: Where to look.
    """
    found: dict[int, Rhythm] = {}
    for old in old_rates_hz:
        if old == rate:
            continue
        folded = abs((old + rate / 2) % rate - rate / 2)
        if folded < 50.0:
            continue
        rhythm = _line_near(frequency, level, folded, old)
        if rhythm.above_db >= least and round(folded) not in found:
            found[round(folded)] = rhythm
    return tuple(found.values())


def _line_near(frequency: NDArray[np.float64], level: NDArray[np.float64], at_hz: float, old: int) -> Rhythm:
    step = frequency[1]
    at, reach = round(at_hz / step), max(round(_NEAR_HZ / step), 1)
    near = np.arange(max(at - reach, 1), min(at + reach + 1, len(level)))
    around = level[max(at - reach - _AROUND_BINS, 1) : at + reach + _AROUND_BINS]
    top = int(near[np.argmax(level[near])])
    above = float(level[top]) - float(np.median(around))
    return Rhythm(from_rate_hz=old, frequency_hz=float(frequency[top]), above_db=above)
