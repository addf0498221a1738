"""Whole-clip Fourier magnitude and the long-term average spectrum."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
import torch

from core.features import feature_map, front_end


@pytest.mark.parametrize("frames", [48000, 32000, 1001, 1])
@pytest.mark.parametrize("high_pass", [True, False])
def test_fourier_is_numpys(frames: int, high_pass: bool, rng: np.random.Generator) -> None:
    x = rng.standard_normal(frames).astype(np.float32)
    found = feature_map("fourier", x, 24000, high_pass=high_pass, log=False)
    filtered = np.convolve(x.astype(np.float64), [-1, 2, -1], mode="full")[1:-1] if high_pass else x
    np.testing.assert_allclose(found.values[:, 0], np.abs(np.fft.rfft(filtered)), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(found.frequency_hz, np.fft.rfftfreq(frames, 1 / 24000))


def test_fourier_of_two_seconds_has_the_published_number_of_bins() -> None:
    assert feature_map("fourier", np.zeros(48000, np.float32), 24000).values.shape == (24001, 1)
    assert feature_map("fourier", np.zeros(32000, np.float32), 16000).values.shape == (16001, 1)


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
@pytest.mark.parametrize("window_s", [0.085, 0.0321])
def test_ltas_is_scipys_welch(rate: int, window_s: float, rng: np.random.Generator) -> None:
    x = rng.standard_normal(rate * 2).astype(np.float32) * 0.1
    size = round(window_s * rate)
    hop = round(size / 2)
    frequency_hz, mean = scipy.signal.welch(x, rate, nperseg=size, noverlap=size - hop, detrend=False)  # type: ignore[misc]
    found = feature_map("ltas", x, rate, window_s=window_s)
    np.testing.assert_allclose(found.frequency_hz, frequency_hz)
    np.testing.assert_allclose(found.values[:, 0], 10 * np.log10(mean), atol=1e-2)


def test_ltas_percentiles_are_numpys(rng: np.random.Generator) -> None:
    x = rng.standard_normal(16000).astype(np.float32)
    size = round(0.085 * 16000)
    _, _, power = scipy.signal.spectrogram(
        x, 16000, "hann", size, size // 2, detrend=False, scaling="density", mode="psd"
    )
    maps = front_end("ltas", 16000, low_pct=10.0, high_pct=90.0)(torch.from_numpy(x)[None])[0, :, :, 0].numpy()
    for channel, percentage in ((1, 10), (2, 50), (3, 90)):
        np.testing.assert_allclose(maps[channel], 10 * np.log10(np.percentile(power, percentage, axis=1)), atol=1e-2)


def test_white_noise_of_known_power_reads_its_density(rng: np.random.Generator) -> None:
    x = (0.1 * rng.standard_normal(16000 * 20)).astype(np.float32)
    inner = feature_map("ltas", x, 16000).values[5:-5, 0]
    assert inner.mean() == pytest.approx(10 * np.log10(0.01 / 8000), abs=0.1)
