"""Coders: no delay is left, the stated bit rate is the real one, and the band is what the coder leaves."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile as sf

from core.audio.perturb import PERTURBATIONS, available
from core.audio.perturb.lossy import Aac, Coded, Mp3, Opus, Sbc, Vorbis
from core.audio.perturb.speech_coders import G711, G722, G726, AmrNb

CODERS = sorted(
    {"aac", "amr_nb", "amr_wb", "g711", "g722", "g726", "gsm", "mp3", "opus", "sbc", "telephone", "vorbis"}
    & set(available())
)
HERE = {"aac", "amr_nb", "g711", "g722", "g726", "gsm", "mp3", "opus", "sbc", "telephone", "vorbis"}
"""What the pinned PyAV and soundfile have."""


def _lag_s(changed: np.ndarray, original: np.ndarray, rate: int) -> float:
    """Lag of the highest cross-correlation between 400 and 3000 Hz, which every coder keeps."""
    size = 2 * len(original)
    spectra = [np.fft.rfft(wave, size) for wave in (changed, original)]
    hz = np.fft.rfftfreq(size, 1 / rate)
    cross = np.where((hz > 400) & (hz < 3000), spectra[0] * spectra[1].conj(), 0)
    at = int(np.fft.irfft(cross, size).argmax())
    return (at if at < len(original) else at - size) / rate


def _kbps(coder: Coded, waveform: np.ndarray, rate: int) -> float:
    return coder.encoded(waveform, rate).size_bytes * 8 / (len(waveform) / rate) / 1000


@pytest.fixture
def speech(rng):
    """Bursts of band-limited noise over a voice: a sharp peak in the cross-correlation."""

    def make(rate: int) -> np.ndarray:
        seconds = np.arange(2 * rate) / rate
        hz = np.fft.rfftfreq(len(seconds), 1 / rate)
        spectrum = np.fft.rfft(rng.standard_normal(len(seconds))) / np.maximum(hz, 300) * (hz < 3800)
        noise = np.fft.irfft(spectrum)
        pitch = 2 * np.pi * np.cumsum(130 + 30 * np.sin(2 * np.pi * 1.3 * seconds)) / rate  # no period fits twice
        voice = sum(np.sin(k * pitch + k * k) / k for k in range(1, 20))
        gate = np.clip(2 * np.sin(2 * np.pi * 2 * seconds), 0, 1)
        return (0.08 * gate * (voice + noise / noise.std())).astype(np.float32)

    return make


def test_what_the_pinned_libraries_have_is_available():
    assert set(CODERS) >= HERE


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
@pytest.mark.parametrize("name", CODERS)
def test_no_delay_is_left(name, rate, speech):
    original = speech(rate)
    changed = PERTURBATIONS[name]().apply(original, rate)
    assert abs(_lag_s(changed, original, rate)) <= 3 / 16000


@pytest.mark.parametrize(
    ("coder", "rate", "within"),
    [
        (Mp3(kbps=32.0), 16000, 0.05),
        (Mp3(kbps=32.0), 44100, 0.05),
        (Mp3(kbps=128.0), 16000, 0.05),
        (Aac(kbps=32.0), 16000, 0.1),
        (Opus(kbps=48.0, application="audio"), 16000, 0.1),
        (Opus(kbps=16.0), 16000, 0.3),  # pauses and a made-up voice need less
        (AmrNb(kbps=4.75), 16000, 0.15),  # a byte in each frame says what the frame is
        (AmrNb(kbps=12.2), 16000, 0.08),
        (G722(), 16000, 0.05),
        (Sbc(kbps=64.0), 16000, 0.05),
    ],
)
def test_bit_rate_is_the_real_one(coder: Coded, rate, within, speechlike):
    original = speechlike(5.0, rate, floor_dbfs=-45.0)
    assert _kbps(coder, original, rate) == pytest.approx(coder.kbps, rel=within)


@pytest.mark.shared
def test_opus_has_its_bit_rate_on_recorded_voices(shared):
    paths = sorted((shared / "noise").glob("esc10__baby*"))
    original = np.concatenate([sf.read(path, dtype="float32")[0] for path in paths])
    for kbps in (12.0, 24.0, 48.0):
        assert _kbps(Opus(kbps=kbps), original, 16000) == pytest.approx(kbps, rel=0.1)


@pytest.mark.parametrize(
    ("few", "many"),
    [
        (Mp3(kbps=16.0), Mp3(kbps=128.0)),
        (Aac(kbps=16.0), Aac(kbps=96.0)),
        (Opus(kbps=16.0, application="audio"), Opus(kbps=96.0, application="audio")),
        (Vorbis(quality=0.0), Vorbis(quality=1.0)),
        (Sbc(kbps=40.0), Sbc(kbps=96.0)),
        (G726(kbps=24.0), G726(kbps=40.0)),
    ],
)
def test_fewer_bits_are_further_from_the_original(few, many, speech):
    original = speech(16000)
    errors = [np.mean((coder.apply(original, 16000) - original) ** 2) for coder in (few, many)]
    assert errors[0] > 2 * errors[1]


@pytest.mark.parametrize("law", ["a-law", "mu-law"])
def test_g711_has_the_ratio_of_eight_logarithmic_bits(law, rng):
    speech = (0.1 * rng.standard_normal(16000)).astype(np.float32)
    error = G711(law=law).apply(speech, 8000) - speech
    # both laws hold about 38 dB over 40 dB of level
    assert 10 * np.log10(np.mean(speech**2) / np.mean(error**2)) == pytest.approx(38, abs=1.5)
