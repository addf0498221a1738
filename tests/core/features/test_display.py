"""Maps for the screen: true levels, true places, bounded memory."""

from __future__ import annotations

import numpy as np
import pytest

from core.features import display_packets, display_spectrogram, feature_map
from core.foundation.errors import FeatureError


def tone(hz: float, rate: int, seconds: float = 1.0, amplitude: float = 1.0) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


@pytest.mark.parametrize("window", ["hann", "gaussian"])
@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000, 192000])
@pytest.mark.parametrize("amplitude", [1.0, 0.01])
def test_a_sine_reads_its_level_at_its_frequency(window: str, rate: int, amplitude: float) -> None:
    bins = 1 << (round(0.032 * rate) * (1 if window == "hann" else 2) - 1).bit_length()
    hz = rate / bins * round(1000 * bins / rate)
    found = display_spectrogram(tone(hz, rate, amplitude=amplitude), rate, window_s=0.032, hop_s=0.01, window=window)
    middle = found.values[:, len(found.time_s) // 2]
    assert found.frequency_hz[middle.argmax()] == pytest.approx(hz)
    assert middle.max() == pytest.approx(20 * np.log10(amplitude), abs=0.01)


def test_a_constant_reads_its_level_at_zero_hertz() -> None:
    found = display_spectrogram(np.full(16000, 0.5, np.float32), 16000, window_s=0.032, hop_s=0.01)
    assert found.values[0, 50] == pytest.approx(20 * np.log10(0.5), abs=0.01)


def test_silence_reads_the_floor() -> None:
    found = display_spectrogram(np.zeros(1600, np.float32), 16000, window_s=0.032, hop_s=0.01)
    assert (found.values == -200).all()


def test_columns_tile_the_stretch_and_a_click_lies_in_its_own() -> None:
    click = np.zeros(16000, np.float32)
    click[4000] = 1.0
    found = display_spectrogram(click, 16000, window_s=0.005, hop_s=0.001, start_s=100.0, window="gaussian")
    assert found.time_s[0] == 100.0
    np.testing.assert_allclose(np.diff(found.time_s), 0.001)
    assert found.time_s[-1] < 101.0
    assert found.time_s[found.values.mean(axis=0).argmax()] == pytest.approx(100.25)


def test_the_gaussian_window_has_the_bandwidth_praat_names() -> None:
    rate = 16000
    at = tone(1000.0, rate)
    found = display_spectrogram(at, rate, window_s=0.005, hop_s=0.1, window="gaussian")
    beside = display_spectrogram(tone(1130.0, rate), rate, window_s=0.005, hop_s=0.1, window="gaussian")
    nearest = np.abs(found.frequency_hz - 1000).argmin()
    assert found.values[nearest, 5] - beside.values[nearest, 5] == pytest.approx(
        3.0, abs=0.3
    )  # 260 Hz between -3 dB points


def test_columns_with_samples_that_are_no_numbers_are_blank() -> None:
    x = tone(1000.0, 16000)
    x[8040], x[8050] = np.nan, np.inf
    found = display_spectrogram(x, 16000, window_s=0.02, hop_s=0.01)
    blank = np.isnan(found.values).any(axis=0)
    np.testing.assert_allclose(found.time_s[blank], [0.50, 0.51])


def test_blocks_do_not_show(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    x = rng.standard_normal(20000).astype(np.float32)
    whole = display_spectrogram(x, 16000, window_s=0.02, hop_s=0.005).values
    monkeypatch.setattr("core.features.display._BLOCK_VALUES", 2000)
    np.testing.assert_array_equal(display_spectrogram(x, 16000, window_s=0.02, hop_s=0.005).values, whole)


@pytest.mark.parametrize(("wavelet", "level"), [("sym5", 8), ("haar", 10), ("coif4", 6)])
def test_packets_are_those_of_the_front_end(wavelet: str, level: int, rng: np.random.Generator) -> None:
    x = rng.standard_normal(30001).astype(np.float32)
    shown = display_packets(x, 22050, wavelet=wavelet, level=level, start_s=2.0)
    plain = feature_map("packets", x, 22050, start_s=2.0, wavelet=wavelet, level=level, log=False)
    np.testing.assert_allclose(10 ** (shown.values / 10) * 2 ** (level - 1), plain.values**2, atol=1e-3)
    np.testing.assert_allclose(shown.time_s, plain.time_s)
    np.testing.assert_allclose(shown.frequency_hz, plain.frequency_hz)


def test_a_sine_reads_its_mean_level_in_its_packet_band() -> None:
    x = tone(16000 / 64 * 10.5, 16000, seconds=4.0, amplitude=0.1)
    found = display_packets(x, 16000, wavelet="coif17", level=5)
    mean_power = (10 ** (found.values / 10)).mean(axis=1)
    assert mean_power.argmax() == 10
    assert 10 * np.log10(mean_power.max()) == pytest.approx(-20.0, abs=0.5)


@pytest.mark.parametrize(
    ("frames", "params", "code"),
    [
        (0, {}, "FE-001"),
        (10, {}, "FE-001"),
        (16000, {"wavelet": "nope"}, "FE-003"),
        (16000, {"level": 0}, "FE-004"),
        (16000, {"level": 15}, "FE-004"),
    ],
)
def test_packets_that_cannot_be_made_are_refused(frames: int, params: dict[str, object], code: str) -> None:
    with pytest.raises(FeatureError) as caught:
        display_packets(np.zeros(frames, np.float32), 16000, **params)  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"window_s": 0.0}, "FE-002"),
        ({"hop_s": -1.0}, "FE-002"),
        ({"window_s": float("nan")}, "FE-002"),
        ({"window": "square"}, "FE-002"),
        ({"waveform": np.zeros((2, 100), np.float32)}, "FE-006"),
        ({"waveform": np.zeros(0, np.float32)}, "FE-001"),
        ({"sample_rate": 0}, "FE-005"),
    ],
)
def test_spectrograms_that_cannot_be_made_are_refused(changes: dict[str, object], code: str) -> None:
    call = {"waveform": np.zeros(100, np.float32), "sample_rate": 16000, "window_s": 0.02, "hop_s": 0.01} | changes
    with pytest.raises(FeatureError) as caught:
        display_spectrogram(**call)  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize("frames", [1, 2, 17])
def test_a_few_samples_still_make_a_spectrogram(frames: int) -> None:
    found = display_spectrogram(np.ones(frames, np.float32), 8000, window_s=0.04, hop_s=0.01)
    assert found.values.shape[1] == len(found.time_s) == 1
    assert np.isfinite(found.values).all()
