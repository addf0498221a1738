"""From a file's samples to a detector's windows."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import soxr
import torch
import torchaudio

from core.detectors.preparing import file_waveform, fit_window, window_batch


@pytest.fixture
def by_window(card):
    return dataclasses.replace(card, resampling="window")


def test_short_windows_are_repeated_from_their_start(card):
    short = torch.arange(1.0, 601.0)
    window = fit_window(card, short[None])[0]
    assert window.tolist() == np.resize(short.numpy(), 2048).tolist()
    assert torch.equal(fit_window(card, short), window)


def test_short_windows_are_left_where_the_card_says_so(card):
    as_is = dataclasses.replace(card, short_input="as is")
    assert fit_window(as_is, torch.ones(1, 600)).shape == (1, 600)


def test_long_windows_are_cut(card):
    assert fit_window(card, torch.arange(3000.0)).tolist() == list(range(2048))


def test_whole_file_is_resampled_with_soxr(card, rng):
    waveform = (0.1 * rng.standard_normal(22051)).astype(np.float32)
    prepared = file_waveform(card, waveform, 22050)
    assert prepared.size == math.ceil(22051 * 8000 / 22050)
    np.testing.assert_allclose(prepared[:8000], soxr.resample(waveform, 22050, 8000, quality="HQ")[:8000], atol=1e-6)


def test_file_is_left_where_windows_are_resampled(by_window, rng):
    waveform = rng.standard_normal(100).astype(np.float32)
    assert file_waveform(by_window, waveform, 44100) is waveform


def test_each_window_is_resampled_by_itself(by_window):
    windows = torch.randn(2, 4096, generator=torch.Generator().manual_seed(5))
    expected = torch.stack([torchaudio.functional.resample(window, 16000, 8000) for window in windows])
    torch.testing.assert_close(window_batch(by_window, windows, 16000), expected)
    assert window_batch(by_window, windows, 8000) is windows
