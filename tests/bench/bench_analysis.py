"""A minute of sound examined by the suite that ships, from the file to the JSON, in a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile as sf
from bench_opening import peak_megabytes
from rows import Row, in_new_process

RATE, SECONDS = 48000, 60


def write_minute(path: Path) -> None:
    """Voiced bursts with pauses over faint noise, 48 kHz, mono, 16 bits."""
    t = np.arange(RATE * SECONDS) / RATE
    phase = 2 * np.pi * np.cumsum(120 + 20 * np.sin(2 * np.pi * 0.7 * t)) / RATE
    voice = sum(np.sin(k * phase) / k for k in range(1, 40))
    noise = np.random.default_rng(1).standard_normal(t.size)
    sf.write(path, 0.1 * voice * (np.sin(2 * np.pi * 1.5 * t) > -0.3) + 1e-3 * noise, RATE, subtype="PCM_16")


def examine_once(path: Path) -> dict[str, object]:
    """Examine with the suite that ships; seconds of each part."""
    started = time.perf_counter()
    import torch

    from core.analysis import examine, to_json
    from core.audio import open_recording
    from core.detectors import ModelStore

    imported = time.perf_counter()
    recording = open_recording(path)
    opened = time.perf_counter()
    finding = examine(recording)
    text = json.dumps(to_json([finding], []))
    done = time.perf_counter()
    return {
        "import_s": imported - started,
        "total_s": done - imported,
        "models": list(ModelStore().default_ids()),
        "threads": torch.get_num_threads(),
        "parts_s": {"open": opened - imported, **finding.timings_s},
        "json_bytes": len(text),
        "peak_gb": peak_megabytes() / 1e3,
    }


def measure() -> list[Row]:
    """All figures of this file."""
    title = f"{SECONDS} s examined end to end by the suite that ships"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "minute.wav"
        write_minute(path)
        runs = [in_new_process("bench_analysis.py", path) for _ in range(2)]
    best = min(runs, key=lambda run: run["total_s"])
    if not best["models"]:
        return [Row(name=title, value=None, unit="s", bar=2.0, note="no model ships")]
    parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in best["parts_s"].items() if name != "total")
    note = f"{', '.join(best['models'])} on {best['threads']} threads; seconds: {parts}"
    return [
        Row(name=title, value=best["total_s"], unit="s", bar=2.0, note=note, details=best),
        Row(name="    times real time", value=SECONDS / best["total_s"], unit="x", bar=30.0, sense="at least"),
        Row(name="    most memory of the process", value=max(run["peak_gb"] for run in runs), unit="GB", bar=1.0),
        Row(name="    loading torch and the engine, once a session", value=best["import_s"], unit="s"),
    ]


if __name__ == "__main__":
    print(json.dumps(examine_once(Path(sys.argv[1]))))
