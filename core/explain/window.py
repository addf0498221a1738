"""The window of a recording that a model sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audio import Recording, mono
from core.detectors.card import ModelCard


def window_at(card: ModelCard, recording: Recording, start_s: float, channel: str = "mix") -> NDArray[np.float32]:
    """The model's window that starts there, float32 (frames,) at the model's rate, prepared as its card says."""
    samples = samples_at(recording, start_s, card.window_s, channel)
    return window_of(card, samples, recording.sample_rate)


def samples_at(recording: Recording, start_s: float, window_s: float, channel: str = "mix") -> NDArray[np.float32]:
    """The recording's own samples (frames,) that such a window is made of; fewer where the recording ends."""
    rate = recording.sample_rate
    first = round(start_s * rate)
    return mono(recording, first, min(first + round(window_s * rate), recording.frames), channel)


def window_of(card: ModelCard, samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """The model's window made of samples (frames,) at `rate` Hz."""
    import torch

    from core.detectors.preparing import file_waveform, fit_window, window_batch

    windows = torch.from_numpy(file_waveform(card, samples, rate))[None]
    if card.resampling == "window":
        windows = window_batch(card, windows, rate)
    return fit_window(card, windows)[0].numpy()
