"""A recording on another one's clock equals that other one where it is a copy of it."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording

from core.audio.resample import resample
from core.compare import Part, by_hand
from core.compare.aligned import aligned, is_exact, stretch, usable_hz

RATE = 16000


@pytest.fixture
def tones() -> np.ndarray:
    t = np.arange(4 * RATE) / RATE
    return sum(0.1 * np.sin(2 * np.pi * f * t + f) for f in (220.0, 1333.0, 5021.0)).astype(np.float32)


def recording(samples: np.ndarray, rate: int = RATE):
    return memory_recording(samples[None].astype(np.float32), rate)


@pytest.mark.parametrize("start", [100.0, 100.37, 2000.5])
def test_a_fraction_of_a_sample_is_interpolated(tones, start: float) -> None:
    t = (start + np.arange(1000)) / RATE
    wanted = sum(0.1 * np.sin(2 * np.pi * f * t + f) for f in (220.0, 1333.0, 5021.0))
    np.testing.assert_allclose(stretch(Part(recording=recording(tones)), start / RATE, 1000, RATE), wanted, atol=2e-5)


def test_rate_and_drift_are_taken_away(tones) -> None:
    other = recording(resample(tones, RATE, 44100 * (1 + 80e-6)), 44100)
    on_clock = aligned(recording(tones), Part(recording=other), by_hand(0.0, 80.0))
    np.testing.assert_allclose(on_clock.read(8000, 40000)[0], tones[8000:40000], atol=3e-4)
    assert usable_hz(recording(tones), other, by_hand(0.0, 80.0)) == pytest.approx(7200)


def test_whole_samples_are_the_files_own(tones) -> None:
    reference, other = recording(tones), recording(tones[480:])
    alignment = by_hand(480 / RATE)
    assert is_exact(other, alignment, RATE)
    on_clock = aligned(reference, Part(recording=other), alignment)
    np.testing.assert_array_equal(on_clock.read()[0][480:], tones[480:])
    assert not on_clock.read(0, 480).any()
    assert usable_hz(reference, other, alignment) == RATE / 2


def test_pieces_join_without_seams(tones) -> None:
    other = recording(resample(tones, RATE, 22050), 22050)
    on_clock = aligned(recording(tones), Part(recording=other), by_hand(0.0123))
    whole = on_clock.read(10000, 20000)[0]
    pieces = np.concatenate([on_clock.read(at, at + 2500)[0] for at in range(10000, 20000, 2500)])
    np.testing.assert_allclose(pieces, whole, atol=1e-4)
