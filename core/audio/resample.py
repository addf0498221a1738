"""Seam to soxr: sample-rate conversion, at once and streamed; and torchaudio's for windows that lie on a device."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import soxr
from numpy.typing import NDArray

from core.audio.channels import mono
from core.audio.recording import Recording

if TYPE_CHECKING:
    import torch

QUALITY = "HQ"


def resampled_frames(frames: int, rate_in: float, rate_out: float) -> int:
    """Length after conversion: ceil(frames · rate_out / rate_in), in floating point as librosa computes it."""
    return frames if rate_in == rate_out else math.ceil(frames * (float(rate_out) / rate_in))


def resample(waveform: NDArray[np.float32], rate_in: float, rate_out: float) -> NDArray[np.float32]:
    """Convert the sample rate with soxr HQ along the last axis.

    Equal to librosa.resample(res_type="soxr_hq"), and so to librosa.load(sr=...).

    Args:
        waveform: float32 (..., frames).
        rate_in: Hz; need not be whole, e.g. for a clock that runs a little fast.
        rate_out: Hz.

    Returns:
        float32 (..., resampled_frames(...)).
    """
    if rate_in == rate_out:
        return waveform
    rows = waveform.reshape(-1, waveform.shape[-1])
    length = resampled_frames(waveform.shape[-1], rate_in, rate_out)
    out = np.zeros((len(rows), length), np.float32)
    for row, target in zip(rows, out, strict=True):
        converted = soxr.resample(row, rate_in, rate_out, quality=QUALITY)[:length]
        target[: len(converted)] = converted
    return out.reshape(*waveform.shape[:-1], length)


def resampled_blocks(
    recording: Recording, rate: int, channel: str = "mix", block_s: float = 10.0
) -> Iterator[NDArray[np.float32]]:
    """Yield the whole recording at another rate, block by block, in bounded memory.

    The blocks joined are `resample` of the whole channel within 1e-5.

    Args:
        recording: Where from.
        rate: Hz of the output.
        channel: See `mono`.
        block_s: Seconds read at a time.

    Yields:
        float32 (frames,), contiguous in time, of varying length.
    """
    frames = max(round(block_s * recording.sample_rate), 1)
    starts = range(0, recording.frames, frames)
    blocks = (mono(recording, start, min(start + frames, recording.frames), channel) for start in starts)
    if rate == recording.sample_rate:
        yield from blocks
        return
    stream = StreamResampler(recording.sample_rate, rate)
    for block in blocks:
        out = stream.add(block)
        if len(out):
            yield out
    yield stream.finish()


class StreamResampler:
    """Converts one channel block by block; all that comes out, joined, is `resample` of all that went in."""

    def __init__(self, rate_in: int, rate_out: int):
        self._rates = (rate_in, rate_out)
        self._stream = soxr.ResampleStream(rate_in, rate_out, 1, dtype="float32", quality=QUALITY)
        self._frames_in = self._frames_out = 0

    def add(self, waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take the next samples (frames,); returns what is ready, which lags behind by the filter's delay."""
        self._frames_in += len(waveform)
        out = self._stream.resample_chunk(waveform)
        self._frames_out += len(out)
        return out

    def finish(self) -> NDArray[np.float32]:
        """The rest, cut or filled with zeros to the length that `resample` gives."""
        rest = self._stream.resample_chunk(np.empty(0, np.float32), last=True)
        length = resampled_frames(self._frames_in, *self._rates) - self._frames_out
        return np.pad(rest[:length], (0, max(length - len(rest), 0)))


def resample_windows(waveforms: torch.Tensor, rate_in: int, rate_out: int) -> torch.Tensor:
    """Convert windows (..., frames), each by itself, with torchaudio's default resampler.

    That is a windowed sinc: Hann, width 6, rolloff 0.99.
    """
    import torchaudio.functional  # heavy: only where tensors are already in use

    return torchaudio.functional.resample(waveforms, rate_in, rate_out)
