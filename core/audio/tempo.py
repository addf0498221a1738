"""Seam to PyAV (FFmpeg): sound made slower or faster at the same pitch, block by block.

FFmpeg's `atempo` is a WSOLA: pieces of the waveform are laid over one another where they fit best.
Source: W. Verhelst and M. Roelands, "An overlap-add technique based on waveform similarity (WSOLA)", ICASSP 1993;
FFmpeg, libavfilter/af_atempo.c.
"""

from __future__ import annotations

import math

import av
import av.error
import av.filter
import numpy as np
from numpy.typing import NDArray

_LONGEST_WINDOW_S = 0.035
"""atempo may take a piece from half a window beside its place: this keeps sound and clock within 18 ms."""
_WINDOWS_PER_SECOND = 24
"""atempo takes a window of a 24th of a second, rounded up to a power of two."""


def window_frames(rate_hz: int) -> int:
    """Length of the pieces: the longest power of two of at most 35 ms."""
    return 2 ** max(math.floor(math.log2(_LONGEST_WINDOW_S * rate_hz)), 4)


class TempoStream:
    """Changes the speed of one programme and leaves its pitch; all that comes out, joined, is frames / speed long."""

    def __init__(self, rate_hz: int, channels: int, speed: float):
        """Prepare.

        Args:
            rate_hz: Of what goes in and comes out.
            channels: All are moved together, so that their phases stay.
            speed: 0.5 = twice as long; 0.5..100.
        """
        self._channels = channels
        self._layout = {1: "mono", 2: "stereo"}.get(channels, f"{channels}c")
        # the rate only serves atempo to choose its window; told this one, it takes the window we want
        self._nominal_rate = window_frames(rate_hz) * _WINDOWS_PER_SECOND
        graph = av.filter.Graph()
        self._source = graph.add_abuffer(sample_rate=self._nominal_rate, format="flt", layout=self._layout)
        tempo = graph.add("atempo", f"{speed:.6f}")
        self._sink = graph.add("abuffersink")
        self._source.link_to(tempo)
        tempo.link_to(self._sink)
        graph.configure()
        self._graph = graph

    def add(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take the next samples (channels, frames); returns what is ready, which lags behind by some windows."""
        if samples.shape[1]:
            packed = np.ascontiguousarray(samples.T, np.float32).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=self._layout)
            frame.sample_rate = self._nominal_rate
            self._source.push(frame)
        return self._pull()

    def finish(self) -> NDArray[np.float32]:
        """The rest; up to a window of the end is swallowed, so that whoever needs it all adds a margin first."""
        self._source.push(None)
        return self._pull()

    def _pull(self) -> NDArray[np.float32]:
        found = [np.empty((self._channels, 0), np.float32)]
        while True:
            try:
                frame = self._sink.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return np.concatenate(found, axis=1)
            assert isinstance(frame, av.AudioFrame)  # what an abuffersink holds
            found.append(frame.to_ndarray().reshape(-1, self._channels).T.astype(np.float32, copy=False))
