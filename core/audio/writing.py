"""Sound that was derived from a recording, as a WAV file that says so in itself."""

from __future__ import annotations

import io

import numpy as np
import soundfile as sf
from numpy.typing import NDArray


def wav_bytes(samples: NDArray[np.float32], sample_rate: int, note: str) -> bytes:
    """A WAV file of float32 samples (frames,), with the note as its comment (LIST INFO ICMT)."""
    buffer = io.BytesIO()
    with sf.SoundFile(buffer, "w", sample_rate, 1, format="WAV", subtype="FLOAT") as file:
        file.comment = note
        file.write(samples)
    return buffer.getvalue()
