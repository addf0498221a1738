"""The window of a recording that a model sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audio import Recording, mono, resample, resample_windows
from core.detectors.card import ModelCard


def window_at(card: ModelCard, recording: Recording, start_s: float, channel: str = "mix") -> NDArray[np.float32]:
    """The model's window that starts there, float32 (frames,) at the model's rate, prepared as its card says."""
    import torch

    from core.detectors.preparing import fit_window

    rate = recording.sample_rate
    first = round(start_s * rate)
    samples = mono(recording, first, min(first + round(card.window_s * rate), recording.frames), channel)
    if card.resampling == "window":
        prepared = resample_windows(torch.from_numpy(samples)[None], rate, card.sample_rate)
    else:
        prepared = torch.from_numpy(resample(samples, rate, card.sample_rate))[None]
    return fit_window(card, prepared)[0].numpy()
