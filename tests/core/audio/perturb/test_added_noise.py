"""Noise has the ratio and the colour that its record says, measured from outside."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile as sf

from core.audio.active_level import active_power
from core.audio.perturb.noise import Noise, RealNoise
from core.audio.perturb.rawboost import RawBoostConvolutive, RawBoostImpulsive, RawBoostStationary

RATE = 16000


def _db(ratio: float) -> float:
    return 10 * np.log10(ratio)


def _bursts(on_s: float, off_s: float, count: int) -> np.ndarray:
    """A 500-Hz sine of amplitude 0.1 that comes and goes; ends with a pause."""
    seconds = np.arange(round((on_s + off_s) * count * RATE)) / RATE
    return (0.1 * np.sin(2 * np.pi * 500 * seconds) * (seconds % (on_s + off_s) < on_s)).astype(np.float32)


def test_active_level_counts_the_hangover_and_no_more():
    # P.56: 4 s of sound and 0.2 s after it are active, so the level is 4 / 4.2 of the sine's power 0.1² / 2
    assert _db(active_power(_bursts(4, 4, 3), RATE) / (0.005 * 4 / 4.2)) == pytest.approx(0, abs=0.1)
    # pauses within the hangover are speech: the level is the long-term one
    assert _db(active_power(_bursts(0.3, 0.1, 20), RATE) / (0.005 * 0.75)) == pytest.approx(0, abs=0.1)


def test_active_level_scales_and_ignores_a_low_floor(rng):
    speech = _bursts(2, 2, 3)
    quiet = speech * np.float32(1e-3)
    assert active_power(quiet, RATE) == pytest.approx(1e-6 * active_power(speech, RATE), rel=1e-3)
    noisy = speech + (1e-3 * rng.standard_normal(len(speech))).astype(np.float32)
    assert _db(active_power(noisy, RATE) / active_power(speech, RATE)) == pytest.approx(0, abs=0.2)
    assert active_power(np.zeros(RATE, np.float32), RATE) == 0


@pytest.mark.parametrize(
    "make", [lambda snr: Noise(snr_db=snr, exponent=-1.0, seed=3), lambda snr: RawBoostStationary(snr_db=snr)]
)
@pytest.mark.parametrize("snr_db", [-5.0, 20.0, 40.0])
def test_ratio_is_one_of_powers_against_the_active_level(make, snr_db):
    speech = _bursts(4, 4, 2)
    noise = make(snr_db).apply(speech, RATE).astype(np.float64) - speech
    active = 0.005 * 4 / 4.2
    assert _db(active / np.mean(noise**2)) == pytest.approx(snr_db, abs=0.15)


def test_colour_is_the_slope_of_the_spectrum(rng):
    white = rng.standard_normal(8 * RATE).astype(np.float32)
    for exponent in (0.0, -1.0, -2.0):
        noise = Noise(snr_db=0.0, exponent=exponent, seed=1).apply(white, RATE) - white
        power = np.abs(np.fft.rfft(noise)) ** 2
        hz = np.fft.rfftfreq(len(noise), 1 / RATE)
        octaves = [power[(hz > low) & (hz < 2 * low)].mean() for low in (500, 1000, 2000)]
        assert _db(octaves[2] / octaves[0]) == pytest.approx(_db(4**exponent), abs=0.5)


def test_real_noise_is_the_clip_at_the_ratio(tmp_path, monkeypatch, rng):
    (tmp_path / "noise").mkdir()
    clip = 0.1 * rng.standard_normal(RATE)
    sf.write(tmp_path / "noise" / "street.wav", clip, RATE, subtype="DOUBLE")
    monkeypatch.setenv("AUDITRACE_SHARED", str(tmp_path))
    speech = _bursts(2, 1, 1)
    noise = RealNoise(snr_db=10.0).reseeded(rng).apply(speech, RATE) - speech
    assert _db(active_power(speech, RATE) / np.mean(noise.astype(np.float64) ** 2)) == pytest.approx(10, abs=0.05)
    # it repeats each second and is the clip, rolled and scaled
    np.testing.assert_allclose(noise[:RATE], noise[RATE : 2 * RATE], atol=1e-6)
    spectra = [np.fft.rfft(noise[:RATE]), np.fft.rfft(clip)]
    match = np.fft.irfft(spectra[0] * spectra[1].conj()).max() / np.linalg.norm(noise[:RATE]) / np.linalg.norm(clip)
    assert match == pytest.approx(1, abs=1e-4)


def test_clips_without_sound_are_passed_over(tmp_path, monkeypatch, rng):
    (tmp_path / "noise").mkdir()
    for name, level in (("a.wav", 0.0), ("b.wav", 0.1), ("c.wav", 0.0)):
        sf.write(tmp_path / "noise" / name, level * rng.standard_normal(RATE), RATE)
    monkeypatch.setenv("AUDITRACE_SHARED", str(tmp_path))
    assert {RealNoise.draw(rng).clip for _ in range(20)} == {"b.wav"}


@pytest.mark.shared
def test_the_shared_folder_has_noises_and_rooms(shared, rng, speechlike):
    drawn = {RealNoise.draw(rng).clip for _ in range(100)}
    assert len(drawn) > 30
    assert not any("rir" in name for name in drawn)


def test_impulsive_noise_disturbs_its_share_by_no_more_than_its_gain(speechlike):
    speech = speechlike(2.0, RATE)
    changed = RawBoostImpulsive(share=0.1, gain=2.0, seed=1).apply(speech, RATE)
    moved = changed != speech
    assert moved.mean() == pytest.approx(0.1, abs=0.002)
    assert np.all(np.abs(changed - speech) <= 2 * np.abs(speech) + 1e-6)


def test_convolutive_noise_of_order_one_is_linear_and_more_is_not():
    seconds = np.arange(RATE) / RATE
    tone = (0.1 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32)

    def harmonics(orders: int) -> float:
        power = (
            np.abs(
                np.fft.rfft(RawBoostConvolutive(orders=orders, seed=2).apply(tone, RATE)[4000:-4000] * np.hanning(8000))
            )
            ** 2
        )
        hz = np.fft.rfftfreq(8000, 1 / RATE)
        return power[np.abs(hz - 1320) < 20].sum() / power[np.abs(hz - 440) < 20].sum()

    assert _db(harmonics(1)) < -60
    assert _db(harmonics(5)) > -45
