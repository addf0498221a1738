"""Sharpness-aware steps worked by hand, and learning rates."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from core.training.optimisers import ascend, learning_rate, sharpest_nearby
from core.training.plan import TrainingPlan


def test_ascent_on_a_quadratic_by_hand():
    """Loss w²/2 at (3, 4): gradient (3, 4) of norm 5; rho 0.5 moves by (0.3, 0.4)."""
    weights = torch.tensor([[3.0, 4.0]])
    ascend([weights], [weights.clone()], 0.5, adaptive=False)
    torch.testing.assert_close(weights, torch.tensor([[3.3, 4.4]]))


def test_norm_is_taken_over_all_tensors_together():
    """Gradients 3 and 4 in two tensors: norm 5, not 3 and 4."""
    first, second = torch.tensor([0.0]), torch.tensor([0.0])
    ascend([first, second], [torch.tensor([3.0]), torch.tensor([4.0])], 1.0, adaptive=False)
    assert (first.item(), second.item()) == pytest.approx((0.6, 0.8))


def test_adaptive_ascent_by_hand():
    """w = (1, 2), g = (1, 1), T = |w|: |T g| = √5, so the step is rho (1, 4) / √5."""
    weights = torch.tensor([[1.0, 2.0]])
    ascend([weights], [torch.ones(1, 2)], 1.0, adaptive=True, eta=0.0)
    torch.testing.assert_close(weights, torch.tensor([[1.0 + 1 / 5**0.5, 2.0 + 4 / 5**0.5]]))


def test_adaptive_ascent_does_not_depend_on_scale(rng):
    """Weights times A compute the same with gradients over A: then the step is A times as long, place by place."""
    w, g, a = (torch.from_numpy(rng.uniform(0.5, 2, (3, 4))).float() for _ in range(3))
    plain, scaled = w.clone(), a * w
    ascend([plain], [g], 0.1, adaptive=True, eta=0.0)
    ascend([scaled], [g / a], 0.1, adaptive=True, eta=0.0)
    torch.testing.assert_close(scaled - a * w, a * (plain - w), atol=1e-6, rtol=1e-5)


def test_sharp_place_is_left_as_it_was_entered():
    layers = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    before = {name: tensor.clone() for name, tensor in layers.state_dict().items()}
    layers(torch.randn(4, 2)).square().sum().backward()
    after_pass = {name: tensor.clone() for name, tensor in layers.state_dict().items()}
    with sharpest_nearby(layers, 0.1, adaptive=False):
        assert not torch.equal(layers[0].weight, before["0.weight"])
        layers(100 * torch.randn(4, 2))
    for name, tensor in layers.state_dict().items():
        if "tracked" not in name:
            assert torch.equal(tensor, after_pass[name]), name
    assert layers[1].momentum == 0.1


def test_schedules():
    plan = TrainingPlan(name="p", cycles=(100,), warm_up=0.1, learning_rate=1.0, schedule="constant")
    assert {learning_rate(step, plan) for step in range(10, 100)} == {1.0}
    falling = replace(plan, schedule="step", decay_every=20, warm_up=0.0)
    assert [learning_rate(step, falling) for step in (0, 19, 20, 40, 99)] == [1.0, 1.0, 0.5, 0.25, 0.5**4]
