"""A recording whose samples were changed, as the rest of the program takes recordings: from a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import soundfile as sf

from core.audio import Recording, open_recording
from core.audio.memory import stored_in
from core.audio.perturb import Coding, Wave


@contextmanager
def changed(waveform: Wave, rate_hz: int, coding: Coding | None = None) -> Iterator[Recording]:
    """One channel of samples (frames,) as a recording, for as long as the block runs.

    Args:
        waveform: float32.
        rate_hz: Its sample rate.
        coding: The coder that it went through: it then counts as a recording in this coding, as one that was stored
            so would, and not as the lossless file that holds it.
    """
    with tempfile.TemporaryDirectory(prefix="auditrace-") as folder:
        path = Path(folder) / "changed.wav"
        sf.write(path, waveform, rate_hz, subtype="FLOAT")
        recording = open_recording(path)
        yield recording if coding is None else stored_in(recording, coding)
