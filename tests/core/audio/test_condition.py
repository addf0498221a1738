"""The measured condition against signals whose condition is known."""

from __future__ import annotations

import math
import time
from dataclasses import asdict

import numpy as np
import pytest
import soundfile as sf
from helpers.stopping import StopAfter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audio import measure_condition, open_recording, resample
from core.foundation.hashing import canonical_json
from core.foundation.progress import Cancelled


def tone(hz: float, seconds: float = 2.0, rate: int = 16000, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def activity(samples: np.ndarray) -> np.ndarray:
    """Power of each 10 ms at 16 kHz."""
    return np.square(samples[: len(samples) // 160 * 160].reshape(-1, 160)).mean(axis=1)


def noise_for(voice: np.ndarray, rng: np.random.Generator, snr_db: float, slope_db: float) -> np.ndarray:
    """Noise falling by `slope_db` per octave, below the active 10 ms of a voice by `snr_db`."""
    power = activity(voice)
    spectrum = np.fft.rfft(rng.standard_normal(len(voice)))
    noise = np.fft.irfft(spectrum / np.maximum(np.arange(len(spectrum)), 10) ** (slope_db / 6), len(voice))
    active = power[power > 0.01 * power.max()].mean()
    return noise / noise.std() * np.sqrt(active / 10 ** (snr_db / 10))


class TestLevels:
    """Peak, power, offset."""

    def test_full_scale_sine(self, in_memory):
        condition = measure_condition(in_memory(tone(1000, level=1.0)))
        assert condition.peak_dbfs == pytest.approx(0, abs=0.01)
        assert condition.rms_dbfs == pytest.approx(-3.01, abs=0.01)
        assert condition.dc_offset == pytest.approx(0, abs=1e-6)

    def test_offset_and_negative_peak(self, in_memory):
        condition = measure_condition(in_memory(tone(1000, level=0.25) - 0.25))
        assert condition.dc_offset == pytest.approx(-0.25, abs=1e-5)
        assert condition.peak_dbfs == pytest.approx(20 * math.log10(0.5), abs=0.01)

    def test_all_channels_count(self, in_memory):
        condition = measure_condition(in_memory(np.stack([tone(500, level=1.0), np.zeros(32000, np.float32)])))
        assert condition.rms_dbfs == pytest.approx(-6.02, abs=0.01)

    def test_silence_is_told_in_finite_numbers(self, in_memory):
        condition = measure_condition(in_memory(np.zeros(50_000), bits=16))
        assert condition.speech_s == condition.bandwidth_hz == condition.snr_db == condition.clipped_pct == 0
        assert condition.peak_dbfs == condition.rms_dbfs == -200
        assert condition.effective_bits == 0
        assert condition.digital_silence_pct == 100


class TestDigitalSilence:
    """Runs of exact zeros of at least 10 ms."""

    def test_share_of_long_runs(self, in_memory, rng):
        samples = rng.uniform(0.1, 0.2, 100_000).astype(np.float32)
        samples[20_000:45_000] = 0
        samples[70_000:70_159] = 0  # 9.94 ms
        samples[80_000:80_160] = 0  # 10 ms
        assert measure_condition(in_memory(samples)).digital_silence_pct == pytest.approx(25.16)

    def test_a_run_over_a_block_border_counts_once(self, in_memory):
        samples = np.full(16000 * 25, 0.1, np.float32)
        for start in range(0, len(samples), 16000):
            samples[max(start - 100, 0) : start + 60] = 0
        found = measure_condition(in_memory(samples)).digital_silence_pct
        assert found == pytest.approx(100 * 24 * 160 / len(samples))


class TestClipping:
    """Samples in runs at the extreme."""

    @pytest.mark.parametrize("scale", [1.0, 0.3, 0.05])
    @pytest.mark.parametrize("share", [0.6, 0.9])
    def test_clipped_sine_at_any_level(self, in_memory, scale, share):
        clipped = np.clip(tone(100, level=1.0), -share, share)
        expected = 100 * np.mean(np.abs(tone(100, level=1.0)) >= share)
        found = measure_condition(in_memory(clipped * scale)).clipped_pct
        assert found == pytest.approx(expected, abs=0.5)

    @pytest.mark.parametrize("level", [1.0, 0.5, 0.01])
    @pytest.mark.parametrize("hz", [30, 100, 440, 3000])
    def test_whole_sines_are_not_clipped(self, in_memory, level, hz):
        assert measure_condition(in_memory(tone(hz, rate=48000, level=level), 48000)).clipped_pct == 0

    @pytest.mark.parametrize("steps", [1, 3, 20, 127])
    def test_coarse_steps_are_not_clipping(self, in_memory, steps):
        coarse = np.round(tone(200, level=1.0) * steps) / 128
        found = measure_condition(in_memory(coarse, bits=8)).clipped_pct
        assert found == 0 or steps == 1

    def test_square_wave_is_all_clipped(self, in_memory):
        square = np.where(tone(200) >= 0, 1.0, -1.0)
        assert measure_condition(in_memory(square)).clipped_pct == 100

    def test_speech_driven_into_the_limit(self, in_memory, speechlike):
        voice = speechlike(4.0) * 5
        expected = 100 * np.mean(np.abs(voice) >= 1)
        found = measure_condition(in_memory(np.clip(voice, -1, 1))).clipped_pct
        assert expected > 0.3
        assert found == pytest.approx(expected, rel=0.5)

    def test_whole_speech_is_not_clipped(self, in_memory, speechlike):
        assert measure_condition(in_memory(speechlike(4.0))).clipped_pct == 0

    def test_only_the_clipped_channel_counts(self, in_memory):
        square = np.where(tone(200) >= 0, 0.9, -0.9)
        assert measure_condition(in_memory(np.stack([square, tone(200)]))).clipped_pct == 50


class TestBits:
    """Bits in use."""

    @pytest.mark.parametrize(("subtype", "bits"), [("PCM_16", 16), ("PCM_24", 24), ("PCM_U8", 8), ("FLOAT", 24)])
    def test_full_use(self, tmp_path, speechlike, subtype, bits):
        sf.write(tmp_path / "a.wav", speechlike(1.0), 16000, subtype=subtype)
        assert measure_condition(open_recording(tmp_path / "a.wav")).effective_bits == bits

    @pytest.mark.parametrize(("used", "subtype"), [(8, "PCM_16"), (12, "PCM_16"), (16, "PCM_24"), (16, "PCM_32")])
    def test_fewer_bits_in_a_wider_word(self, tmp_path, speechlike, used, subtype):
        coarse = np.round(speechlike(1.0) * 2 ** (used - 1)).astype(np.int64) << (32 - used)
        sf.write(tmp_path / "a.wav", coarse.astype(np.int32), 16000, subtype=subtype)
        assert measure_condition(open_recording(tmp_path / "a.wav")).effective_bits == used

    def test_16_bits_in_floats(self, tmp_path, speechlike):
        sf.write(tmp_path / "a.wav", np.round(speechlike(1.0) * 32768) / 32768, 16000, subtype="FLOAT")
        assert measure_condition(open_recording(tmp_path / "a.wav")).effective_bits == 16

    def test_8_bits_scaled_by_257(self, in_memory, speechlike):
        samples = np.round(speechlike(1.0) * 127) * 257 / 32768
        assert measure_condition(in_memory(samples, bits=16)).effective_bits == pytest.approx(8, abs=0.01)


ENDS = [(16000, 3400), (16000, 7000), (22050, 8000), (44100, 3400), (44100, 16000), (48000, 7000), (48000, 8000)]
ENDS += [(48000, 16000), (96000, 3400), (96000, 16000)]


class TestBandwidth:
    """Where the spectrum ends."""

    @pytest.mark.parametrize(("rate", "cut_hz"), ENDS)
    @pytest.mark.parametrize("bits", [16, None])
    def test_noise_that_ends(self, in_memory, band_noise, rate, cut_hz, bits):
        noise = band_noise(5.0, rate, cut_hz)
        samples = np.round(noise * 32768) / 32768 if bits else noise
        condition = measure_condition(in_memory(samples, rate, bits))
        assert condition.bandwidth_hz == pytest.approx(cut_hz, rel=0.04)
        assert f"energy ends sharply at {condition.bandwidth_hz / 1000:.1f} kHz" in condition.codec

    @pytest.mark.parametrize("rate", [8000, 16000, 48000, 192000])
    @pytest.mark.parametrize("level", [0.1, 0.001])
    def test_noise_that_fills_the_band(self, in_memory, band_noise, rate, level):
        condition = measure_condition(in_memory(band_noise(3.0, rate, level=level), rate))
        assert condition.bandwidth_hz == pytest.approx(rate / 2, rel=0.02)
        assert condition.codec == "PCM"

    @pytest.mark.parametrize("slope_db", [3, 6])
    def test_falling_noise_fills_the_band(self, in_memory, rng, slope_db):
        spectrum = np.fft.rfft(rng.standard_normal(48000 * 4))
        spectrum /= np.maximum(np.arange(len(spectrum)) / len(spectrum), 0.001) ** (slope_db / 6)
        noise = np.fft.irfft(spectrum)
        condition = measure_condition(in_memory(0.5 * noise / np.abs(noise).max(), 48000))
        assert condition.bandwidth_hz == pytest.approx(24000, rel=0.02)

    def test_band_limited_noise_over_a_white_floor(self, in_memory, band_noise):
        samples = band_noise(5.0, 48000, 7000) + band_noise(5.0, 48000, level=0.0005)
        assert measure_condition(in_memory(samples, 48000)).bandwidth_hz == pytest.approx(7000, rel=0.05)

    def test_speech_without_a_pause(self, in_memory, speechlike, band_noise):
        voice, hiss = speechlike(4.0), band_noise(4.0, 16000, level=0.01)
        hisses = np.sin(2 * np.pi * 1.5 * np.arange(64000) / 16000) < -0.3  # where the voice pauses
        condition = measure_condition(in_memory(voice + hisses * hiss))
        assert condition.bandwidth_hz == pytest.approx(8000, rel=0.03)

    @pytest.mark.parametrize(("origin", "words"), [(8000, "rate of 8000 Hz"), (16000, "rate of 16000 Hz")])
    def test_upsampled_speech(self, tmp_path, speechlike, band_noise, origin, words):
        voice = speechlike(4.0, origin) + band_noise(4.0, origin, level=0.003)
        sf.write(tmp_path / "a.wav", resample(voice, origin, 48000), 48000)
        condition = measure_condition(open_recording(tmp_path / "a.wav"))
        assert condition.bandwidth_hz <= origin / 2 * 1.02
        assert (
            f"energy ends sharply at {origin / 2000:.0f}" in condition.codec or "ends sharply at 7.9" in condition.codec
        )
        assert words in condition.codec
        assert "not proof" in condition.codec

    def test_low_pass_of_mp3_shows_after_it_became_wav(self, encode, tmp_path, band_noise):
        coded = open_recording(encode("a.mp3", band_noise(3.0, 44100), 44100, "libmp3lame", bit_rate=64_000))
        sf.write(tmp_path / "a.wav", coded.read()[0], 44100)
        condition = measure_condition(open_recording(tmp_path / "a.wav"))
        assert 14_000 < condition.bandwidth_hz < 20_500
        assert condition.codec.startswith("PCM 16 bit; energy ends sharply at 1")


class TestNoise:
    """The estimate of the signal-to-noise ratio."""

    @pytest.mark.parametrize("rate", [8000, 16000, 48000])
    @pytest.mark.parametrize("snr_db", [0, 5, 10, 20, 30, 45])
    def test_known_ratio(self, in_memory, speechlike, rng, rate, snr_db):
        voice = speechlike(8.0, rate, floor_dbfs=-120.0)
        power = np.square(voice).reshape(-1, rate // 100).mean(axis=1)
        active = power[power > 0.01 * power.max()].mean()
        noise = rng.standard_normal(len(voice)) * np.sqrt(active / 10 ** (snr_db / 10))
        found = measure_condition(in_memory(0.5 * (voice + noise), rate)).snr_db
        assert found == pytest.approx(snr_db, abs=3)

    def test_pauses_of_digital_silence(self, in_memory, speechlike):
        voice = speechlike(6.0)
        voice[np.abs(np.convolve(np.abs(voice), np.ones(400) / 400, "same")) < 0.01] = 0
        assert 40 < measure_condition(in_memory(voice)).snr_db <= 100

    def test_without_speech_there_is_none(self, in_memory, rng):
        condition = measure_condition(in_memory(0.1 * rng.standard_normal(50_000)))
        assert condition.snr_db == 0
        assert not condition.snr_measured

    @pytest.mark.parametrize("slope_db", [0, 3])
    @pytest.mark.parametrize("snr_db", [0, 10, 20, 30])
    def test_short_speech_with_pauses(self, in_memory, speechlike, rng, snr_db, slope_db):
        voice = speechlike(2.0, floor_dbfs=-120.0)
        condition = measure_condition(in_memory(0.5 * (voice + noise_for(voice, rng, snr_db, slope_db))))
        assert condition.snr_db == pytest.approx(snr_db, abs=4)
        assert condition.snr_measured

    @pytest.mark.parametrize("slope_db", [0, 3])
    @pytest.mark.parametrize("snr_db", [0, 10, 20, 30])
    def test_without_a_pause_noise_is_not_made_up(self, in_memory, speechlike, rng, snr_db, slope_db):
        voice = speechlike(4.0, floor_dbfs=-120.0)
        voice = voice.reshape(-1, 160)[activity(voice) > 0.05 * activity(voice).max()].ravel()
        condition = measure_condition(in_memory(0.5 * (voice + noise_for(voice, rng, snr_db, slope_db))))
        assert condition.snr_db > snr_db - 6 or not condition.snr_measured

    def test_clean_speech_without_a_pause_has_no_measured_noise(self, in_memory, speechlike):
        voice = speechlike(4.0, floor_dbfs=-120.0)
        voice = voice.reshape(-1, 160)[activity(voice) > 0.05 * activity(voice).max()].ravel()
        assert not measure_condition(in_memory(voice)).snr_measured

    def test_an_offset_is_no_noise(self, in_memory, speechlike):
        voice = speechlike(3.0)
        plain = measure_condition(in_memory(voice)).snr_db
        assert measure_condition(in_memory(voice + 0.3)).snr_db == pytest.approx(plain, abs=1)


@given(
    samples=st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=400),
    repeat=st.integers(1, 60),
    rate=st.sampled_from([1000, 4000, 8000, 44100, 192000]),
    channels=st.integers(1, 3),
)
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_number_is_finite_and_in_range(in_memory, samples, repeat, rate, channels):
    recording = in_memory(np.tile(np.array(samples, np.float32), (channels, repeat)), rate)
    condition = measure_condition(recording)
    canonical_json(asdict(condition))  # refuses NaN and infinities
    assert 0 <= condition.speech_s <= recording.duration_s
    assert 0 <= condition.bandwidth_hz <= rate / 2
    assert 0 <= condition.clipped_pct <= 100
    assert 0 <= condition.snr_db <= 100
    assert 0 <= condition.digital_silence_pct <= 100
    assert condition.effective_bits is not None
    assert 0 <= condition.effective_bits <= 24


def test_a_recording_longer_than_a_block_measures_as_in_one(in_memory, speechlike, monkeypatch):
    recording = in_memory(np.stack([speechlike(23.0), speechlike(23.0)[::-1]]))
    whole = measure_condition(recording)
    monkeypatch.setattr("core.audio.condition._BLOCK_SAMPLES", 16000 * 2 * 3)
    parts = measure_condition(recording)
    assert parts.speech == whole.speech
    for name, value in asdict(whole).items():
        if isinstance(value, float):
            assert getattr(parts, name) == pytest.approx(value, rel=1e-6, abs=1e-9), name


def test_it_can_be_cancelled_at_every_check(in_memory, speechlike):
    recording = in_memory(speechlike(35.0))
    for at in range(4):
        with pytest.raises(Cancelled):
            measure_condition(recording, StopAfter(at))
    measure_condition(recording, StopAfter(4))


@pytest.mark.slow
def test_it_is_a_hundred_times_faster_than_the_recording(in_memory, rng):
    recording = in_memory(0.1 * rng.standard_normal(48000 * 300), 48000)
    measure_condition(in_memory(np.zeros(48000), 48000))  # imports
    start = time.process_time()
    measure_condition(recording)
    assert time.process_time() - start < 3.0
