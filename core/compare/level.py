"""By how much one recording is louder than another, where both are heard."""

from __future__ import annotations

import numpy as np

from core.compare.aligned import stretch
from core.compare.alignment import Alignment, Part
from core.foundation.progress import SILENT, Progress, steps

_PIECES = 60
_PIECE_S = 0.5
_RATE_HZ = 16000
_SILENCE_DBFS = -90.0
_LOUD_SHARE = 0.5
_FEWEST = 3


def match_level(reference: Part, other: Part, alignment: Alignment, progress: Progress = SILENT) -> float | None:
    """Gain in dB that makes the other recording as loud as the reference: the median over the louder half of pieces.

    Short pieces at the same places are compared, so that what only one of them has takes no part.

    Returns:
        None where the two do not overlap, or are silent where they do.

    Raises:
        AudioError: a file cannot be read.
        Cancelled: it was stopped.
    """
    rate = min(reference.recording.sample_rate, other.recording.sample_rate, _RATE_HZ)
    start = max(reference.start_s, alignment.to_reference(other.start_s))
    end = min(reference.end_s, alignment.to_reference(other.end_s)) - _PIECE_S
    count = min(_PIECES, int((end - start) / _PIECE_S) + 1) if end >= start else 0
    levels = []
    for at in steps(np.linspace(start, max(end, start), count).tolist(), progress, "matching levels"):
        frames = round(_PIECE_S * rate)
        one = _level_dbfs(stretch(reference, at, frames, rate))
        two = _level_dbfs(stretch(other, alignment.to_other(at), frames, rate, alignment.rate))
        levels.append((one, two))
    heard = [pair for pair in levels if min(pair) > _SILENCE_DBFS]
    if len(heard) < min(_FEWEST, max(count, 1)):
        return None
    heard.sort(key=sum, reverse=True)
    loud = heard[: max(_FEWEST, round(len(heard) * _LOUD_SHARE))]
    return float(np.median([one - two for one, two in loud]))


def _level_dbfs(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=float)) + 1e-20))
