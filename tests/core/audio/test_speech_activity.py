"""Speech-like activity: found in speech at any level and rate, not in silence, tones and noises."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from core.audio import measure_condition, open_recording
from core.audio.speech import segments

RATE = 16000
T = np.arange(6 * RATE) / RATE


def shaped_noise(rng: np.random.Generator, shape) -> np.ndarray:
    spectrum = np.fft.rfft(rng.standard_normal(len(T)))
    noise = np.fft.irfft(spectrum * shape(np.maximum(np.fft.rfftfreq(len(T), 1 / RATE), 20)))
    return 0.1 * noise / noise.std()


def buzz(hz: float) -> np.ndarray:
    return 0.1 * sum(np.sin(2 * np.pi * hz * k * T) / k for k in range(1, 25))


NOT_SPEECH = {
    "silence": lambda rng: np.zeros(len(T)),
    "faint noise": lambda rng: 1e-5 * rng.standard_normal(len(T)),
    "white": lambda rng: shaped_noise(rng, lambda f: f**0),
    "pink": lambda rng: shaped_noise(rng, lambda f: f**-0.5),
    "brown": lambda rng: shaped_noise(rng, lambda f: 1 / f),
    "rumble": lambda rng: shaped_noise(rng, lambda f: f < 300),
    "telephone band": lambda rng: shaped_noise(rng, lambda f: (f > 300) & (f < 3400)),
    "narrow band": lambda rng: shaped_noise(rng, lambda f: (f > 900) & (f < 1100)),
    "waves of noise": lambda rng: shaped_noise(rng, lambda f: f**0) * (1 + np.sin(2 * np.pi * 4 * T)),
    "tone": lambda rng: 0.3 * np.sin(2 * np.pi * 440 * T),
    "tone in noise": lambda rng: 0.3 * np.sin(2 * np.pi * 440 * T) + 0.03 * rng.standard_normal(len(T)),
    "high tone": lambda rng: 0.3 * np.sin(2 * np.pi * 3100 * T),
    "beeps": lambda rng: (
        0.3 * np.sin(2 * np.pi * 1000 * T) * (np.sin(2 * np.pi * T) > 0) + 1e-3 * rng.standard_normal(len(T))
    ),
    "sweep": lambda rng: 0.3 * np.sin(2 * np.pi * (200 * T + 200 * T * T)),
    "dial tones": lambda rng: (
        0.2 * (np.sin(2 * np.pi * 697 * T) + np.sin(2 * np.pi * 1209 * T)) * (np.sin(6 * np.pi * T) > 0)
    ),
    "mains hum": lambda rng: buzz(50) + 1e-3 * rng.standard_normal(len(T)),
    "buzz": lambda rng: buzz(120),
    "buzz in noise": lambda rng: buzz(120) + 0.03 * rng.standard_normal(len(T)),
    "square wave": lambda rng: np.sign(np.sin(2 * np.pi * 200 * T)),
    "click train": lambda rng: (np.arange(len(T)) % 160 == 0) * 0.9,
    "constant": lambda rng: np.full(len(T), 0.5),
}


@pytest.mark.parametrize("name", NOT_SPEECH)
def test_not_speech(in_memory, rng, name):
    assert measure_condition(in_memory(NOT_SPEECH[name](rng))).speech_s == 0


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
def test_the_bursts_of_a_voice_are_found_at_any_rate(in_memory, speechlike, rate):
    voice = speechlike(6.0, rate)
    spoken = np.sin(2 * np.pi * 1.5 * np.arange(len(voice)) / rate) > -0.3
    condition = measure_condition(in_memory(voice, rate))
    assert condition.speech_s == pytest.approx(spoken.mean() * 6.0, rel=0.25)
    found = np.zeros(len(voice), bool)
    for part in condition.speech:
        found[part.start_frame : part.end_frame] = True
    assert np.mean(found[spoken]) > 0.9
    assert sum(part.end_frame - part.start_frame for part in condition.speech) / rate == condition.speech_s


@pytest.mark.parametrize("level_db", [-50, -30, -10, 0])
def test_level_does_not_matter(in_memory, speechlike, level_db):
    voice = speechlike(6.0, floor_dbfs=-65.0)
    expected = measure_condition(in_memory(voice)).speech_s
    found = measure_condition(in_memory(voice * 10 ** (level_db / 20))).speech_s
    assert found == pytest.approx(expected, abs=0.35)


@pytest.mark.parametrize("snr_db", [20, 10])
def test_noise_hides_little_of_it(in_memory, speechlike, rng, snr_db):
    voice = speechlike(6.0)
    noise = rng.standard_normal(len(voice)) * np.sqrt(np.mean(voice**2) / 10 ** (snr_db / 10))
    clean = measure_condition(in_memory(voice)).speech_s
    assert measure_condition(in_memory(voice + noise)).speech_s == pytest.approx(clean, rel=0.3)


def test_speech_in_the_middle_of_a_long_pause_is_placed(in_memory, speechlike, rng):
    voice = 1e-4 * rng.standard_normal(60 * RATE)
    voice[30 * RATE : 34 * RATE] += speechlike(4.0)
    condition = measure_condition(in_memory(voice))
    starts, ends = zip(*(part.seconds(RATE) for part in condition.speech), strict=True)
    assert 29.7 < min(starts) < 30.6
    assert 33.0 < max(ends) < 34.3


def test_segments_are_runs_at_the_recordings_rate():
    speech = np.array([0, 1, 1, 0, 0, 1], bool)
    found = segments(speech, 44100, 2500)
    assert [(part.start_frame, part.end_frame) for part in found] == [(441, 1323), (2205, 2500)]
    assert segments(np.zeros(5, bool), 16000, 800) == ()


@pytest.mark.shared
def test_real_speech_is_speech_and_real_noise_is_not(shared):
    rows = csv.DictReader((shared / "bank" / "manifest.csv").open(encoding="utf-8"))
    real = [row for row in rows if row["family"] == "real" and row["split"] == "dev"][::8]
    shares = []
    for row in real:
        recording = open_recording(shared / "bank" / row["path"])
        shares.append(measure_condition(recording).speech_s / recording.duration_s)
    assert np.mean(np.array(shares) > 0.3) > 0.97
    noises = [path for kind in ("rain", "sea-waves") for path in sorted((shared / "noise").glob(f"esc10__{kind}__*"))]
    assert len(noises) > 10
    conditions = [measure_condition(open_recording(path)) for path in noises]
    assert np.mean([condition.speech_s > 0.2 for condition in conditions]) < 0.15
