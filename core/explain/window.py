"""The window of a recording that a model sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audio import Recording, mono
from core.detectors.card import ModelCard


def window_at(card: ModelCard, recording: Recording, start_s: float, channel: str = "mix") -> NDArray[np.float32]:
    """The model's window that starts there, float32 (frames,) at the model's rate, prepared as its card says."""
    import torch

    from core.detectors.preparing import file_waveform, fit_window, window_batch

    rate = recording.sample_rate
    first = round(start_s * rate)
    samples = mono(recording, first, min(first + round(card.window_s * rate), recording.frames), channel)
    windows = torch.from_numpy(file_waveform(card, samples, rate))[None]
    if card.resampling == "window":
        windows = window_batch(card, windows, rate)
    return fit_window(card, windows)[0].numpy()
