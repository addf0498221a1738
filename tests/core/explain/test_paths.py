"""Paths by rules and by parts, blur, and other places of an attribution, against worked-out answers and captum."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from helpers.explaining import (
    TONE_HZ,
    TONE_S,
    Fake,
    against_zero,
    map_listener,
    spectrogram_of,
    tone_burst,
    tone_listener,
)
from scipy import ndimage

from core.explain import attribute
from core.explain.blur import Blur


def test_our_gauss_legendre_is_captums() -> None:
    model = spectrogram_of(map_listener)
    found = attribute(model, tone_burst(), steps=12)
    inputs = model.features(torch.from_numpy(tone_burst())[None])
    oracle = IntegratedGradients(lambda maps: model.answer_scores(model.logits(maps))[:, 0])
    want = oracle.attribute(inputs, baselines=torch.zeros_like(inputs), n_steps=12, method="gausslegendre")
    np.testing.assert_allclose(found.values, want[0, 0].numpy(), rtol=1e-4, atol=1e-6)


def test_adaptive_steps_go_where_the_score_jumps() -> None:
    probe = spectrogram_of(lambda maps: against_zero(maps.sum(dim=(1, 2, 3))))
    total = float(probe.features(torch.from_numpy(tone_burst())[None]).sum())
    step = spectrogram_of(lambda maps: against_zero(4 * torch.sigmoid(300 * (maps.sum(dim=(1, 2, 3)) / total - 0.73))))
    fixed = attribute(step, tone_burst(), steps=32)
    adaptive = attribute(step, tone_burst(), steps=32, rule="adaptive")
    assert fixed.residual > 0.2
    assert adaptive.residual < 0.08
    assert 32 < adaptive.steps <= 96


def test_adaptive_of_a_linear_model_needs_no_more() -> None:
    found = attribute(
        spectrogram_of(lambda maps: against_zero(0.01 * maps.sum(dim=(1, 2, 3)))),
        tone_burst(),
        steps=8,
        rule="adaptive",
    )
    assert found.steps == 8
    assert found.completeness_error < 1e-4


def test_blur_is_gaussian_in_the_middle_and_its_rate_is_the_derivative() -> None:
    values = torch.from_numpy(np.random.default_rng(1).standard_normal((1, 60, 80)))
    blur = Blur(values)
    wide = ndimage.gaussian_filter(values[0].numpy(), (0.05 * 60, 0.05 * 80), mode="reflect", truncate=8)
    np.testing.assert_allclose(blur.at(0.05)[0][0], wide, atol=2e-3)
    np.testing.assert_allclose(blur.at(0.0)[0], values, atol=1e-12)
    slope = (blur.at(0.0501)[0] - blur.at(0.0499)[0]) / 0.0002
    np.testing.assert_allclose(blur.at(0.05)[1], slope, atol=1e-3)
    assert float(blur.at(1.0)[0].std()) < 0.01


@pytest.mark.parametrize("place", ["input", "spectrum", "packets", "samples"])
def test_blur_explains_the_difference_from_the_blurred_input(place) -> None:
    found = attribute(Fake(tone_listener), tone_burst(), method="blurig", steps=112, rule="adaptive", place=place)
    assert found.baseline == "blur"
    assert found.values.sum(dtype=np.float64) == pytest.approx(found.score - found.baseline_score, rel=0.02)
    assert found.score > 5 * abs(found.baseline_score)


@pytest.mark.parametrize(
    ("place", "name"),
    [("spectrum", "stft of waveform"), ("packets", "packets of waveform"), ("samples", "samples")],
)
def test_the_tone_is_found_in_every_place(place, name) -> None:
    found = attribute(spectrogram_of(map_listener), tone_burst(), place=place, steps=24, start_s=2.0)
    assert found.domain == name
    assert found.completeness_error < 0.01
    inside = (found.time_s > 2 + TONE_S[0] - 0.03) & (found.time_s < 2 + TONE_S[1] + 0.03)
    assert found.values[:, inside].sum() > 0.9 * found.values.sum()
    if place != "samples":
        row = found.values.sum(axis=1).argmax()
        assert abs(found.frequency_hz[row] - TONE_HZ) < 130
