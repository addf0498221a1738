"""A whole recording at a low rate, for measurements that need all of it at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.audio.resample import resampled_blocks
from core.foundation.progress import Progress


def whole_at(recording: Recording, rate_hz: int, channel: str, progress: Progress) -> NDArray[np.float32]:
    """Samples (frames,) of a channel at a rate; an hour at 8 kHz takes 115 MB.

    Raises:
        AudioError: there is no such channel (IN-021), or the file changed.
        Cancelled: through `progress`.
    """
    blocks, done = [], 0
    for block in resampled_blocks(recording, rate_hz, channel):
        progress.check()
        blocks.append(block)
        done += len(block)
        progress.report(min(done / rate_hz / max(recording.duration_s, 1e-9), 1.0), "reading")
    return np.concatenate(blocks) if blocks else np.empty(0, np.float32)
