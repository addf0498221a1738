"""Levels, difference maps, spectra and fingerprints show exactly what was done to a copy, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording
from scipy import signal

from core.audio.recording import Segment
from core.compare import Alignment, Part, by_hand, by_start
from core.compare.aligned import aligned, usable_hz
from core.compare.difference import level_difference
from core.compare.fingerprint import fingerprint
from core.compare.level import match_level
from core.compare.spectra import average_spectrum
from core.features import display_packets, display_spectrogram

RATE = 16000


def part(samples: np.ndarray, rate: int = RATE) -> Part:
    return Part(recording=memory_recording(np.atleast_2d(samples).astype(np.float32), rate))


@pytest.fixture
def noise(rng) -> np.ndarray:
    return (0.1 * rng.standard_normal(6 * RATE)).astype(np.float32)


def difference(reference: Part, other: Part, alignment: Alignment) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times, frequencies, and other minus reference (bins, columns), as the screen composes them."""
    both = (reference.recording, aligned(reference.recording, other, alignment))
    one, two = (display_spectrogram(x.read()[0], x.sample_rate, window_s=0.043, hop_s=0.01) for x in both)
    highest_hz = usable_hz(reference.recording, other.recording, alignment)
    values_db = level_difference(one.values, two.values, one.frequency_hz, highest_hz=highest_hz)
    return one.time_s, one.frequency_hz, values_db


def test_a_gain_is_found_where_both_are_heard(noise) -> None:
    quiet = 0.25 * noise
    quiet[: 2 * RATE] = 0
    assert match_level(part(noise), part(quiet), by_hand(0.0)) == pytest.approx(12.04, abs=0.01)
    assert match_level(part(noise), part(0 * noise), by_hand(0.0)) is None
    assert match_level(part(noise), part(noise), by_hand(60.0)) is None


def test_a_shifted_copy_differs_nowhere_but_where_it_was_changed(noise) -> None:
    copy = noise.copy()
    t = np.arange(RATE) / RATE
    copy[3 * RATE : 4 * RATE] += 0.1 * np.sin(2 * np.pi * 3000 * t)
    time_s, frequency_hz, values_db = difference(part(noise), part(copy[800:]), by_hand(0.05))
    inside = (time_s > 3.05) & (time_s < 3.95)
    outside = ((time_s > 0.1) & (time_s < 2.9)) | ((time_s > 4.1) & (time_s < 5.8))
    assert np.abs(values_db[:, outside]).max() < 1e-3
    tone = int(np.argmin(np.abs(frequency_hz - 3000)))
    assert np.median(values_db[tone, inside]) > 15


def test_resampling_shows_only_above_what_may_be_compared(noise) -> None:
    low = signal.resample_poly(noise, 1, 2).astype(np.float32)
    time_s, frequency_hz, values_db = difference(part(noise), part(low, 8000), by_start(part(noise), part(low, 8000)))
    inside = values_db[:, (time_s > 1) & (time_s < 5)]
    assert np.abs(np.median(inside[frequency_hz < 3200], axis=1)).max() < 0.05
    assert np.isnan(inside[frequency_hz > 3700]).all()


def test_a_spectrum_difference_is_the_filters_response(noise) -> None:
    taps = signal.firwin(65, 3000, fs=RATE)
    filtered = np.convolve(noise, taps, mode="same")
    one, two = (average_spectrum(part(x), None, speech_only=False) for x in (noise, filtered))
    _, response = signal.freqz(taps, worN=2 * np.pi * one.frequency_hz / RATE)
    wanted = 20 * np.log10(np.abs(response))
    low = one.frequency_hz < 2800
    np.testing.assert_allclose(two.less(one)[low], wanted[low], atol=0.3)
    assert one.windows == two.windows > 100


def test_speech_only_leaves_the_rest_out(noise) -> None:
    noise[: 3 * RATE] *= 0.01
    speech = (Segment(start_frame=3 * RATE, end_frame=6 * RATE),)
    whole = average_spectrum(part(noise), speech, speech_only=False)
    spoken = average_spectrum(part(noise), speech, speech_only=True)
    assert np.median(spoken.mean_db - whole.mean_db) == pytest.approx(3.0, abs=0.3)
    stretch = Part(recording=part(noise).recording, start_s=0.0, stop_s=2.0)
    assert average_spectrum(stretch, speech, speech_only=True).problem
    assert np.median(average_spectrum(stretch, None, speech_only=False).mean_db - spoken.mean_db) == pytest.approx(
        -40, abs=0.5
    )


def test_rates_are_compared_as_far_as_both_reach(noise) -> None:
    low = average_spectrum(part(signal.resample_poly(noise, 1, 2), 8000), None, speech_only=False)
    high = average_spectrum(part(noise), None, speech_only=False)
    difference = low.less(high)
    assert np.isnan(difference[high.frequency_hz > 4001]).all()
    assert abs(np.nanmedian(difference)) < 0.2


def test_fingerprints_do_not_see_gain_and_see_a_band(noise) -> None:
    louder, notched = (
        2 * noise,
        signal.sosfilt(signal.butter(4, (2000, 3000), "bandstop", fs=RATE, output="sos"), noise),
    )
    one, two, three = (fingerprint(part(x), RATE) for x in (noise, louder, notched))
    assert one.distance_db(two) == pytest.approx(0.0, abs=0.01)
    assert one.distance_db(three) > 1
    lost = (one.mean_db - three.mean_db)[(one.frequency_hz > 2300) & (one.frequency_hz < 2700)]
    assert lost.min() > 6
    kept = (one.mean_db - three.mean_db)[one.frequency_hz > 5000]
    assert np.median(np.abs(kept)) < 0.3


def test_a_fingerprint_is_the_mean_log_power_however_it_is_read(rng) -> None:
    sigma = 0.1
    long = (sigma * rng.standard_normal(36 * RATE)).astype(np.float32)
    made = fingerprint(part(long), RATE)
    at_once = display_packets(long, RATE).values.mean(axis=1)
    np.testing.assert_allclose(made.mean_db, at_once, atol=0.25)
    # coefficients are Gaussian with the samples' variance; the display divides by 2^7, and the mean logarithm of a
    # squared Gaussian lies 10 / ln 10 · (ψ(1/2) + ln 2) = -5.52 dB from that of its mean
    wanted = 20 * np.log10(sigma) - 10 * np.log10(128) - 5.52
    assert made.mean_db.mean() == pytest.approx(wanted, abs=0.1)


def test_rates_share_the_leaves_below_the_lower_one(noise) -> None:
    low = part(signal.resample_poly(noise, 1, 2), 8000)
    one, two = fingerprint(part(noise), 8000), fingerprint(low, 8000)
    assert one.distance_db(two) < 1
    assert fingerprint(part(noise), RATE).distance_db(two) is None
