"""Cutting a stream into windows that cover the whole of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window:
    """One window of a mono stream."""

    start_frame: int
    samples: NDArray[np.float32]
    """(frames,); shorter than the window only where the whole stream is."""


def windows_of(blocks: Iterable[NDArray[np.float32]], window_frames: int, hop_frames: int) -> Iterator[Window]:
    """Yield windows at 0, hop, 2·hop …, and one that ends with the stream, so that every sample is covered.

    Args:
        blocks: Consecutive stretches (frames,) of a mono stream, of any lengths.
        window_frames: Length of a window.
        hop_frames: Step; divides window_frames, so that whole multiples of the window are among the starts.

    A stream shorter than the window gives one short window; an empty stream none. Holds one block and one window
    in memory.
    """
    buffer = np.empty(0, np.float32)
    start = next_start = 0
    for block in blocks:
        buffer = np.concatenate([buffer, block])
        while next_start + window_frames <= start + buffer.size:
            offset = next_start - start
            yield Window(start_frame=next_start, samples=buffer[offset : offset + window_frames].copy())
            next_start += hop_frames
        # a window's worth of history is kept for the last window, which is anchored at the end
        keep_from = max(min(next_start, start + buffer.size) - window_frames, start)
        buffer, start = buffer[keep_from - start :], keep_from
    total = start + buffer.size
    if total and total < window_frames:
        yield Window(start_frame=0, samples=buffer)
    elif total and next_start - hop_frames + window_frames < total:
        yield Window(start_frame=total - window_frames, samples=buffer[-window_frames:].copy())


def batches(windows: Iterable[Window], size: int) -> Iterator[list[Window]]:
    """Group windows of equal length into lists of at most `size`."""
    batch: list[Window] = []
    for window in windows:
        if batch and (len(batch) == size or batch[-1].samples.size != window.samples.size):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
