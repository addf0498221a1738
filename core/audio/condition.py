"""The measured state of a recording's signal."""

from __future__ import annotations

import numpy as np

from core.audio.recording import Condition, Recording
from core.foundation.progress import SILENT, Progress
from core.foundation.units import dbfs

_FLOOR_DBFS = -200.0


def measure_condition(recording: Recording, progress: Progress = SILENT) -> Condition:
    """Measure a recording in one streamed pass."""
    total = power = 0.0
    peak = 0.0
    clipped = 0
    for start, block in recording.blocks(recording.sample_rate * 10):
        progress.check()
        total += float(block.sum(dtype=np.float64))
        power += float(np.square(block, dtype=np.float64).sum())
        peak = max(peak, float(np.abs(block).max()))
        clipped += int(np.count_nonzero(np.abs(block) >= 0.9999))
        progress.report(start / recording.frames, "measuring")
    count = recording.frames * recording.channels
    return Condition(
        speech_s=recording.duration_s if peak > 1e-4 else 0.0,
        bandwidth_hz=recording.sample_rate / 2,
        snr_db=0.0,
        clipped_pct=100 * clipped / count,
        codec=recording.stream.codec,
        peak_dbfs=max(dbfs(peak), _FLOOR_DBFS),
        rms_dbfs=max(dbfs((power / count) ** 0.5), _FLOOR_DBFS),
        dc_offset=total / count,
        effective_bits=float(recording.stream.bits or 24),
        digital_silence_pct=0.0,
    )
