"""Mean log energy of each leaf of a wavelet-packet tree: what a generator, coder or device leaves on average.

Source: mean packet fingerprints as in Gasenzer and Wolter, arXiv 2305.13033, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.compare.aligned import USABLE
from core.compare.alignment import Part
from core.features import display_packets
from core.features.tree import shortest, wavelet_named
from core.foundation.progress import SILENT, Progress

WAVELET, LEVEL = "sym5", 8
_FLOOR_DB = -120.0
"""Added power, so that digital silence does not outweigh all else: 1e-12, as in the detectors' front end."""
_BLOCK_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fingerprint:
    """Of one part of a recording, at a rate that all parts compared with it share."""

    mean_db: NDArray[np.float32]
    """(leaves,) mean of the log power over time, dBFS, from low to high frequency."""
    frequency_hz: NDArray[np.float64]
    """(leaves,) centres."""
    columns: int
    """Coefficients of each leaf that were averaged."""
    rate: int
    highest_hz: float
    """Where the part's own sample rate ends: leaves above say nothing of it."""

    def distance_db(self, other: Fingerprint) -> float | None:
        """Root mean square difference of the leaves that both have, their mean levels made equal; None without any."""
        shared = self.frequency_hz <= min(self.highest_hz, other.highest_hz)
        if self.rate != other.rate or not shared.any() or not (self.columns and other.columns):
            return None
        difference = (self.mean_db - other.mean_db)[shared]
        return float(np.std(difference))


def fingerprint(part: Part, rate: int, progress: Progress = SILENT) -> Fingerprint:
    """Average the log energies of a part over time, resampled to a rate; hours need no more memory than seconds.

    Raises:
        AudioError: the file cannot be read.
        Cancelled: it was stopped.
    """
    least = max(shortest(wavelet_named(WAVELET).dec_len, LEVEL), round(_BLOCK_S * rate) // 4)
    total, columns = np.zeros(1 << LEVEL), 0
    waiting = np.zeros(0, np.float32)
    done = 0.0
    for block in part.blocks(rate):
        progress.check()
        waiting = np.concatenate([waiting, block])
        if len(waiting) >= 2 * least:
            cut = (len(waiting) - least) >> LEVEL << LEVEL  # coefficients stay those of one tree over the whole
            total, columns = _add(total, columns, waiting[:cut], rate)
            waiting = waiting[cut:]
        done += len(block) / rate
        progress.report(min(done / max(part.duration_s, 1e-9), 1.0), "averaging wavelet packets")
    if len(waiting) >= shortest(wavelet_named(WAVELET).dec_len, LEVEL):
        total, columns = _add(total, columns, waiting, rate)
    width = rate / 2 / (1 << LEVEL)
    return Fingerprint(
        mean_db=(total / max(columns, 1)).astype(np.float32),
        frequency_hz=(np.arange(1 << LEVEL, dtype=np.float64) + 0.5) * width,
        columns=columns,
        rate=rate,
        highest_hz=_highest(part.recording, rate),
    )


def _add(total: NDArray[np.float64], columns: int, samples: NDArray[np.float32], rate: int):
    made = display_packets(samples, rate, wavelet=WAVELET, level=LEVEL).values
    floored = 10 * np.log10(np.power(10.0, made.astype(float) / 10) + 10 ** (_FLOOR_DB / 10))
    return total + floored.sum(axis=1), columns + made.shape[1]


def _highest(recording: Recording, rate: int) -> float:
    own = recording.sample_rate
    return own / 2 if own == rate else USABLE * min(own, rate) / 2
