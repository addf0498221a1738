"""Fixtures that every test may use: shared data, a private home, made-up signals."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from core.foundation.paths import shared_dir

# the same examples each time, however long one takes and whatever an earlier run left behind
settings.register_profile("everywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everywhere")


@pytest.fixture
def shared() -> Path:
    """The folder of development data; skips with a reason where there is none."""
    folder = shared_dir()
    if not (folder / "parity").is_dir():
        pytest.skip(f"no shared data at {folder} (set AUDITRACE_SHARED)")
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user folder of the test's own, so that no test sees or leaves anything of the user's."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("AUDITRACE_HOME", str(folder))
    return folder


@pytest.fixture
def rng() -> np.random.Generator:
    """Seeded random numbers."""
    return np.random.default_rng(20261121)


@pytest.fixture
def speechlike(rng: np.random.Generator):
    """Maker of speech-like signals, float32 (frames,): voiced bursts, pauses, a noise floor."""

    def make(seconds: float = 3.0, rate: int = 16000, floor_dbfs: float = -60.0) -> np.ndarray:
        voice = _bursts(seconds, rate)
        noise = rng.standard_normal(voice.size) * 10 ** (floor_dbfs / 20)
        return (voice + noise).astype(np.float32)

    return make


@functools.lru_cache(maxsize=16)
def _bursts(seconds: float, rate: int) -> np.ndarray:
    """Voiced bursts and pauses, float64 (frames,): the same for every test, and slow to make."""
    t = np.arange(round(seconds * rate)) / rate
    f0 = 120 + 20 * np.sin(2 * np.pi * 0.7 * t)
    phase = 2 * np.pi * np.cumsum(f0) / rate
    voice = sum(np.sin(k * phase) / k for k in range(1, 25) if k * 150 < rate / 2)
    gate = (np.sin(2 * np.pi * 1.5 * t) > -0.3).astype(float)
    gate = np.convolve(gate, np.hanning(rate // 50) / np.hanning(rate // 50).sum(), mode="same")
    return 0.2 * voice * gate


@pytest.fixture
def wav(tmp_path: Path, speechlike):
    """Maker of WAV files: f(name, seconds, rate, channels) -> Path."""

    def make(name: str = "clip.wav", seconds: float = 3.0, rate: int = 16000, channels: int = 1) -> Path:
        path = tmp_path / name
        signal = speechlike(seconds, rate)
        sf.write(path, np.stack([signal] * channels, axis=1) if channels > 1 else signal, rate)
        return path

    return make
