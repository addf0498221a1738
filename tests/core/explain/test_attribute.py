"""Attributions of models whose answer is known: linear, constant, and one that listens to a single tone."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
import torch
from helpers.explaining import (
    FRAMES,
    TONE_HZ,
    TONE_S,
    Fake,
    against_zero,
    linear,
    map_listener,
    spectrogram_of,
    tone_burst,
    tone_listener,
)
from helpers.stopping import NEVER, StopAfter

from core.explain import Attribution, attribute
from core.foundation.errors import ExplainError
from core.foundation.progress import Cancelled


def peak(found: Attribution) -> tuple[float, float]:
    row, column = np.unravel_index(found.values.argmax(), found.values.shape)
    return found.time_s[column], found.frequency_hz[row]


def weights_of(detector: Fake) -> torch.Tensor:
    shape = detector.features(torch.zeros(1, FRAMES)).shape
    return torch.from_numpy(np.random.default_rng(2).standard_normal(shape).astype(np.float32))


@pytest.mark.parametrize("baseline", ["zero", "silence", "mean"])
@pytest.mark.parametrize("rule", ["gauss-legendre", "trapezoid"])
def test_a_linear_model_is_explained_by_weight_times_input(baseline, rule) -> None:
    detector = Fake(None, "stft", hop_frames=128, scale="ln")
    weights = weights_of(detector)
    detector.logits = linear(weights)
    waveform = tone_burst()
    found = attribute(detector, waveform, baseline=baseline, rule=rule, steps=5)
    inputs = detector.features(torch.from_numpy(waveform)[None])
    start = {
        "zero": torch.zeros_like(inputs),
        "silence": torch.full_like(inputs, float(np.log(1e-12))),
        "mean": inputs.mean(-1, keepdim=True).expand_as(inputs),
    }[baseline]
    np.testing.assert_allclose(found.values, (weights * (inputs - start))[0, 0].numpy(), rtol=1e-4, atol=1e-4)
    assert found.completeness_error < 1e-4
    assert found.score - found.baseline_score == pytest.approx(float((weights * (inputs - start)).sum()), rel=1e-4)
    assert found.domain == "features"


def test_occlusion_of_a_linear_model_sums_to_the_difference_of_scores() -> None:
    detector = Fake(None, "stft", scale="linear")
    detector.logits = linear(weights_of(detector))
    found = attribute(detector, tone_burst(), method="occlusion")
    assert found.completeness_error < 1e-4
    assert found.values.sum(dtype=np.float64) == pytest.approx(found.score - found.baseline_score, rel=1e-4)


def test_saliency_of_a_linear_model_is_the_size_of_its_weights() -> None:
    detector = Fake(None, "stft", scale="linear")
    weights = weights_of(detector)
    detector.logits = linear(weights)
    np.testing.assert_allclose(
        attribute(detector, tone_burst(), method="saliency").values, weights[0, 0].abs(), rtol=1e-5
    )


@pytest.mark.parametrize("method", ["ig", "blurig", "occlusion", "saliency"])
@pytest.mark.parametrize("kind", ["stft", "waveform"])
def test_a_constant_model_rests_on_nothing(method, kind) -> None:
    detector = Fake(lambda x: against_zero(2 + 0 * x.flatten(1).sum(1)), kind)
    found = attribute(detector, tone_burst(), method=method)
    assert (found.values == 0).all()
    assert found.score == found.baseline_score == 2.0
    assert found.completeness_error == 0.0


@pytest.mark.parametrize("method", ["ig", "occlusion", "saliency"])
@pytest.mark.parametrize("detector", [spectrogram_of(map_listener), Fake(tone_listener)], ids=["features", "waveform"])
def test_the_planted_tone_is_found(method, detector) -> None:
    found = attribute(detector, tone_burst(), method=method, steps=64, start_s=7.0)
    time_s, frequency_hz = peak(found)
    height = 8000 / 16 if method == "occlusion" else 130.0
    assert abs(frequency_hz - TONE_HZ) <= height
    if method != "saliency":  # the gradient says where the score could change, not what is there
        assert 7 + TONE_S[0] - 0.03 <= time_s <= 7 + TONE_S[1] + 0.03
        inside = (found.time_s > 7.17) & (found.time_s < 7.33)
        assert found.values[:, inside].sum() > 0.9 * found.values.sum()
    assert found.values.shape == (len(found.frequency_hz), len(found.time_s))


@pytest.mark.parametrize("baseline", ["zero", "silence", "mean"])
def test_completeness_holds_on_the_spectrum_of_a_waveform(baseline) -> None:
    found = attribute(Fake(tone_listener), tone_burst(), baseline=baseline, steps=64)
    assert found.domain == "stft of waveform"
    assert found.completeness_error < 1e-3
    assert found.values.sum(dtype=np.float64) == pytest.approx(found.score - found.baseline_score, rel=1e-3)


@pytest.mark.parametrize("frames", [FRAMES, 64600, 1000, 1])
def test_the_spectrum_of_a_waveform_gives_the_same_score(frames) -> None:
    detector = Fake(tone_listener)
    object.__setattr__(detector.card, "window_frames", frames)
    waveform = np.random.default_rng(3).standard_normal(frames).astype(np.float32)
    found = attribute(detector, waveform, method="saliency")
    direct = tone_listener(torch.from_numpy(waveform)[None])[0, 1]
    assert found.score == pytest.approx(float(direct), rel=1e-4)


def test_targets_turn_the_sign() -> None:
    detector = spectrogram_of(map_listener)
    fake, real, both, machine, human = (
        attribute(detector, tone_burst(), target=target) for target in ("fake", "real", "both", "machine", "human")
    )
    np.testing.assert_allclose(real.values, -fake.values, atol=1e-7)
    np.testing.assert_allclose(both.values, np.abs(fake.values), atol=1e-7)
    np.testing.assert_allclose(machine.values, fake.values, atol=1e-6)
    np.testing.assert_allclose(human.values, real.values, atol=1e-6)
    assert both.score == fake.score == -real.score
    assert both.completeness_error == fake.completeness_error


def test_a_class_is_explained_against_all_others() -> None:
    logits = torch.tensor([[1.0, 3.0, 2.0]])
    detector = spectrogram_of(lambda maps: logits + 0 * maps.flatten(1).sum(1, keepdim=True))
    object.__setattr__(detector.card, "classes", ("a", "b", "c"))
    found = attribute(detector, tone_burst(), target="b", of="probability")
    assert found.score == pytest.approx(float(logits.softmax(1)[0, 1]))


def test_probabilities_are_those_of_softmax_and_complete() -> None:
    detector = spectrogram_of(map_listener)
    found = attribute(detector, tone_burst(), of="probability", rule="trapezoid", steps=200)
    logits = detector.logits(detector.features(torch.from_numpy(tone_burst())[None]))
    assert found.score == pytest.approx(float(logits.softmax(1)[0, 1]))
    assert found.completeness_error < 0.01
    assert (found.of, found.rule) == ("probability", "trapezoid")


def test_trapezoid_weighs_the_ends_half() -> None:
    """Two steps on a parabola: the mean of the gradient 2x over 0, 1/2, 1 with weights 1/4, 1/2, 1/4 is exact."""
    detector = Fake(lambda maps: against_zero(maps.square().sum(dim=(1, 2, 3))), "stft", scale="linear")
    found = attribute(detector, tone_burst(), rule="trapezoid", steps=2)
    squares = detector.features(torch.from_numpy(tone_burst())[None])[0, 0].square().numpy()
    np.testing.assert_allclose(found.values, squares, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"question": "neural_codec"}, "EX-003"),
        ({"target": "alien"}, "EX-004"),
        ({"method": "lime"}, "EX-005"),
        ({"baseline": "noise"}, "EX-005"),
        ({"of": "logit"}, "EX-005"),
        ({"rule": "simpson"}, "EX-005"),
        ({"steps": 0}, "EX-005"),
        ({"steps": 1001}, "EX-005"),
    ],
)
def test_what_cannot_be_explained_is_refused(options, code) -> None:
    with pytest.raises(ExplainError) as caught:
        attribute(spectrogram_of(map_listener), tone_burst(), **options)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "waveform",
    [tone_burst()[:-1], np.tile(tone_burst(), 2), tone_burst()[None], np.full(FRAMES, np.inf, np.float32)],
    ids=["short", "long", "batch", "infinite"],
)
def test_only_one_whole_window_is_taken(waveform) -> None:
    with pytest.raises(ExplainError) as caught:
        attribute(spectrogram_of(map_listener), waveform)
    assert caught.value.code == "EX-002"


def test_short_windows_are_taken_where_the_card_says_so() -> None:
    detector = Fake(tone_listener)
    object.__setattr__(detector.card, "short_input", "as is")
    assert attribute(detector, tone_burst()[:4000], start_s=1.0).end_s == 1.25


@pytest.mark.parametrize("method", ["ig", "occlusion", "saliency"])
def test_what_is_no_number_is_an_error(method) -> None:
    detector = spectrogram_of(lambda maps: against_zero(torch.log(-maps.flatten(1).sum(1))))
    with pytest.raises(ExplainError) as caught:
        attribute(detector, tone_burst(), method=method)
    assert caught.value.code == "EX-001"


def test_axes_that_do_not_fit_are_an_error() -> None:
    detector = spectrogram_of(map_listener)
    detector.axes = lambda frames: (np.arange(3.0), np.arange(4.0))  # type: ignore[method-assign]
    with pytest.raises(ExplainError) as caught:
        attribute(detector, tone_burst())
    assert caught.value.code == "EX-006"


@pytest.mark.parametrize("method", ["ig", "occlusion"])
def test_progress_rises_to_the_end_and_a_stop_is_heeded(method) -> None:
    watch = StopAfter(NEVER)
    attribute(spectrogram_of(map_listener), tone_burst(), method=method, steps=64, progress=watch)
    assert watch.checks >= 4
    assert watch.fractions == sorted(watch.fractions)
    assert watch.fractions[-1] == 1.0
    with pytest.raises(Cancelled):
        attribute(spectrogram_of(map_listener), tone_burst(), method=method, steps=64, progress=StopAfter(2))


def test_importing_the_package_loads_no_torch() -> None:
    code = "import sys, core.explain; sys.exit('torch' in sys.modules or 'captum' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("score", "error", "incomplete", "said"),
    [
        (2.0, 0.05, False, "0.100 of 2.000 (5.0 %)"),
        (2.0, 0.2, True, "0.400 of 2.000 (20.0 %)"),
        (0.735, 0.1279, True, "0.094 of 0.735 (12.8 %)"),
        (0.735, 0.1004, False, "0.074 of 0.735 (10.0 %)"),
        (0.01, 1.9, False, "0.019 of 0.010 (below 0.2: up to 0.02 may be left)"),
        (0.01, 2.1, True, "0.021 of 0.010 (below 0.2: up to 0.02 may be left)"),
    ],
)
def test_a_map_is_incomplete_by_what_it_leaves_unexplained(score, error, incomplete, said):
    found = dataclasses.replace(
        attribute(spectrogram_of(map_listener), tone_burst()), score=score, baseline_score=0.0, completeness_error=error
    )
    assert found.residual == pytest.approx(score * error)
    assert found.is_incomplete is incomplete
    assert found.unexplained == said
