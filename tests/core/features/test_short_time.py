"""STFT, mel and cepstra against scipy, librosa and torchaudio's own transforms."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import scipy.signal
import torch
import torchaudio

from core.features import front_end


def noise(frames: int) -> np.ndarray:
    return np.random.default_rng(frames).standard_normal(frames).astype(np.float32) * 0.1


def run(name: str, waveform: np.ndarray, rate: int, **params: object) -> np.ndarray:
    return front_end(name, rate, **params)(torch.from_numpy(waveform)[None])[0, 0].numpy()


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100])
@pytest.mark.parametrize("frames", [4000, 22050, 30001])
@pytest.mark.parametrize(
    ("n_fft", "window", "hop"), [(512, 512, 128), (511, 511, 220), (1024, 400, 160), (300, 300, 1)]
)
def test_stft_is_scipys(rate: int, frames: int, n_fft: int, window: int, hop: int) -> None:
    x = noise(frames)
    ours = run("stft", x, rate, n_fft=n_fft, window_frames=window, hop_frames=hop, scale="linear", power=1.0)
    taper = np.pad(scipy.signal.get_window("hann", window), ((n_fft - window) // 2, -(-(n_fft - window) // 2)))
    padded = np.pad(x.astype(np.float64), n_fft // 2, mode="reflect")
    starts = range(0, padded.size - n_fft + 1, hop)
    direct = np.abs(np.fft.rfft(np.stack([padded[s : s + n_fft] * taper for s in starts]))).T
    assert ours.shape == direct.shape
    np.testing.assert_allclose(ours, direct, rtol=2e-4, atol=2e-5)


def test_stft_of_gan_police_has_its_shape_and_scale() -> None:
    x = noise(22050)
    ours = run("stft", x, 22050, n_fft=511, window_frames=511, hop_frames=220)
    assert ours.shape == (256, 101)
    power = np.abs(librosa.stft(x, n_fft=511, hop_length=220, pad_mode="reflect")) ** 2
    np.testing.assert_allclose(ours, np.log(power + 1e-12), atol=2e-3)


@pytest.mark.parametrize("centred", [True, False])
def test_a_click_and_a_tone_lie_where_the_axes_say(centred: bool) -> None:
    rate, n_fft = 16000, 512
    built = front_end("stft", rate, n_fft=n_fft, hop_frames=64, centred=centred, scale="db")
    time_s, frequency_hz = built.axes(rate)
    click = torch.zeros(1, rate)
    click[0, 8000] = 1.0
    assert time_s[built(click)[0, 0].mean(0).argmax()] == pytest.approx(0.5, abs=0.004)
    tone = torch.sin(2 * torch.pi * 3000 * torch.arange(rate) / rate)[None]
    assert frequency_hz[built(tone)[0, 0].mean(1).argmax()] == pytest.approx(3000, abs=rate / n_fft)


@pytest.mark.parametrize("rate", [8000, 16000, 24000])
@pytest.mark.parametrize("mels", [40, 80])
@pytest.mark.parametrize(("scale", "area_norm"), [("htk", False), ("slaney", True)])
def test_mel_is_librosas(rate: int, mels: int, scale: str, area_norm: bool) -> None:
    x = noise(rate)
    ours = run("mel", x, rate, n_fft=1024, window_frames=1024, mels=mels, mel_scale=scale, area_norm=area_norm)
    theirs = librosa.feature.melspectrogram(
        y=x, sr=rate, n_fft=1024, hop_length=128, n_mels=mels, pad_mode="reflect",
        htk=scale == "htk", norm="slaney" if area_norm else None,
    )  # fmt: skip
    np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=1e-6 * theirs.max())


def test_mel_of_codecfake_is_torchaudios_bit_for_bit() -> None:
    x = noise(64600)
    theirs = torchaudio.transforms.MelSpectrogram(16000, n_fft=512, win_length=512, hop_length=128, n_mels=80)
    ours = run("mel", x, 16000)
    assert ours.shape == (80, 505)
    np.testing.assert_array_equal(ours, theirs(torch.from_numpy(x)).numpy())


def test_mel_in_decibels_is_librosas_with_a_range() -> None:
    x = noise(16000) * np.linspace(1, 1e-4, 16000, dtype=np.float32) ** 2
    ours = run("mel", x, 16000, scale="db", top_db=40.0, n_fft=2048, window_frames=2048, low_hz=20.0, high_hz=8000.0)
    theirs = librosa.feature.melspectrogram(
        y=x,
        sr=16000,
        n_fft=2048,
        hop_length=128,
        n_mels=80,
        fmin=20,
        fmax=8000,
        htk=True,
        norm=None,
        pad_mode="reflect",
    )
    np.testing.assert_allclose(ours, librosa.power_to_db(theirs, top_db=40.0), atol=2e-2)
    assert ours.max() - ours.min() == pytest.approx(40.0, abs=1e-3)


def test_mel_axis_puts_a_tone_in_its_filter() -> None:
    built = front_end("mel", 16000, n_fft=2048, window_frames=2048, mels=60)
    _, frequency_hz = built.axes(16000)
    for hz in (440.0, 1000.0, 5000.0):
        tone = torch.sin(2 * torch.pi * hz * torch.arange(16000) / 16000)[None]
        strongest = built(tone)[0, 0].mean(1).argmax()
        assert strongest == np.abs(frequency_hz - hz).argmin()


def test_lfcc_of_wavefake_is_torchaudios() -> None:
    x = noise(16000)
    theirs = torchaudio.transforms.LFCC(
        16000, n_filter=20, n_lfcc=20, log_lf=True, speckwargs={"n_fft": 512, "hop_length": 256}
    )
    ours = run("lfcc", x, 16000, n_fft=512, hop_frames=256)
    np.testing.assert_allclose(ours, theirs(torch.from_numpy(x)).numpy(), atol=1e-4)


def test_lfcc_of_codecfake_by_hand() -> None:
    x = noise(8000)
    ours = run(
        "lfcc", x, 16000, n_fft=512, window_frames=320, hop_frames=160, window="hamming", padding="constant",
        pre_emphasis=0.97, scale="log10", offset=float(np.finfo(np.float32).eps),
    )  # fmt: skip
    emphasised = np.append(x[0], x[1:] - 0.97 * x[:-1])
    power = (
        np.abs(
            librosa.stft(emphasised, n_fft=512, win_length=320, hop_length=160, window="hamming", pad_mode="constant")
        )
        ** 2
    )
    corners = np.linspace(0, 8000, 22)
    bins = np.linspace(0, 8000, 257)
    bank = np.stack([np.interp(bins, corners[k : k + 3], [0, 1, 0], left=0, right=0) for k in range(20)])
    bands = np.log10(bank @ power + np.finfo(np.float32).eps)
    theirs = scipy.fft.dct(bands, axis=0, norm="ortho")
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_mfcc_and_its_derivatives_are_librosas() -> None:
    x = noise(16000)
    ours = run("mfcc", x, 16000, coefficients=20, deltas=2, delta_width=5, mels=40, n_fft=1024, window_frames=1024)
    mels = librosa.feature.melspectrogram(
        y=x, sr=16000, n_fft=1024, hop_length=128, n_mels=40, htk=True, norm=None, pad_mode="reflect"
    )
    theirs = librosa.feature.mfcc(S=librosa.power_to_db(mels, top_db=80.0), n_mfcc=20)
    assert ours.shape == (60, theirs.shape[1])
    np.testing.assert_allclose(ours[:20], theirs, atol=2e-2)
    first = librosa.feature.delta(theirs, width=5, order=1, mode="nearest")
    np.testing.assert_allclose(ours[20:40], first, atol=2e-2)
    np.testing.assert_allclose(ours[40:], librosa.feature.delta(first, width=5, order=1, mode="nearest"), atol=2e-2)
