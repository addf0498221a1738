"""The two checks of a map: what must pass, what must fail, and what chance alone does."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from helpers.explaining import Fake, linear, map_listener, spectrogram_of, tone_burst
from helpers.stopping import StopAfter
from helpers.tiny_pack import CARD, write_tiny_pack

from core.detectors import ModelStore
from core.explain import Recipe, checked, explain_window
from core.explain.checking import faithfulness_of, sanity_of
from core.explain.verdicts import RELIABLE, UNRELIABLE
from core.foundation.progress import Cancelled


def explained(detector: Fake, **options):
    recipe = Recipe(steps=8, **options)
    return recipe, explain_window(detector, tone_burst(), recipe)


def random_linear(seed: int):
    weights = torch.randn(1, 1, 257, 63, generator=torch.Generator().manual_seed(seed))
    return linear(weights)


def test_a_map_of_what_the_score_needs_beats_chance() -> None:
    detector = spectrogram_of(map_listener)
    recipe, found = explained(detector)
    curve = faithfulness_of(detector, tone_burst(), recipe, found)
    assert curve.passed
    assert (curve.by_map >= curve.by_chance.mean(axis=0) - 1e-6).all()
    assert curve.by_map[-1] == pytest.approx(found.score - found.baseline_score, rel=1e-4)
    np.testing.assert_allclose(curve.by_chance[:, -1], curve.by_map[-1], rtol=1e-4)
    assert curve.by_map[0] == 0


def test_a_constant_map_is_no_better_than_chance() -> None:
    detector = spectrogram_of(map_listener)
    recipe, found = explained(detector)
    flat = dataclasses.replace(found, values=np.ones_like(found.values))
    curve = faithfulness_of(detector, tone_burst(), recipe, flat)
    assert not curve.passed
    assert curve.interval[0] < 0 < curve.interval[1]


def test_a_map_of_the_contrary_is_worse_than_chance() -> None:
    detector = spectrogram_of(map_listener)
    recipe, found = explained(detector)
    curve = faithfulness_of(detector, tone_burst(), recipe, dataclasses.replace(found, values=-found.values))
    assert curve.area < 0
    assert not curve.passed


def test_equal_parts_lose_the_same_in_every_order() -> None:
    """Each cell adds exactly 1 to the score: no order of deletion can be better than another."""
    detector = spectrogram_of(map_listener)
    inputs = detector.features(torch.from_numpy(tone_burst())[None])
    detector.logits = linear(1 / inputs)
    recipe, found = explained(detector)
    np.testing.assert_allclose(found.values, 1, rtol=1e-3)
    curve = faithfulness_of(detector, tone_burst(), recipe, found)
    whole = found.score - found.baseline_score
    np.testing.assert_allclose(curve.by_chance, np.broadcast_to(curve.by_map, curve.by_chance.shape), atol=0.03 * whole)
    np.testing.assert_allclose(curve.by_map, curve.shares * whole, atol=0.03 * whole)


def test_a_map_that_weights_decide_passes_and_one_of_the_input_alone_fails() -> None:
    learnt = Fake(random_linear(99), "stft", hop_frames=128, n_fft=512, scale="ln")
    learnt.untrained = random_linear
    recipe, found = explained(learnt)
    assert found.values.shape == (257, 63)
    sanity = sanity_of(learnt, tone_burst(), recipe, found)
    assert sanity.passed
    assert abs(sanity.correlation) < 0.3  # not 0: the input is a factor of both
    same = spectrogram_of(map_listener)
    same.untrained = lambda seed: map_listener
    recipe, found = explained(same)
    sanity = sanity_of(same, tone_burst(), recipe, found)
    assert sanity.correlation == pytest.approx(1.0)
    assert not sanity.passed
    assert "not what was learnt" in sanity.words


def test_without_weights_the_map_is_not_called_reliable() -> None:
    detector = spectrogram_of(map_listener)
    recipe, found = explained(detector)
    done = checked(detector, tone_burst(), recipe, found)
    assert done.checks is not None
    assert done.checks.faithfulness.passed
    assert done.checks.verdict == UNRELIABLE
    good = dataclasses.replace(done.checks.sanity, correlations=(0.1, -0.1))
    assert dataclasses.replace(done.checks, sanity=good).verdict == RELIABLE


def test_a_stop_is_heeded() -> None:
    detector = spectrogram_of(map_listener)
    recipe, found = explained(detector)
    with pytest.raises(Cancelled):
        checked(detector, tone_burst(), recipe, found, StopAfter())


def test_redrawn_weights_are_the_same_numbers_elsewhere(tmp_path) -> None:
    write_tiny_pack(tmp_path / "tiny")
    detector = ModelStore([tmp_path]).load(CARD.id)
    before = {name: value.clone() for name, value in detector.network.state_dict().items()}
    other = detector.redrawn(1)
    weight = "stem.0.weight"
    assert not torch.equal(other.network.state_dict()[weight], before[weight])
    for name, value in other.network.named_parameters():
        assert torch.equal(value.flatten().sort().values, before[name].flatten().sort().values)
    assert all(torch.equal(value, before[name]) for name, value in detector.network.state_dict().items())
