"""Averages of maps and what is heard of them, worked out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from helpers.examine_data import fake_attribution, fake_checks, memory_recording
from helpers.explaining import FRAMES, RATE, TONE_HZ, TONE_S, against_zero, map_listener, spectrogram_of, tone_burst

from core.audio.memory import derived
from core.explain import (
    Recipe,
    average,
    counterfactual,
    explain_from_lower,
    explain_window,
    lower_baseline,
    window_at,
)
from core.explain.averaging import joined, window_starts
from core.explain.counterfactual import heard, scored
from core.explain.verdicts import BASELINE_HIGHER, BLUR_HIGHER, NONE_LOWER
from core.foundation.errors import ExplainError


def test_means_bands_and_labels() -> None:
    one = fake_attribution(0.0, 1.0, bins=2, frames=2)
    maps = (np.array([[1, -2], [3, 0]], np.float32), np.array([[3, 2], [-1, -4]], np.float32))
    found = joined([dataclasses.replace(one, values=m) for m in maps], [("a", 0, 1), ("b", 5, 6)])
    np.testing.assert_array_equal(found.values, [[2, 0], [1, -2]])
    np.testing.assert_array_equal(found.bands, [[-1, 3], [5, -5]])
    np.testing.assert_array_equal(found.profile, [2, -1])
    np.testing.assert_array_equal(found.by_label, [[3, 1.5], [1, 2.5], [4, 4]])
    np.testing.assert_allclose(found.by_label[0] - found.by_label[1], found.profile)
    # t(0.975, 1) = 12.706; standard error of (-1, 5) is 3
    np.testing.assert_allclose(found.interval[:, 0], [2 - 12.706 * 3, 2 + 12.706 * 3], rtol=1e-4)


def test_each_window_of_each_recording_is_explained_once() -> None:
    detector = spectrogram_of(map_listener)
    recording = memory_recording(np.concatenate([tone_burst(), tone_burst()])[None], RATE)
    found = average(detector, [(recording, "Q1", 0.0), (recording, "Q1", 0.5), (recording, "Q1", 0.8)], Recipe(steps=8))
    alone = explain_window(detector, tone_burst(), Recipe(steps=8))
    assert found.windows == (("Q1", 0.0, 0.5), ("Q1", 0.5, 1.0))
    np.testing.assert_allclose(found.values, alone.values, atol=1e-5)
    assert found.scores == pytest.approx([alone.score, alone.score])
    with pytest.raises(ExplainError) as caught:
        average(detector, [(recording, "Q1", 0.8)], Recipe(steps=8))
    assert caught.value.code == "EX-007"


def test_windows_are_spread_over_the_stretch() -> None:
    assert window_starts(1.0, 4.0, 1.0, 0.5, 100) == [1.0, 1.5, 2.0, 2.5, 3.0]
    assert window_starts(1.0, 4.0, 1.0, 0.5, 3) == [1.0, 2.0, 3.0]
    assert window_starts(1.0, 1.2, 1.0, 0.5, 3) == [1.0]


def test_without_the_marked_region_the_tone_is_gone_and_only_it_is_left() -> None:
    detector, sound = spectrogram_of(map_listener), tone_burst()
    found = explain_window(detector, sound, Recipe(steps=16))
    made = counterfactual(sound, RATE, found, share=0.05)
    t = np.arange(FRAMES) / RATE
    inside = (t > TONE_S[0] + 0.02) & (t < TONE_S[1] - 0.02)

    def tone(x: np.ndarray) -> float:
        return float(np.abs((x * np.exp(-2j * np.pi * TONE_HZ * t))[inside].mean()))

    assert tone(made.without) < 0.05 * tone(sound)
    assert tone(made.only) > 0.9 * tone(sound)
    outside = (t < TONE_S[0] - 0.05) | (t > TONE_S[1] + 0.05)
    assert np.square(made.only[outside]).mean() < 0.2 * np.square(sound[outside]).mean()
    assert np.square(made.without[outside]).mean() > 0.9 * np.square(sound[outside]).mean()
    # both gains add up to 1 plus the floor everywhere, and the transform is linear
    np.testing.assert_allclose(made.without + made.only, (1 + 10 ** (-40 / 20)) * sound, atol=1e-5)


def test_a_map_that_marks_nothing_leaves_the_sound_as_it_is() -> None:
    found = fake_attribution(0.0, 0.5)
    nothing = dataclasses.replace(found, values=np.zeros_like(found.values))
    np.testing.assert_allclose(counterfactual(tone_burst(), RATE, nothing).without, tone_burst(), atol=1e-6)


@pytest.mark.parametrize("place", ["input", "spectrum"])
@pytest.mark.parametrize("resampling", ["window", "file"])
@pytest.mark.parametrize(("rate", "seconds"), [(22050, 1.3), (44100, 1.3), (11025, 0.6)])
def test_the_original_has_the_score_of_the_map_at_any_rate(rate: int, seconds: float, resampling, place) -> None:
    """The window begins between two samples and, of the shortest recording, ends after it and is repeated."""
    detector = spectrogram_of(map_listener)
    detector.card = dataclasses.replace(detector.card, resampling=resampling, short_input="repeat")
    noise = np.random.default_rng(5).standard_normal((1, round(seconds * rate))).astype(np.float32) * 0.1
    recording, start_s = memory_recording(noise, rate), 0.23456
    recipe = Recipe(steps=2, place=place)
    found = explain_window(detector, window_at(detector.card, recording, start_s), recipe, start_s)
    made = scored(detector, found, heard(recording, found))
    assert made.scores is not None
    assert made.scores[0] == found.score
    for version, score in zip(("without", "only"), made.scores[1:], strict=True):
        copy = derived(recording, getattr(made, version)[None], round(start_s * rate))
        assert score == explain_window(detector, window_at(detector.card, copy, start_s), recipe, start_s).score
        assert abs(score - found.score) > 0.001


def test_where_no_baseline_scores_lower_nothing_is_to_be_chosen() -> None:
    """The mean square lowers this score: zeros, the mean and the blurred burst all have less of it."""
    detector = spectrogram_of(lambda maps: against_zero(-maps.square().mean(dim=(1, 2, 3)).sqrt()))
    found = explain_from_lower(detector, tone_burst(), Recipe(steps=2))
    assert found.none_is_lower
    for checks in (None, fake_checks()):
        assert dataclasses.replace(found, checks=checks).verdict == NONE_LOWER
    assert not found.needs_care
    assert dataclasses.replace(found, checks=fake_checks(), none_is_lower=False).verdict == BASELINE_HIGHER
    blurred = explain_from_lower(detector, tone_burst(), Recipe(steps=2, method="blurig"))
    assert dataclasses.replace(blurred, checks=fake_checks()).verdict == BLUR_HIGHER


def test_the_first_baseline_that_scores_lower_is_taken() -> None:
    """Loudness lowers this score and movement raises it: silence scores higher than the window, its mean lower."""

    def moving(maps: torch.Tensor, loudness: float) -> torch.Tensor:
        score = maps.var(dim=3).mean(dim=(1, 2)).sqrt() - loudness * maps.mean(dim=(1, 2, 3))
        return against_zero(score)

    sound = tone_burst()
    for loudness, expected in ((0.0, "zero"), (1000.0, "mean")):
        detector = spectrogram_of(lambda maps, loudness=loudness: moving(maps, loudness))
        recipe = Recipe(steps=2)
        chosen = lower_baseline(detector, sound, recipe)
        assert chosen == expected
        found = explain_window(detector, sound, dataclasses.replace(recipe, baseline=chosen))
        assert not found.baseline_is_higher
    assert explain_window(detector, sound, recipe).baseline_is_higher
    assert not explain_from_lower(detector, sound, recipe).none_is_lower
    assert lower_baseline(detector, sound, Recipe(method="saliency", baseline="blur")) == "blur"
