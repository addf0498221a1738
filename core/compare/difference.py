"""Difference of two spectrograms, signed, in dB: positive where the other recording has more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.compare.aligned import aligned, usable_hz
from core.compare.alignment import Alignment, Part
from core.features import display_spectrogram
from core.foundation.progress import SILENT, Progress

FLOOR_DBFS = -110.0
"""Lower levels count as this: what neither recording can hold is no difference."""
_BLOCK_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DifferenceMap:
    """Other minus reference over the reference's time and frequency."""

    values_db: NDArray[np.float32]
    """(bins, columns); NaN where one of them has no sound or cannot be compared."""
    time_s: NDArray[np.float64]
    """(columns,) of the reference."""
    frequency_hz: NDArray[np.float64]
    """(bins,)."""
    gain_db: float
    """What was added to the other's levels."""


def level_difference(
    reference_db: NDArray[np.float32],
    other_db: NDArray[np.float32],
    frequency_hz: NDArray[np.float64],
    *,
    gain_db: float = 0.0,
    highest_hz: float,
) -> NDArray[np.float32]:
    """Other plus gain minus reference, both (bins, columns) in dBFS; NaN above highest_hz."""
    floor = np.float32(FLOOR_DBFS)
    difference = np.maximum(other_db + np.float32(gain_db), floor) - np.maximum(reference_db, floor)
    difference[frequency_hz > highest_hz] = np.nan
    return difference.astype(np.float32, copy=False)


def difference_map(
    reference: Part,
    other: Part,
    alignment: Alignment,
    *,
    start_s: float,
    end_s: float,
    window_s: float = 0.043,
    hop_s: float = 0.01,
    gain_db: float = 0.0,
    progress: Progress = SILENT,
) -> DifferenceMap:
    """Difference of a stretch, after the other was laid on the reference's clock, sample by sample.

    Args:
        reference: Whose time and rate the map has.
        other: What is compared with it.
        alignment: How they lie to one another.
        start_s: First column, seconds of the reference.
        end_s: End.
        window_s: Length of the Hann window.
        hop_s: Step between columns.
        gain_db: Added to the other's levels; see `match_level`.
        progress: Told how far it is.

    Raises:
        AudioError: a file cannot be read.
        Cancelled: it was stopped.
    """
    rate = reference.recording.sample_rate
    mapped = Part(recording=aligned(reference.recording, other, alignment))
    highest = usable_hz(reference.recording, other.recording, alignment)
    hop = max(1, round(hop_s * rate))
    lead = -(-round(window_s * rate) // hop) * hop
    first, last = round(start_s * rate), round(end_s * rate)
    step = max(round(_BLOCK_S * rate) // hop, 1) * hop
    made, frequency_hz = [], np.zeros(0)
    for at in range(first, last, step):
        progress.check()
        stop = min(at + step, last)
        maps = [
            display_spectrogram(part.read(at - lead, stop + lead), rate, window_s=window_s, hop_s=hop / rate)
            for part in (reference, mapped)
        ]
        columns = slice(lead // hop, lead // hop + -(-(stop - at) // hop))
        one, two = (found.values[:, columns] for found in maps)
        frequency_hz = maps[0].frequency_hz
        made.append(level_difference(one, two, frequency_hz, gain_db=gain_db, highest_hz=highest))
        progress.report((stop - first) / (last - first), "computing the difference")
    values = np.concatenate(made, axis=1) if made else np.zeros((0, 0), np.float32)
    time_s = (first + hop * np.arange(values.shape[1])) / rate
    start, stop = alignment.to_reference(0.0), alignment.to_reference(other.recording.duration_s)
    values[:, (time_s < start) | (time_s > stop)] = np.nan
    return DifferenceMap(values_db=values, time_s=time_s, frequency_hz=frequency_hz, gain_db=gain_db)
