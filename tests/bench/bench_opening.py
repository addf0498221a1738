"""An hour of WAV from the file to its first complete waveform, in a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile as sf
from rows import Row, in_new_process

RATE, HOUR_S = 48000, 3600


def write_hour(path: Path) -> None:
    """An hour of changing noise, 48 kHz, mono, 16 bits (346 MB)."""
    second = np.random.default_rng(1).integers(-8000, 8000, RATE, dtype=np.int16)
    with sf.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        for i in range(HOUR_S):
            file.write(np.roll(second, 17 * i) // (1 + i % 7))


def open_once(path: Path) -> dict[str, float]:
    """Open, draw 2000 columns of the whole, and say what it took."""
    from core.audio import open_recording

    started = time.perf_counter()
    recording = open_recording(path)
    low, high = recording.peaks.envelope(0, recording.frames, 2000)
    seconds = time.perf_counter() - started
    if not (np.isfinite(low).all() and np.isfinite(high).all() and recording.frames == HOUR_S * RATE):
        raise RuntimeError("the waveform is not complete")
    return {"seconds": seconds, "peak_mb": peak_megabytes()}


def peak_megabytes() -> float:
    """Most memory that was resident at once since the program began; getrusage would count the parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def measure() -> list[Row]:
    """All figures of this file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.wav"
        write_hour(path)
        runs = [in_new_process("bench_opening.py", path) for _ in range(2)]
    best = min(runs, key=lambda run: run["seconds"])
    times = [round(run["seconds"], 2) for run in runs]
    note = f"346 MB, 48 kHz mono 16 bit; SHA-256 of file and samples, peaks, 2000 columns; best of {times} s"
    return [
        Row(name="1 hour of WAV: first complete waveform", value=best["seconds"], unit="s", bar=3.0, note=note),
        Row(name="1 hour of WAV: resident at most", value=max(r["peak_mb"] for r in runs), unit="MB", bar=600.0),
    ]


if __name__ == "__main__":
    print(json.dumps(open_once(Path(sys.argv[1]))))
