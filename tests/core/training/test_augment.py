"""Augmentations: the record is the whole of the chance, and each does what it says."""

from __future__ import annotations

import numpy as np
import pytest

from core.training.augment import KINDS, Equaliser, LowPass, Noise, Notch, TimeMask, draw_chain

RATE = 16000


@pytest.mark.parametrize("name", KINDS)
def test_same_record_same_samples(name, speechlike):
    waveform = speechlike(1.3, RATE)
    first = KINDS[name].draw(np.random.default_rng(5))
    again = KINDS[name].draw(np.random.default_rng(5))
    other = KINDS[name].draw(np.random.default_rng(6))
    assert first == again
    assert first != other
    changed = first.apply(waveform, RATE)
    np.testing.assert_array_equal(changed, again.apply(waveform, RATE))
    assert changed.dtype == np.float32
    assert changed.shape == waveform.shape
    assert np.isfinite(changed).all()
    assert not np.array_equal(changed, waveform)


@pytest.mark.parametrize("name", KINDS)
def test_silence_stays_finite(name):
    changed = KINDS[name].draw(np.random.default_rng(1)).apply(np.zeros(8000, np.float32), RATE)
    assert np.isfinite(changed).all()


def test_chain_draws_all_none_and_in_order(rng):
    every = dict.fromkeys(KINDS, 1.0)
    assert [type(change) for change in draw_chain(every, 0.0, rng)] == list(KINDS.values())
    assert draw_chain(every, 1.0, rng) == ()
    assert draw_chain(dict.fromkeys(KINDS, 0.0), 0.0, rng) == ()


def _band(waveform, low, high):
    power = np.abs(np.fft.rfft(waveform)) ** 2
    hz = np.fft.rfftfreq(len(waveform), 1 / RATE)
    return 10 * np.log10(power[(hz >= low) & (hz < high)].mean())


def test_filters_change_their_band_only(rng):
    white = rng.standard_normal(32000).astype(np.float32)
    low = LowPass(4000, 100).apply(white, RATE)
    assert _band(low, 4300, 7900) < _band(white, 4300, 7900) - 40
    assert _band(low, 100, 3900) == pytest.approx(_band(white, 100, 3900), abs=0.1)
    notched = Notch(2000, 400).apply(white, RATE)
    assert _band(notched, 1850, 2150) == pytest.approx(_band(white, 1850, 2150) - 40, abs=5)
    raised = Equaliser((80.0, 8000.0), (6.0, 6.0)).apply(white, RATE)
    assert _band(raised, 100, 7900) == pytest.approx(_band(white, 100, 7900) + 6, abs=0.1)


def test_noise_has_its_ratio_and_mask_its_depth(speechlike):
    waveform = speechlike(2.0, RATE)
    noise = Noise(20.0, 0.0, 3).apply(waveform, RATE) - waveform
    assert 10 * np.log10(np.mean(waveform**2) / np.mean(noise**2)) == pytest.approx(20.0, abs=0.1)
    masked = TimeMask(0.5, 0.2).apply(np.ones(RATE, np.float32), RATE)
    assert masked[9000] == pytest.approx(10 ** (-30 / 20), rel=1e-3)
    assert masked[4000] == pytest.approx(1.0)
