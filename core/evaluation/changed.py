"""A recording whose samples were changed, as the rest of the program takes recordings: from a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import soundfile as sf

from core.audio import Recording, open_recording
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


def stored_in(recording: Recording, coding: Coding) -> Recording:
    """The recording with the facts of a coding: its name and mean bit rate."""
    bits_per_s = None if coding.kbps is None else 1000 * coding.kbps * recording.channels
    facts = replace(recording.stream, codec=coding.name, bits=None, bit_rate=None, mean_bit_rate=bits_per_s)
    return replace(recording, stream=facts)
