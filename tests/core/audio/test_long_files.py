"""Long recordings: opened in little time and little memory, measured in a process of their own."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [
    pytest.mark.slow,
    # getrusage would tell the peak of the process that started this one, if that was larger
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc"),
]

_MEASURE = """
import json, re, sys, time
from pathlib import Path
from core.audio import open_recording
start = time.process_time()
recording = open_recording(Path(sys.argv[1]))
columns = recording.peaks.envelope(0, recording.frames, 1500)
seconds = time.process_time() - start
tail = recording.read(recording.frames - 5)
print(json.dumps({
    "cpu_s": seconds,
    "rss_mb": int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1000,
    "frames": recording.frames,
    "codes": [notice.code for notice in recording.notices],
    "tail": tail.tolist(),
    "high": float(columns[1].max()),
}))
"""


def measure(path: Path, home: Path) -> dict:
    """Open a file in a fresh process; CPU seconds, peak resident memory and what was found."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)],
        cwd=ROOT,
        env=os.environ | {"AUDITRACE_HOME": str(home), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=280,
    )
    return json.loads(done.stdout)


def test_an_hour_of_wav(tmp_path, home, rng):
    block = (rng.standard_normal(48000 * 60) * 3000).astype(np.int16)
    with sf.SoundFile(tmp_path / "hour.wav", "w", 48000, 1, "PCM_16") as file:
        for _ in range(60):
            file.write(block)
    found = measure(tmp_path / "hour.wav", home)
    assert found["frames"] == 48000 * 3600
    assert found["high"] == block.max() / 32768
    assert found["cpu_s"] <= 3.0
    assert found["rss_mb"] <= 600


def test_twelve_hours_of_rf64(tmp_path, home):
    """12 hours of 64-bit floats at 12.5 kHz: beyond 4 GiB, a hole but for its last sample."""
    rate, frames = 12_500, 12 * 3600 * 12_500
    data_bytes = frames * 8
    head = b"RF64\xff\xff\xff\xffWAVE" + b"ds64" + struct.pack("<IQQQI", 28, data_bytes + 72, data_bytes, frames, 0)
    head += b"fmt " + struct.pack("<IHHIIHH", 16, 3, 1, rate, rate * 8, 8, 64) + b"data\xff\xff\xff\xff"
    path = tmp_path / "night.wav"
    with path.open("wb") as file:
        file.write(head)
        file.seek(len(head) + data_bytes - 8)
        file.write(struct.pack("<d", 0.5))
    found = measure(path, home)
    path.unlink()
    assert data_bytes > 1 << 32
    assert found["frames"] == frames
    assert found["codes"] == []
    assert found["tail"] == [[0, 0, 0, 0, 0.5]]
    assert found["high"] == 0.5
    assert found["rss_mb"] <= 600


def test_a_long_recording_in_a_coding_without_seek(tmp_path, home, speechlike):
    block = speechlike(60.0, 16000)
    with sf.SoundFile(tmp_path / "long.ogg", "w", 16000, 1, "VORBIS") as file:
        for _ in range(15):
            for start in range(0, len(block), 16000):  # libsndfile overflows its stack on long blocks
                file.write(block[start : start + 16000])
    found = measure(tmp_path / "long.ogg", home)
    assert found["frames"] == 16000 * 900
    assert found["rss_mb"] <= 300
    assert list(home.rglob("decoded-*")) == []
