"""What is played is the recording, changed only as asked, and each frame knows its time in the recording."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from helpers.examine_data import memory_recording

from core.foundation.errors import AudioError, UsageError
from core.listening import Programme, Treatment, render
from core.listening.limiter import CEILING, amplify, reach_frames


def recording_of(waveform: np.ndarray, rate: int):
    return memory_recording(np.atleast_2d(waveform).astype(np.float32), rate)


def joined(programme: Programme, rate: int, channels: int = 1) -> np.ndarray:
    return np.concatenate([piece.samples for piece in render(programme, rate, channels)], axis=1)


def played(waveform: np.ndarray, rate: int, **changes) -> np.ndarray:
    recording = recording_of(waveform, rate)
    whole = Programme(recording=recording, start_s=0, stop_s=recording.duration_s, treatment=Treatment(**changes))
    return joined(whole, rate)[0]


def tone(hertz: float, rate: int, seconds: float = 2.0, amplitude: float = 0.25) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def level_db(waveform: np.ndarray) -> float:
    return 10 * np.log10(np.mean(np.square(waveform, dtype=np.float64)) + 1e-30)


def test_neutral_is_the_recording_bit_by_bit(rng) -> None:
    noise = rng.uniform(-1, 1, (2, 20_000)).astype(np.float32)
    programme = Programme(recording=memory_recording(noise, 8000), start_s=0.25, stop_s=2.0)
    np.testing.assert_array_equal(joined(programme, 8000, 2), noise[:, 2000:16000])


@pytest.mark.parametrize("rate", [4000, 11025, 22051, 44100, 96000, 192_000])
def test_any_rate_reaches_the_output_without_a_step_or_a_shift(rate: int) -> None:
    programme = Programme(recording=recording_of(tone(440, rate, 1.6), rate), start_s=0.1, stop_s=1.5)
    pieces = list(render(programme, 48000, 1))
    heard = np.concatenate([piece.samples[0] for piece in pieces])
    times_s = np.concatenate([p.source_s + np.arange(p.samples.shape[1]) * p.step_s for p in pieces])
    assert times_s[0] == pytest.approx(0.1, abs=0.51 / rate)
    assert heard.size == pytest.approx(1.4 * 48000, abs=48000 / rate)
    inside = slice(1500, -1500)
    expected = 0.25 * np.sin(2 * np.pi * 440 * times_s)
    assert np.abs(heard[inside] - expected[inside]).max() < 1e-3


def test_a_loop_begins_again_without_gap(rng) -> None:
    noise = rng.uniform(-1, 1, (1, 8000)).astype(np.float32)
    programme = Programme(recording=memory_recording(noise, 8000), start_s=0.5, stop_s=0.75, begin_s=0.625, loop=True)
    heard = np.concatenate([piece.samples for piece in islice(render(programme, 8000, 1), 9)], axis=1)[0]
    once = noise[0, 4000:6000]
    np.testing.assert_array_equal(heard[:7000], np.concatenate([once[1000:], *[once] * 3]))


@pytest.mark.parametrize("rate", [8000, 48000])
def test_only_the_band_is_left(rate: int) -> None:
    inside = tone(1000, rate)
    outside = tone(600, rate) + tone(1700, rate)
    heard = played(inside + outside, rate, band_hz=(800, 1400))
    middle = slice(rate // 2, -rate // 2)
    # no delay: what is left is the tone inside the band at its own phase
    np.testing.assert_allclose(heard[middle], inside[middle], atol=2e-4)
    alone = played(outside, rate, band_hz=(800, 1400))[middle]
    assert level_db(alone) < level_db(outside) - 75


@pytest.mark.parametrize(("hertz", "expected_db"), [(800, -6.02), (1400, -6.02), (875.1, 0.0), (724.9, -80.0)])
def test_edges_of_the_band_are_where_they_are_said_to_be(hertz: float, expected_db: float) -> None:
    rate = 16000
    middle = slice(rate // 2, -rate // 2)
    change_db = level_db(played(tone(hertz, rate), rate, band_hz=(800, 1400))[middle]) - level_db(tone(hertz, rate))
    assert change_db < -75 if expected_db == -80 else change_db == pytest.approx(expected_db, abs=0.05)


def test_a_band_that_reaches_both_ends_changes_nothing(rng) -> None:
    noise = rng.uniform(-1, 1, 8000).astype(np.float32)
    np.testing.assert_array_equal(played(noise, 8000, band_hz=(0, 4000)), noise)


@pytest.mark.parametrize("speed", [0.5, 0.7, 0.95])
@pytest.mark.parametrize("rate", [8000, 44100])
def test_slow_is_longer_and_keeps_its_pitch(rate: int, speed: float) -> None:
    heard = played(tone(220, rate, 2.0), rate, speed=speed)
    assert heard.size == round(2.0 / speed * rate)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(heard.size), 8 * heard.size))
    assert np.argmax(spectrum) * rate / (8 * heard.size) == pytest.approx(220, abs=1.0)
    assert level_db(heard[rate // 10 : -rate // 10]) == pytest.approx(level_db(tone(220, rate)), abs=0.3)


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_what_is_heard_slowly_is_within_20_ms_of_its_time(rng, rate: int) -> None:
    """Noise has no period that could hide a shift: the place of 4 ms of it in the recording is unmistakable."""
    noise = 0.1 * rng.standard_normal(4 * rate).astype(np.float32)
    programme = Programme(recording=recording_of(noise, rate), start_s=0, stop_s=4, treatment=Treatment(speed=0.7))
    worst_s, found, width, reach = 0.0, 0, round(0.004 * rate), round(0.06 * rate)
    for piece in render(programme, rate, 1):
        for at in range(0, piece.samples.shape[1] - width, rate // 9):
            sought, claimed = piece.samples[0, at : at + width], round((piece.source_s + at * piece.step_s) * rate)
            first = max(claimed - reach, 0)
            around = noise[first : claimed + reach + width]
            match = np.correlate(around, sought, "valid")
            place = int(np.argmax(match))
            likeness = match[place] / np.linalg.norm(sought) / np.linalg.norm(around[place : place + width])
            if likeness > 0.97:
                worst_s, found = max(worst_s, abs(first + place - claimed) / rate), found + 1
    assert found > 15
    assert worst_s < 0.02


def test_gain_is_exact_below_the_ceiling() -> None:
    quiet = tone(300, 8000, amplitude=0.05)
    np.testing.assert_allclose(played(quiet, 8000, gain_db=12), quiet * 10**0.6, atol=1e-6)


def test_the_limiter_keeps_the_ceiling_and_says_how_much_it_took(rng) -> None:
    rate = 8000
    waveform = 0.05 * rng.standard_normal(2 * rate)
    waveform[rate] = 0.9
    recording = recording_of(waveform, rate)
    pieces = list(render(Programme(recording=recording, start_s=0, stop_s=2, treatment=Treatment(gain_db=20)), rate, 1))
    heard = np.concatenate([piece.samples for piece in pieces], axis=1)[0]
    assert np.abs(heard).max() <= CEILING + 1e-6
    assert max(piece.limited_db for piece in pieces) == pytest.approx(20 * np.log10(9.0 / CEILING), abs=0.01)
    assert pieces[0].limited_db < 8
    calm = np.abs(np.arange(2 * rate) - rate) > 0.011 * rate
    loud = np.abs(10 * waveform) > CEILING
    near_peaks = np.convolve(loud, np.ones(2 * 90 + 1), "same") > 0
    untouched = calm & ~near_peaks
    np.testing.assert_allclose(heard[untouched], 10 * waveform[untouched], atol=1e-5)


def test_without_gain_only_peaks_beyond_full_scale_are_touched() -> None:
    rate, reach = 1000, reach_frames(1000)
    samples = np.full((1, 400), 0.95, np.float32)
    samples[0, 200] = 1.5
    out, limited_db = amplify(np.pad(samples, ((0, 0), (reach, reach))), 0.0, rate)
    assert out[0, 200] == pytest.approx(CEILING)
    assert limited_db == pytest.approx(20 * np.log10(1.5 / CEILING))
    np.testing.assert_array_equal(out[0, : 200 - reach], samples[0, : 200 - reach])
    np.testing.assert_array_equal(out[0, 201 + reach :], samples[0, 201 + reach :])


def test_channels_are_picked() -> None:
    left, right = np.full(800, 0.5, np.float32), np.full(800, -0.25, np.float32)
    recording = memory_recording(np.stack([left, right]), 8000)

    def values(channel: str) -> list[float]:
        programme = Programme(recording=recording, start_s=0, stop_s=0.1, treatment=Treatment(channel=channel))
        return joined(programme, 8000, 2)[:, 5].tolist()

    assert values("all") == [0.5, -0.25]
    assert values("mix") == [0.125, 0.125]
    assert values("1") == [-0.25, -0.25]
    assert values("difference") == [0.375, 0.375]
    with pytest.raises(AudioError, match="IN-021"):
        values("2")


def test_what_cannot_be_played_is_refused() -> None:
    for wrong in ({"gain_db": 25.0}, {"speed": 0.4}, {"speed": 1.1}, {"band_hz": (500.0, 400.0)}, {"channel": "left"}):
        with pytest.raises(UsageError, match="US-031"):
            Treatment(**wrong)


def test_words_name_every_change_and_nothing_else() -> None:
    assert Treatment().words == ""
    changed = Treatment(gain_db=12, speed=0.7, channel="1", band_hz=(300.0, 3400.0))
    assert changed.words == "+12 dB, speed 0.70, channel 2, only 300 to 3400 Hz"
    assert Treatment(gain_db=-3).words == "\N{MINUS SIGN}3 dB"
