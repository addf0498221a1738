"""Resampling: parity with librosa, streaming equal to one shot, torchaudio for windows."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio import open_recording, resample, resample_windows, resampled_blocks, resampled_frames

RATES = [4000, 8000, 11025, 12500, 16000, 22050, 24000, 32000, 44100, 48000, 96000, 192000]


@pytest.mark.parametrize(
    ("rate", "kind"), [(8000, "wav"), (22050, "wav"), (24000, "flac"), (44100, "wav"), (48000, "ogg")]
)
def test_parity_with_librosa_load(tmp_path, speechlike, rate, kind):
    import librosa

    path = tmp_path / f"a.{kind}"
    sf.write(path, speechlike(2.37, rate), rate)
    recording = open_recording(path)
    found = resample(recording.read()[0], rate, 16000)
    expected = librosa.load(path, sr=16000)[0]
    assert found.shape == expected.shape
    np.testing.assert_array_equal(found, expected)


def test_parity_with_librosa_load_for_stereo_mp3(encode, speechlike):
    import librosa

    path = encode("a.mp3", np.stack([speechlike(2.0, 44100), 0.3 * speechlike(2.0, 44100)]), 44100, "libmp3lame")
    found = resample(open_recording(path).read().mean(axis=0), 44100, 16000)
    expected = librosa.load(path, sr=16000)[0]
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, atol=1e-5)  # another MP3 decoder, float rounding


@given(frames=st.integers(1, 100_000), rate_in=st.sampled_from(RATES), rate_out=st.sampled_from(RATES))
def test_length_is_librosas(frames, rate_in, rate_out):
    expected = int(np.ceil(frames * (float(rate_out) / rate_in)))
    assert resampled_frames(frames, rate_in, rate_out) == expected
    assert abs(resampled_frames(frames, rate_in, rate_out) - frames * rate_out / rate_in) <= 1.0001


@given(
    frames=st.integers(1, 3000), rate_in=st.sampled_from(RATES), rate_out=st.sampled_from(RATES), rows=st.integers(1, 3)
)
@settings(deadline=None, max_examples=60)
def test_any_length_and_any_rates(frames, rate_in, rate_out, rows):
    waveform = np.random.default_rng(frames).standard_normal((rows, frames)).astype(np.float32)
    out = resample(waveform, rate_in, rate_out)
    assert out.shape == (rows, resampled_frames(frames, rate_in, rate_out))
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out[-1], resample(waveform[-1], rate_in, rate_out))


def test_a_tone_stays_the_tone():
    t = np.arange(48000) / 48000
    out = resample(np.sin(2 * np.pi * 1000 * t).astype(np.float32), 48000, 16000)
    expected = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000)
    np.testing.assert_allclose(out[500:-500], expected[500:-500], atol=1e-4)


def test_what_the_new_rate_cannot_hold_is_gone():
    t = np.arange(48000) / 48000
    out = resample(np.sin(2 * np.pi * 9000 * t).astype(np.float32), 48000, 16000)
    assert np.abs(out[500:-500]).max() < 1e-4


def test_same_rate_changes_nothing(speechlike):
    waveform = speechlike(0.3)
    assert resample(waveform, 16000, 16000) is waveform


@pytest.mark.parametrize("block_s", [0.011, 0.5, 1.7, 100.0])
@pytest.mark.parametrize("rates", [(48000, 16000), (44100, 16000), (8000, 16000), (22050, 8000), (16000, 16000)])
def test_streaming_equals_one_shot(in_memory, speechlike, rates, block_s):
    rate_in, rate_out = rates
    waveform = speechlike(3.21, rate_in)
    blocks = list(resampled_blocks(in_memory(waveform, rate_in), rate_out, block_s=block_s))
    expected = resample(waveform, rate_in, rate_out)
    joined = np.concatenate(blocks)
    assert joined.shape == expected.shape
    np.testing.assert_allclose(joined, expected, atol=1e-5)
    assert max(map(len, blocks)) <= (block_s + 0.3) * rate_out + 1


@pytest.mark.parametrize("frames", [1, 2, 17, 300])
def test_streaming_of_very_short_recordings(in_memory, frames):
    waveform = np.linspace(-1, 1, frames, dtype=np.float32)
    joined = np.concatenate(list(resampled_blocks(in_memory(waveform, 44100), 16000)))
    np.testing.assert_allclose(joined, resample(waveform, 44100, 16000), atol=1e-5)


def test_streaming_takes_the_channel_asked_for(in_memory, speechlike):
    rows = np.stack([speechlike(1.0), speechlike(1.0)[::-1]])
    recording = in_memory(rows)
    np.testing.assert_array_equal(np.concatenate(list(resampled_blocks(recording, 16000, "1"))), rows[1])
    np.testing.assert_array_equal(np.concatenate(list(resampled_blocks(recording, 16000))), rows.mean(axis=0))


def test_windows_are_resampled_as_torchaudio_does():
    import torch
    import torchaudio

    windows = torch.randn(3, 44100, generator=torch.Generator().manual_seed(1))
    expected = torchaudio.transforms.Resample(44100, 22050)(windows)
    torch.testing.assert_close(resample_windows(windows, 44100, 22050), expected)
