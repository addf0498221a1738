"""Counting the sample values of a recording, in one streamed pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audio.levels import BitMeter, LevelMeter
from core.audio.recording import Recording
from core.foundation.progress import SILENT, Progress
from core.measure.level_grid import LevelGrid, even_grid
from core.measure.quantisation import FLOAT_BITS, Quantisation, QuantisationParams
from core.measure.result import Origin
from core.measure.zero_runs import ZeroRuns

_TOP_BITS = 16
"""Levels of longer words are counted in steps of 16 bits; round zero in steps of the word."""
_BLOCK = 1 << 19


def measure_quantisation(
    recording: Recording, params: QuantisationParams | None = None, progress: Progress = SILENT
) -> Quantisation:
    """Count the sample values of all channels, in one streamed pass.

    Raises:
        AudioError: the file changed or cannot be read.
        Cancelled: through `progress`.

    Source: Grigoras and Smith 2014, AES 54th Conference on Audio Forensics (quantisation levels).
    """
    params = params or QuantisationParams()
    counter = _Counter(recording, params)
    block = max(_BLOCK // recording.channels, 1)
    for start, samples in recording.blocks(block):
        progress.check()
        counter.add(start, samples)
        progress.report(min((start + block) / recording.frames, 1.0), "counting levels")
    return counter.finish()


class _Counter:
    """Everything that is counted in the pass."""

    def __init__(self, recording: Recording, params: QuantisationParams):
        self._recording, self._params = recording, params
        self._known = recording.id.pcm_encoding == "int32le" and recording.stream.bits is not None
        self._bits = min(recording.stream.bits or FLOAT_BITS, FLOAT_BITS) if self._known else _TOP_BITS
        self._levels, self._divisor = LevelMeter(recording), BitMeter(self._bits)
        self._step = 1 << max(self._bits - _TOP_BITS, 0)
        size = 1 << min(self._bits, _TOP_BITS)
        self._values = np.arange(-size // 2, size // 2 + 1)
        self._counts = np.zeros(size + 1, np.int64)
        self._near = np.zeros(2 * params.near_lsb + 1, np.int64)
        self._runs = [
            ZeroRuns(channel, recording.sample_rate, least_s=params.zero_run_s, most=params.runs)
            for channel in range(recording.channels)
        ]

    def add(self, start: int, samples: NDArray[np.float32]) -> None:
        self._levels.add(samples)
        self._divisor.add(samples)
        whole = np.rint(samples.ravel() * np.float32(2.0 ** (self._bits - 1))).astype(np.int64)
        half, reach = len(self._counts) // 2, self._params.near_lsb
        coarse = np.clip(whole // self._step, -half, half) + half
        self._counts += np.bincount(coarse, minlength=len(self._counts))
        near = whole[np.abs(whole) <= reach] + reach
        self._near += np.bincount(near, minlength=len(self._near))
        for row, runs in zip(samples, self._runs, strict=True):
            runs.add(start, row == 0)

    def finish(self) -> Quantisation:
        measured = self._levels.finish()
        runs = sorted((run for part in self._runs for run in part.finish()), key=lambda run: -run.length_s)
        return Quantisation(
            origin=Origin.of(self._recording, channel="all"),
            params=self._params,
            bits=self._bits,
            word_is_known=self._known,
            levels=self._values,
            counts=self._counts,
            level_step=self._step,
            near_counts=self._near,
            divisor=self._divisor.divisor,
            effective_bits=self._divisor.finish(),
            unused_pct=_unused_pct(self._counts),
            dc_offset=measured["dc_offset"],
            peak_dbfs=measured["peak_dbfs"],
            clipped_pct=measured["clipped_pct"],
            zeros_pct=100
            * sum(part.zeros for part in self._runs)
            / (self._recording.channels * self._recording.frames),
            zero_runs=tuple(runs[: self._params.runs]),
            all_runs=sum(part.count for part in self._runs),
            grid=self._grid(),
        )

    def _grid(self) -> LevelGrid | None:
        used = self._counts > 0
        return even_grid(self._values[used], self._counts[used]) if self._step == 1 else None


def _unused_pct(counts: NDArray[np.int64]) -> float:
    used = np.flatnonzero(counts)
    span = int(used[-1] - used[0]) + 1 if len(used) else 1
    return 100.0 * (span - len(used)) / span
