"""Bands, lines, lost packets, rooms, levels: each does what its record says."""

from __future__ import annotations

import numpy as np
import pytest

from core.audio.perturb.filters import Equaliser, HighPass, LowPass, Notch
from core.audio.perturb.level import Clipping, Gain
from core.audio.perturb.masks import FrequencyMask, TimeMask
from core.audio.perturb.resampling import Resample
from core.audio.perturb.reverberation import Reverb
from core.audio.perturb.telephone import PacketLoss, Telephone

RATE = 16000


@pytest.fixture
def white(rng):
    return (0.1 * rng.standard_normal(2 * RATE)).astype(np.float32)


def _band(waveform, low, high):
    power = np.abs(np.fft.rfft(waveform)) ** 2
    hz = np.fft.rfftfreq(len(waveform), 1 / RATE)
    return 10 * np.log10(power[(hz >= low) & (hz < high)].mean())


@pytest.mark.parametrize(
    ("change", "kept", "lost"),
    [
        (LowPass(cutoff_hz=4000, flank_hz=100), (100, 3900), (4300, 7900)),
        (HighPass(cutoff_hz=300, flank_hz=100), (310, 7900), (1, 150)),
        (Notch(centre_hz=2000, width_hz=400), (2300, 7900), (1850, 2150)),
        (FrequencyMask(low_hz=2000, width_hz=1000), (3100, 7900), (2100, 2900)),
        (Resample(rate_hz=8000), (100, 3500), (4300, 7900)),
        (Telephone(law="a-law"), (400, 3300), (3700, 7900)),
        (Telephone(law="mu-law"), (400, 3300), (5, 120)),
    ],
)
def test_filters_change_their_band_only(change, kept, lost, white):
    changed = change.apply(white, RATE)
    assert _band(changed, *kept) == pytest.approx(_band(white, *kept), abs=0.15)
    assert _band(changed, *lost) < _band(white, *lost) - 33


def test_equaliser_gives_its_gains(white):
    changed = Equaliser(frequencies_hz=(100.0, 8000.0), gains_db=(6.0, 6.0)).apply(white, RATE)
    assert _band(changed, 100, 7900) == pytest.approx(_band(white, 100, 7900) + 6, abs=0.1)
    tilted = Equaliser(frequencies_hz=(100.0, 1000.0, 8000.0), gains_db=(12.0, 0.0, -12.0)).apply(white, RATE)
    assert _band(tilted, 980, 1020) == pytest.approx(_band(white, 980, 1020), abs=0.3)
    assert _band(tilted, 7600, 8000) == pytest.approx(_band(white, 7600, 8000) - 11.8, abs=0.3)


def test_time_mask_has_its_depth():
    masked = TimeMask(start=0.5, seconds=0.2).apply(np.ones(RATE, np.float32), RATE)
    assert masked[9000] == pytest.approx(10 ** (-30 / 20), rel=1e-3)
    assert masked[4000] == pytest.approx(1.0)
    assert np.count_nonzero(masked < 0.5) == pytest.approx(0.2 * RATE, abs=20)


@pytest.mark.parametrize(("share", "burst"), [(0.05, 1.0), (0.05, 3.0), (0.2, 2.0), (0.5, 4.0)])
def test_packets_are_lost_at_their_share_and_in_their_bursts(share, burst):
    lost = PacketLoss(share=share, burst=burst, seed=4).lost(60000)
    assert len(lost) == 60000
    assert lost.mean() == pytest.approx(share, rel=0.1)
    bursts = np.count_nonzero(np.diff(lost.astype(int)) == 1)
    expected = 1 / (1 - share) if burst == 1.0 else burst  # what is lost singly may still be neighbours
    assert lost.sum() / bursts == pytest.approx(expected if share > 0.4 else burst, rel=0.1)


def test_no_packet_is_lost_at_share_zero_and_the_first_ones_are_no_exception():
    assert not PacketLoss(share=0.0).lost(1000).any()
    first = [PacketLoss(share=0.3, seed=seed).lost(1)[0] for seed in range(1000)]
    assert np.mean(first) == pytest.approx(0.3, abs=0.05)


def test_lost_packets_are_silent_or_the_last_one_fading():
    size = 320
    waveform = np.repeat(np.arange(1, 101, dtype=np.float32), size)
    lost = PacketLoss(share=0.3, burst=2.0, seed=1).lost(100)
    zero = PacketLoss(share=0.3, burst=2.0, seed=1, concealment="zero").apply(waveform, RATE)[::size]
    np.testing.assert_array_equal(zero, np.where(lost, 0, np.arange(1, 101)))
    expected, last, age = [], 0.0, 0
    for number, gone in enumerate(lost, 1):
        last, age = (last, age + 1) if gone else (float(number), 0)
        expected.append(last * 0.5 ** max(age - 1, 0))
    repeated = PacketLoss(share=0.3, burst=2.0, seed=1).apply(waveform, RATE)[::size]
    np.testing.assert_allclose(repeated, expected)


@pytest.mark.parametrize(("rt60_s", "drr_db"), [(0.2, 10.0), (0.5, 0.0), (0.8, -2.0)])
def test_rooms_decay_as_they_say(rt60_s, drr_db):
    impulse = np.zeros(2 * RATE, np.float32)
    impulse[100] = 1
    room = Reverb(rt60_s=rt60_s, drr_db=drr_db, seed=1).apply(impulse, RATE).astype(np.float64)
    assert np.abs(room).argmax() == 100
    assert not np.any(np.abs(room[:100]) > 1e-6)
    late = room[101:]
    assert 10 * np.log10(room[100] ** 2 / np.sum(late**2)) == pytest.approx(drr_db, abs=0.1)
    # Schroeder's backward integration; T20 from -5 to -25 dB
    decay_db = 10 * np.log10(np.cumsum(late[::-1] ** 2)[::-1] / np.sum(late**2) + 1e-12)
    t20 = np.argmax(decay_db < -25) - np.argmax(decay_db < -5)
    assert 3 * t20 / RATE == pytest.approx(rt60_s, rel=0.1)


def test_levels(white):
    np.testing.assert_allclose(Gain(gain_db=6.0).apply(white, RATE), white * 1.99526, rtol=1e-4)
    ramp = np.linspace(-1, 1, 2001, dtype=np.float32)
    clipped = Clipping(share=0.1).apply(ramp, RATE)
    assert np.abs(clipped).max() == pytest.approx(0.9, abs=0.002)
    assert np.mean(np.abs(clipped) >= np.abs(clipped).max()) == pytest.approx(0.1, abs=0.002)
    np.testing.assert_array_equal(Clipping(share=0.0).apply(ramp, RATE), ramp)


def test_a_whole_recording_is_perturbed_as_its_seconds_are(speechlike):
    waveform = speechlike(12.0, RATE)
    for change in (Telephone(), Resample(), PacketLoss(share=0.1)):
        assert change.apply(waveform, RATE).shape == waveform.shape
    np.testing.assert_allclose(
        LowPass().apply(waveform, RATE)[RATE : 2 * RATE],
        LowPass().apply(waveform[: 3 * RATE], RATE)[RATE : 2 * RATE],
        atol=2e-4,
    )
