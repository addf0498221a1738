"""From samples at a file's rate to windows a detector takes, exactly as its card says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core import audio
from core.detectors.card import ModelCard

if TYPE_CHECKING:
    from torch import Tensor


def file_waveform(card: ModelCard, waveform: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """A mono waveform (frames,) at the rate at which windows are cut from it.

    Resampled as a whole to the card's rate (soxr HQ, as librosa does it) where the card says `file`; as it is where
    it says `window`. A rate below card.min_rate_hz is the caller's to mark.
    """
    return audio.resample(waveform, rate, card.sample_rate) if card.resampling == "file" else waveform


def window_batch(card: ModelCard, windows: Tensor, rate: int) -> Tensor:
    """Windows (n, frames), cut at the file's rate, each resampled by itself to the card's rate (torchaudio)."""
    return windows if rate == card.sample_rate else audio.resample_windows(windows, rate, card.sample_rate)


def fit_window(card: ModelCard, windows: Tensor) -> Tensor:
    """Windows (…, frames) cut to the card's length; shorter ones repeated from their start, or left as they are."""
    frames = windows.shape[-1]
    if frames < card.window_frames and card.short_input == "repeat":
        times = -(-card.window_frames // max(frames, 1))
        windows = windows.repeat(*(1,) * (windows.ndim - 1), times)
    return windows[..., : card.window_frames]
