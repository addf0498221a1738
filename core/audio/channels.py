"""One channel out of many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audio.recording import Recording
from core.foundation.errors import AudioError

_CANCELLED = 0.1


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


def analysis_channel(recording: Recording) -> str:
    """The channel to measure: the mix, or the strongest channel where the mix cancels out.

    Looks at no more than 32 stretches of half a second.
    """
    if recording.channels == 1:
        return "mix"
    meter = ChannelMeter(recording.channels)
    length = max(recording.sample_rate // 2, 1)
    for start in np.linspace(0, max(recording.frames - length, 0), 32).astype(int).tolist():
        meter.add(recording.read(start, start + length))
    return str(meter.strongest()) if meter.mix_cancels() else "mix"


class ChannelMeter:
    """How channels relate, from their products."""

    def __init__(self, channels: int):
        self._products = np.zeros((channels, channels))
        self._largest_difference = np.zeros(channels)

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take the next samples (channels, frames)."""
        if len(samples) > 1:
            exact = samples.astype(np.float64)
            self._products += exact @ exact.T
            difference = np.abs(samples - samples[0]).max(axis=1, initial=0.0)
            self._largest_difference = np.maximum(self._largest_difference, difference)

    def strongest(self) -> int:
        """Number of the channel with most power."""
        return int(np.argmax(np.diag(self._products)))

    def mix_cancels(self) -> bool:
        """Whether the mean of the channels has far less power than channels that are merely unlike would leave."""
        own = np.diag(self._products)
        unlike = own.sum() / len(own) ** 2
        return bool(own.sum() > 0 and self._products.sum() / len(own) ** 2 < _CANCELLED * unlike)

    def note(self) -> str:
        """The relation in words; empty for one channel."""
        count = len(self._products)
        own = np.diag(self._products)
        silent = [str(index) for index in range(count) if own[index] == 0]
        if count == 1:
            return ""
        if len(silent) == count:
            return f"All {count} channels are silent."
        if not self._largest_difference.any():
            return f"All {count} channels are identical."
        parts = [f"Channel {', '.join(silent)} silent (numbered from 0)."] if silent else []
        if count - len(silent) > 1:
            parts.append(self._likeness(own))
        return " ".join(parts)

    def _likeness(self, own: NDArray[np.float64]) -> str:
        live = np.flatnonzero(own)
        scale = np.sqrt(own[live])
        correlation = (self._products[np.ix_(live, live)] / np.outer(scale, scale))[np.triu_indices(len(live), 1)]
        low, high = float(correlation.min()), float(correlation.max())
        span = f"correlation {low:.2f}" if len(correlation) == 1 else f"correlations {low:.2f} to {high:.2f}"
        if self.mix_cancels():
            return f"Opposite in phase, their mix cancels: examine one channel ({span})."
        if low > 0.98:
            return f"Nearly identical ({span})."
        return f"Independent ({span})." if max(abs(low), abs(high)) < 0.3 else f"Partly alike ({span})."
