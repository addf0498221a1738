"""One channel out of many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.foundation.errors import AudioError


def mono(recording: Recording, start_frame: int, stop_frame: int, channel: str = "mix") -> NDArray[np.float32]:
    """One waveform float32 (frames,) of a stretch of a recording.

    Args:
        recording: Where from.
        start_frame: First frame.
        stop_frame: Frame after the last.
        channel: `mix` (mean of all channels, as librosa.to_mono) or a channel's number from 0.

    Raises:
        AudioError: there is no such channel (IN-021), or the file changed (IN-007).
    """
    return pick(recording.read(start_frame, stop_frame), channel)


def pick(samples: NDArray[np.float32], channel: str = "mix") -> NDArray[np.float32]:
    """The channel, or the mean of all, of samples (channels, frames)."""
    if channel == "mix":
        return samples[0] if len(samples) == 1 else samples.mean(axis=0)
    if not channel.isdecimal() or int(channel) >= len(samples):
        raise AudioError(
            "IN-021",
            f"There is no channel {channel}; the recording has {len(samples)}, numbered from 0.",
            do="Choose `mix` or one of these numbers.",
        )
    return samples[int(channel)]
