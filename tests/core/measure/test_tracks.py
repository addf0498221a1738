"""Curves over time agree with what the condition measures, with hand-worked values, and however the file is cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from helpers.stopping import StopAfter

from core.audio import Recording, measure_condition, open_recording
from core.foundation.paths import resources_dir
from core.foundation.progress import Cancelled
from core.measure import as_text
from core.measure.tracks import TRACKS, measure_track
from core.measure.tracks.bandwidth import BandwidthParams
from core.measure.tracks.snr import SnrParams

SAMPLE = Path("samples") / "Q1 answering machine.wav"


@pytest.fixture(scope="module")
def sample() -> Recording:
    return open_recording(resources_dir() / SAMPLE)


def tone(frequency_hz: float, level_dbfs: float, seconds: float, rate: int, channels: int = 1) -> Recording:
    """A sine; its level is that of its peak."""
    t = np.arange(round(seconds * rate)) / rate
    wave = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * frequency_hz * t)
    return memory_recording(np.tile(wave.astype(np.float32), (channels, 1)), rate)


def test_curves_agree_with_the_measured_condition(sample: Recording) -> None:
    condition = measure_condition(sample)
    speech = measure_track("speech", sample)
    assert float(speech.values.sum()) * speech.step_s == pytest.approx(condition.speech_s, abs=0.02)
    level = measure_track("level", sample)
    lengths = np.minimum(sample.duration_s - (level.times_s - level.step_s / 2), level.step_s)
    power = np.average(10 ** (level.values.astype(float) / 10), weights=lengths)
    assert 10 * np.log10(power) == pytest.approx(condition.rms_dbfs, abs=0.001)
    whole = measure_track("bandwidth", sample, BandwidthParams(window_s=60.0))
    assert whole.values.tolist() == pytest.approx([condition.bandwidth_hz])
    snr = measure_track("snr", sample, SnrParams(window_s=40.0))
    assert snr.values.tolist() == pytest.approx([condition.snr_db], abs=0.01)


@pytest.mark.parametrize(("rate", "channels", "expected"), [(48000, 1, -3.01), (32000, 1, -3.01), (44100, 2, 0.0)])
def test_a_full_sine_of_997_hz_has_the_standards_loudness(rate: int, channels: int, expected: float) -> None:
    track = measure_track("loudness", tone(997.0, 0.0, 3.0, rate, channels))
    assert track.values[5:] == pytest.approx(expected, abs=0.05)


def test_fundamental_frequency_of_a_gliding_voice() -> None:
    rate, seconds = 16000, 14.0  # longer than one block
    t = np.arange(round(seconds * rate)) / rate
    f0 = 120 + 5 * t
    phase = 2 * np.pi * np.cumsum(f0) / rate
    voice = sum(np.sin(k * phase) / k for k in range(1, 20))
    track = measure_track("f0", memory_recording((0.2 * voice[None]).astype(np.float32), rate))
    there = np.isfinite(track.values)
    expected = 120 + 5 * track.times_s
    assert there.mean() > 0.9
    assert np.abs(track.values[there] / expected[there] - 1).max() < 0.01
    noise = 0.1 * np.random.default_rng(2).standard_normal((1, 4 * rate)).astype(np.float32)
    assert np.isfinite(measure_track("f0", memory_recording(noise, rate)).values).mean() < 0.05


def test_a_step_of_the_background_is_seen_under_speech_like_bursts() -> None:
    rate = 8000
    rng = np.random.default_rng(3)
    noise = rng.standard_normal(20 * rate) * np.where(np.arange(20 * rate) < 10 * rate, 1e-3, 1e-2)
    bursts = 0.3 * rng.standard_normal(20 * rate) * (np.arange(20 * rate) // (rate // 4) % 2)
    track = measure_track("background", memory_recording((noise + bursts)[None].astype(np.float32), rate))
    early, late = track.values[track.times_s < 8], track.values[track.times_s > 12]
    assert np.median(early) == pytest.approx(-60, abs=2)
    assert np.median(late) == pytest.approx(-40, abs=2)


@pytest.mark.parametrize("rate", [1000, 3000])
def test_loudness_is_not_stated_at_rates_that_end_below_the_standards_shelf(rate: int) -> None:
    track = measure_track("loudness", tone(100.0, -6.0, 60.0, rate))
    assert not len(track.values)
    assert "3364 Hz" in track.reason


@pytest.mark.parametrize("name", TRACKS.names())
@pytest.mark.parametrize("frames", [1, 7, 9000])
def test_every_curve_of_short_and_silent_recordings(name: str, frames: int) -> None:
    recording = memory_recording(np.zeros((2, frames), np.float32), 8000)
    track = measure_track(name, recording)
    assert track.times_s.shape == track.values.shape
    assert not len(track.times_s) or 0 <= track.times_s[0] <= recording.duration_s
    assert not np.isinf(track.values).any()
    assert len(track.values) or track.reason


def test_copied_data_names_file_parameters_and_units(sample: Recording) -> None:
    text = as_text(measure_track("level", sample))
    assert f"# SHA-256: {sample.id.sha256}" in text
    assert "# parameter window: 0.05 s" in text
    assert "time (s)\tLevel (dBFS)" in text


def test_a_curve_can_be_stopped(sample: Recording) -> None:
    for name in TRACKS.names():
        with pytest.raises(Cancelled):
            measure_track(name, sample, progress=StopAfter())
