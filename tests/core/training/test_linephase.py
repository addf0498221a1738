"""The front end of our own detector: level, band, phase advance and lines do what they say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.detectors.architectures.trunk import Trunk
from core.features import front_end
from core.features.linephase import LinePhase
from core.foundation.errors import FeatureError

RATE = 16000


@pytest.fixture
def linephase() -> LinePhase:
    return LinePhase(RATE)


def _tone(hz: float, seconds: float = 2.0) -> torch.Tensor:
    time = torch.arange(round(RATE * seconds), dtype=torch.float64) / RATE
    return torch.sin(2 * torch.pi * hz * time).float()[None]


def test_gain_and_offset_change_nothing(linephase, speechlike):
    waveform = torch.from_numpy(speechlike(2.0, RATE))[None]
    torch.testing.assert_close(linephase(0.01 * waveform + 0.05), linephase(waveform), atol=0.02, rtol=0)


def test_rumble_and_top_of_the_band_change_nothing(linephase, speechlike):
    waveform = torch.from_numpy(speechlike(2.0, RATE))[None]
    disturbed = waveform + 0.3 * _tone(31.0) + 0.3 * _tone(7500.0)
    difference = (linephase(disturbed) - linephase(waveform))[:, :3, 6:, 20:-20].abs()
    assert difference.quantile(0.99) < 0.05


@pytest.mark.parametrize("seconds", [0.0001, 0.02, 0.3, 1.7])
def test_finite_on_silence_and_of_the_length_its_axes_say(linephase, seconds):
    frames = max(round(seconds * RATE), 1)
    maps = linephase(torch.zeros(2, frames))
    times, hertz = linephase.axes(frames)
    assert maps.isfinite().all()
    assert maps.shape == (2, 19, len(hertz), len(times))


def test_tone_shows_at_its_row_and_advances_as_its_offset_says(linephase):
    """A tone 5 Hz above a bin's centre advances by 2π · 5 Hz · hop more than that centre."""
    row = 31
    _, hertz = linephase.axes(32000)
    maps = linephase(_tone(hertz[row] + 5.0))[0, :, :, 20:-20]
    assert maps[0, :, 50].argmax() == row
    advance = torch.atan2(maps[2, row], maps[1, row])
    torch.testing.assert_close(advance, torch.full_like(advance, 2 * np.pi * 5.0 * 160 / RATE), atol=0.01, rtol=0)


def test_fine_spectrum_puts_a_weak_line_in_its_place(linephase, rng):
    noise = torch.from_numpy(rng.standard_normal((1, 32000)).astype(np.float32))
    fine = linephase.fine_spectrum(linephase.level(noise + 0.1 * _tone(5512.5)))
    first_hz = (linephase.params.fold - linephase.params.fold // 2) * RATE / 8192
    assert first_hz + int(fine.argmax()) * RATE / 8192 == pytest.approx(5512.5, abs=2)
    maps = linephase(noise + 0.1 * _tone(5512.5))
    row = int(maps[0, 3:, :, 0].amax(dim=0).argmax())
    assert linephase.axes(32000)[1][row] == pytest.approx(5512.5, abs=RATE / 512 / 2)


def test_fine_spectrum_of_flat_noise_has_no_lines_at_the_edges_of_the_band(linephase, rng):
    noise = torch.from_numpy(rng.standard_normal((1, 160000)).astype(np.float32))
    fine = linephase.fine_spectrum(linephase.level(linephase.band_pass(noise)))
    assert fine.abs().max() < 0.5  # 5 dB; the edge of the band itself is 70 dB deep


def test_gradient_reaches_the_waveform(linephase, speechlike):
    waveform = torch.from_numpy(speechlike(0.5, RATE))[None].requires_grad_()
    (gradient,) = torch.autograd.grad(linephase(waveform).square().mean(), waveform)
    assert gradient.isfinite().all()
    assert gradient.abs().max() > 0


def test_batch_is_one_by_one(linephase, speechlike):
    waveforms = torch.from_numpy(np.stack([speechlike(1.0, RATE), speechlike(1.0, RATE)[::-1].copy()]))
    torch.testing.assert_close(linephase(waveforms)[1:], linephase(waveforms[1:]), atol=0.01, rtol=0)


def test_is_found_by_its_name():
    assert front_end("linephase", RATE, fold=0)(torch.zeros(1, 4000)).shape[1] == 3


def test_trunk_says_the_same_of_parts_as_of_the_whole_map(linephase, speechlike):
    torch.manual_seed(1)
    network = Trunk(widths=(8, 8, 8)).eval()
    waveforms = torch.from_numpy(np.stack([speechlike(1.0, RATE), speechlike(1.0, RATE)[::-1].copy()]))
    maps, fine = linephase.parts(waveforms)
    assert maps.shape[1] + fine.shape[1] == linephase(waveforms).shape[1]
    torch.testing.assert_close(network((maps, fine)), network(linephase(waveforms)), atol=1e-5, rtol=1e-5)


def test_parts_are_checked_like_maps(linephase):
    with pytest.raises(FeatureError, match="FE-006"):
        linephase.parts(torch.zeros(4000))
