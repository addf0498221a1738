"""From waveforms to scores: fixed numbers, batches, gradients, and models that do not fit."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
from helpers.stopping import NEVER, StopAfter

from core.detectors import ARCHITECTURES, Answer, NetworkDetector
from core.foundation.errors import ModelError
from core.foundation.progress import Cancelled, heeding


@pytest.fixture
def detector(card, weights) -> NetworkDetector:
    return NetworkDetector(card, weights, sha256="abc")


@pytest.fixture
def waveforms() -> torch.Tensor:
    """Three windows of sums of sines, the same everywhere."""
    t = torch.arange(2048, dtype=torch.float64) / 8000
    tones = [(torch.sin(2 * math.pi * f * t) + 0.3 * torch.sin(2 * math.pi * 3.7 * f * t)) / 4 for f in (110, 440, 950)]
    return torch.stack(tones).float()


def refused(card, weights) -> str:
    with pytest.raises(ModelError) as caught:
        NetworkDetector(card, weights)
    assert caught.value.code == "MO-009"
    return caught.value.what


def test_fixed_weights_give_fixed_scores(detector, waveforms):
    # made once with torch 2.11 on a CPU; float32 convolutions differ by some 1e-6 between machines
    golden = [[-0.183884, -1.008844], [-0.223666, -0.972503], [-0.211296, -0.878058]]
    torch.testing.assert_close(detector.scores(waveforms), torch.tensor(golden), atol=1e-4, rtol=0)


def test_batch_equals_one_by_one(detector, waveforms):
    alone = torch.cat([detector.scores(waveform[None]) for waveform in waveforms])
    torch.testing.assert_close(detector.scores(waveforms), alone, atol=1e-5, rtol=0)


def test_parts_make_the_scores(detector, waveforms):
    logits = detector.logits(detector.features(waveforms))
    assert logits.shape == (3, 3)
    torch.testing.assert_close(detector.answer_scores(logits), detector.scores(waveforms))
    head = detector.network.head
    torch.testing.assert_close(head(detector.embed(waveforms).clone()), logits)


def test_scores_are_log_odds_of_the_softmax(detector):
    logits = torch.tensor([[0.3, -1.2, 2.0], [5.0, 0.0, -80.0]])
    p = torch.softmax(logits.double(), dim=1)
    expected = torch.stack(
        [torch.log(p[:, 1] + p[:, 2]) - torch.log(p[:, 0]), torch.log(p[:, 2] / (p[:, 0] + p[:, 1]))], 1
    )
    torch.testing.assert_close(detector.answer_scores(logits).double(), expected, atol=1e-5, rtol=1e-5)


def test_two_classes_give_fake_minus_real(card, weights):
    pair = dataclasses.replace(card, answers=(Answer(question="synthetic", positive=(0,), negative=(1,)),))
    scores = NetworkDetector(pair, weights).answer_scores(torch.tensor([[1.5, -2.0, 9.0]]))
    assert scores.tolist() == [[3.5]]


def test_a_single_logit_is_the_score(card, weights):
    single = dataclasses.replace(card, answers=(Answer(question="synthetic", positive=(2,), negative=()),))
    assert NetworkDetector(single, weights).answer_scores(torch.tensor([[1.0, 2.0, -3.25]])).tolist() == [[-3.25]]


def test_silence_and_full_scale_give_finite_scores(detector):
    square = torch.ones(1, 2048)
    square[:, ::2] = -1
    for window in (torch.zeros(1, 2048), torch.ones(1, 2048), square):
        assert detector.scores(window).isfinite().all()


def test_damaged_samples_give_an_error_not_a_score(detector):
    with pytest.raises(ModelError, match="MO-015"):
        detector.scores(torch.full((1, 2048), math.nan))


def test_normalisation_is_a_number_a_bin_or_a_channel(card, weights, waveforms):
    bins = card.front_end_args["mels"]
    raw = NetworkDetector(card, {k: v for k, v in weights.items() if not k.startswith("norm")}).features(waveforms)
    mean, std = torch.linspace(-9, -1, bins), torch.linspace(1, 3, bins)
    for shape in ((bins,), (1, bins)):
        changed = {**weights, "normalisation.mean": mean.reshape(shape), "normalisation.std": std.reshape(shape)}
        expected = (raw.numpy() - mean.numpy()[None, None, :, None]) / std.numpy()[None, None, :, None]
        np.testing.assert_allclose(NetworkDetector(card, changed).features(waveforms).numpy(), expected, rtol=1e-6)
    single = {**weights, "normalisation.mean": torch.tensor([2.0]), "normalisation.std": torch.tensor([4.0])}
    np.testing.assert_allclose(
        NetworkDetector(card, single).features(waveforms).numpy(), (raw.numpy() - 2) / 4, rtol=1e-6
    )


@pytest.mark.parametrize(
    ("mean", "std"),
    [
        ([0.0], [0.0]),
        ([0.0], [-1.0]),
        ([math.nan], [1.0]),
        ([0.0], [math.inf]),
        ([0.0, 0.0], [1.0]),
        ([[[0.0]]], [[[1.0]]]),
    ],
)
def test_normalisation_that_cannot_be_is_refused(card, weights, mean, std):
    changed = {**weights, "normalisation.mean": torch.tensor(mean), "normalisation.std": torch.tensor(std)}
    assert "normalisation" in refused(card, changed)


def test_gradient_reaches_the_waveform(detector, waveforms):
    waveforms.requires_grad_()
    detector.answer_scores(detector.logits(detector.features(waveforms)))[:, 0].sum().backward()
    assert waveforms.grad is not None
    assert waveforms.grad.abs().max() > 0
    assert not any(parameter.requires_grad for parameter in detector.network.parameters())


def test_axes_are_those_of_the_map(detector, waveforms):
    axes = detector.axes(2048)
    assert axes is not None
    assert (axes[1].size, axes[0].size) == tuple(detector.features(waveforms).shape[2:])


def test_raw_network_takes_the_waveform(card, waveforms):
    raw = dataclasses.replace(
        card, front_end="waveform", front_end_args={}, architecture="aasist", architecture_args={}
    )
    network = ARCHITECTURES["aasist"]()
    detector = NetworkDetector(dataclasses.replace(raw, answers=card.answers[1:]), network.state_dict())
    assert detector.axes(2048) is None
    assert torch.equal(detector.features(waveforms), waveforms)
    per_bin = {"normalisation.mean": torch.zeros(4), "normalisation.std": torch.ones(4)}
    assert "samples" in refused(raw, {**network.state_dict(), **per_bin})


def test_what_does_not_fit_is_refused_with_a_reason(card, weights):
    replaced = {
        "no architecture called 'resnet9000'": dataclasses.replace(card, architecture="resnet9000"),
        "no feature called 'cepstrogram'": dataclasses.replace(card, front_end="cepstrogram"),
        "no parameter bands": dataclasses.replace(card, front_end_args={"bands": 3}),
        "architecture_args": dataclasses.replace(card, architecture_args={"depth": 3}),
        "size mismatch": dataclasses.replace(card, architecture_args={"bins": 64, "frames": 64, "n_outputs": 3}),
    }
    for reason, changed in replaced.items():
        assert reason in refused(changed, weights)


def test_missing_extra_and_broken_weights_are_refused(card, weights):
    assert "head.bias" in refused(card, {k: v for k, v in weights.items() if k != "head.bias"})
    assert "spare" in refused(card, {**weights, "spare": torch.zeros(1)})
    assert "not numbers" in refused(card, {**weights, "head.bias": torch.tensor([0.0, math.nan, 0.0])})


def test_a_stop_is_heeded_after_each_layer_and_on_the_way_back(detector, waveforms):
    layers = sum(not list(module.children()) for module in detector.network.modules())
    stop = StopAfter(NEVER)
    with heeding(stop):
        features = detector.features(waveforms).detach().requires_grad_()
        score = detector.logits(features).sum()
        forwards = stop.checks
        (plain,) = torch.autograd.grad(score, features, retain_graph=True)
    assert forwards >= layers
    assert stop.checks >= forwards + layers
    with heeding(StopAfter(forwards // 2)), pytest.raises(Cancelled):
        detector.scores(waveforms)
    with heeding(StopAfter(layers // 2)), pytest.raises(Cancelled):
        torch.autograd.grad(score, features, retain_graph=True)
    # a stop leaves nothing behind
    torch.testing.assert_close(torch.autograd.grad(score, features)[0], plain, atol=0, rtol=0)
