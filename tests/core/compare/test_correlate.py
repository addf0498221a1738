"""Alignment finds what was done to a copy, and finds nothing where there is nothing to find."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from helpers.stopping import StopAfter

from core.audio.perturb import STANDARD
from core.audio.resample import resample
from core.compare import Alignment, Part, by_hand, by_marker, by_start
from core.compare.correlate import align
from core.foundation.progress import Cancelled

RATE = 16000


def talk(seconds: float, seed: int = 1, rate: int = RATE) -> np.ndarray:
    """Syllables of random length, pitch and loudness over a faint floor: speech as far as alignment is concerned."""
    rng = np.random.default_rng(seed)
    out = 0.001 * rng.standard_normal(round(seconds * rate))
    at = 0
    while at < len(out) - rate // 20:
        length = int(rng.uniform(0.05, 0.35) * rate)
        t = np.arange(min(length, len(out) - at)) / rate
        pitch = rng.uniform(90, 220)
        tones = sum(rng.uniform(0.2, 1) / k * np.sin(2 * np.pi * k * pitch * t) for k in range(1, 20))
        breath = 0.3 * rng.standard_normal(len(t))
        out[at : at + len(t)] += rng.uniform(0.02, 0.15) * np.hanning(len(t)) * (tones + breath)
        at += length + int(rng.uniform(0.0, 0.3) * rate)
    return out.astype(np.float32)


def delayed(samples: np.ndarray, by: float) -> np.ndarray:
    """Exactly delayed by a fraction of samples, with zeros around: a phase ramp over twice the length."""
    padded = np.pad(samples, (0, int(by) + 200))
    size = 1 << (2 * len(padded) - 1).bit_length()
    ramp = np.exp(-2j * np.pi * np.fft.rfftfreq(size) * by)
    return np.fft.irfft(np.fft.rfft(padded, size) * ramp, size)[: len(padded)].astype(np.float32)


def part(samples: np.ndarray, rate: int = RATE) -> Part:
    return Part(recording=memory_recording(np.atleast_2d(samples).astype(np.float32), rate))


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    return talk(12.0)


def check(found: Alignment, offset_s: float, within_samples: float = 0.02) -> None:
    assert found.evidence is not None
    assert found.is_reliable, found.evidence.reason
    assert found.offset_s == pytest.approx(offset_s, abs=within_samples / RATE)


@pytest.mark.parametrize("by", [0.5, 20000.25])
def test_a_delay_is_found_to_a_fiftieth_of_a_sample(voice, by: float) -> None:
    found = align(part(voice), part(delayed(voice, by)))
    check(found, -by / RATE)
    assert found.drift_ppm == 0
    assert not found.evidence.inverted


def test_drift_is_found_to_a_tenth_of_a_ppm(voice) -> None:
    fast = resample(voice, RATE, RATE * (1 + 50e-6))
    found = align(part(voice), part(fast))
    check(found, 0.0, within_samples=0.05)
    assert found.drift_ppm == pytest.approx(50.0, abs=0.1 + 4 * found.evidence.drift_error_ppm)


def test_noise_of_10_db_moves_it_by_less_than_a_tenth_of_a_sample(voice, rng) -> None:
    noise = rng.standard_normal(voice.size + 300) * voice.std() * 10 ** (-10 / 20)
    copy = delayed(voice, 100.25)
    found = align(part(voice), part(copy + noise[: copy.size]))
    check(found, -100.25 / RATE, within_samples=0.1)


def test_a_coded_copy_is_found(voice) -> None:
    coded = STANDARD["MP3 32 kbit/s"].apply(voice, RATE)
    check(align(part(voice), part(coded[3000:])), 3000 / RATE, within_samples=0.1)


def test_rates_and_polarity_may_differ(voice) -> None:
    found = align(part(voice), part(-resample(voice, RATE, 44100), 44100))
    check(found, 0.0)
    assert found.evidence.inverted


def test_a_stretch_is_found_in_the_whole_and_the_whole_about_a_stretch(voice) -> None:
    stretch = part(voice[5 * RATE : 9 * RATE])
    check(align(part(voice), stretch), 5.0)
    check(align(stretch, part(voice)), -5.0)


def test_parts_of_recordings_are_aligned_on_the_recordings_own_times(voice) -> None:
    one = Part(recording=part(voice).recording, start_s=4.0, stop_s=9.0)
    two = Part(recording=part(delayed(voice, 800)).recording, start_s=3.0, stop_s=10.0)
    check(align(one, two), -800 / RATE)


def test_an_edit_leaves_the_larger_part_and_says_which_chunks_disagree(voice) -> None:
    cut = np.concatenate([voice[: 4 * RATE], voice[6 * RATE :]])
    found = align(part(voice), part(cut))
    check(found, 2.0)
    assert all(chunk.time_s > 4 for chunk in found.evidence.chunks if chunk.agrees)
    assert found.evidence.agreeing < len(found.evidence.chunks)


@pytest.mark.parametrize("other", ["another text", "noise", "reversed", "one tone", "silence"])
def test_without_relation_there_is_no_reliable_alignment(voice, rng, other: str) -> None:
    tone = 0.1 * np.sin(2 * np.pi * 200 * np.arange(voice.size) / RATE)
    unlike = {
        "another text": talk(12.0, seed=2),
        "noise": 0.1 * rng.standard_normal(voice.size),
        "reversed": voice[::-1],
        "one tone": tone,
        "silence": np.zeros(voice.size),
    }[other]
    found = align(part(tone if other == "one tone" else voice), part(unlike))
    assert not found.is_reliable
    assert found.evidence.reason


def test_chance_alone_makes_no_alignment_reliable() -> None:
    """With a bound of one in a thousand none of a few pairs may pass."""
    texts = [part(talk(5.0, seed=seed)) for seed in range(10, 14)]
    assert not any(align(one, two).is_reliable for one, two in combinations(texts, 2))


def test_it_stops_when_told(voice) -> None:
    with pytest.raises(Cancelled):
        align(part(voice), part(voice), StopAfter())


def test_simple_alignments_say_where_the_other_starts() -> None:
    one, two = part(np.zeros(RATE)), part(np.zeros(RATE))
    stretch = Part(recording=two.recording, start_s=0.25)
    assert by_start(one, stretch).to_reference(0.25) == 0.0
    assert by_marker(3.0, 1.0).to_other(3.5) == pytest.approx(1.5)
    drifting = by_hand(2.0, 100.0)
    assert drifting.to_other(1002.0) == pytest.approx(1000.1)
    assert drifting.to_reference(drifting.to_other(77.0)) == pytest.approx(77.0)
    assert drifting.moved(0.5).to_other(2.5) == pytest.approx(0.0)
    assert by_hand(0.0).is_reliable
