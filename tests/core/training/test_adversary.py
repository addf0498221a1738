"""The adversary: a gradient that is turned round, a strength that rises, and a shortcut that is given up."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from core.foundation.errors import TrainingError
from core.training.adversary import Adversary, reversed_gradient
from core.training.batches import Draw
from core.training.data import open_data
from core.training.datasets.manifest import read_manifest
from core.training.loop import Trainer
from core.training.plan import TrainingPlan

SOURCES = ("a", "b", "")
PLAN = TrainingPlan(name="toy", adversary="source", adversary_warm_up=0.5, adversary_weight=2.0, cycles=(200,))


class Net(nn.Module):
    """Two units that look at the input, and a head."""

    def __init__(self):
        super().__init__()
        self.look, self.head = nn.Linear(2, 2, bias=False), nn.Linear(2, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.look(x))


def adversary_of(sources: tuple[str, ...], network: nn.Module, plan: TrainingPlan = PLAN) -> Adversary:
    return Adversary(plan, SimpleNamespace(clips=[SimpleNamespace(source=s) for s in sources]), network)  # type: ignore[arg-type]


def test_gradient_comes_back_with_the_other_sign_and_the_scale():
    x = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
    out = reversed_gradient(x, 0.3)
    assert torch.equal(out, x)
    (out * torch.tensor([1.0, 10.0, -4.0])).sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, torch.tensor([-0.3, -3.0, 1.2]))


def test_strength_rises_to_the_weight_within_the_warm_up():
    adversary = adversary_of(SOURCES, Net())
    assert adversary.strength(0) == 0.0
    assert adversary.strength(50) == pytest.approx(2 * 0.98661, abs=1e-4)  # 2 / (1 + e^-5) - 1, half of 100 steps
    assert adversary.strength(100) == adversary.strength(150) == pytest.approx(2 * 0.99991, abs=1e-4)
    at_once = adversary_of(SOURCES, Net(), replace(PLAN, adversary_warm_up=0.0))
    assert at_once.strength(0) == pytest.approx(2 * 0.99991, abs=1e-4)


def test_clips_without_the_value_count_for_nothing():
    network = Net()
    adversary = adversary_of(SOURCES, network)
    labels = adversary.labels(Draw(step=0, indices=[0, 2, 1], frames=1))
    assert labels.tolist() == [0, -1, 1]
    network(torch.randn(3, 2))
    losses = adversary.losses(labels, 100)
    assert losses[1] == 0
    assert (losses[[0, 2]] > 0).all()


def test_head_learns_what_the_network_is_taught_to_hide():
    """The adversary's own gradient goes down its loss, the network's goes up it, as strong as the weight says."""
    network = Net()
    adversary = adversary_of(("a", "b"), network)
    x, labels = torch.randn(8, 2), torch.arange(8) % 2

    def gradients(scale: float) -> tuple[Tensor, Tensor]:
        plain = nn.functional.cross_entropy(adversary.layers(network.look(x)), labels)
        network(x)
        turned = adversary.losses(labels, 200).mean()
        own, other = adversary.layers[0].weight, network.look.weight
        down, up = torch.autograd.grad(plain, (own, other)), torch.autograd.grad(turned, (own, other))
        torch.testing.assert_close(up[0], down[0])
        return up[1], -scale * down[1]

    torch.testing.assert_close(*gradients(2 * 0.99991), rtol=1e-3, atol=1e-6)


class Narrow(nn.Module):
    """One unit that looks: what it keeps of the source it cannot hide by turning."""

    def __init__(self):
        super().__init__()
        self.look, self.head = nn.Linear(2, 1, bias=False), nn.Linear(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.look(x))


def _leaning(weight: float, steps: int = 120) -> tuple[float, float]:
    """How much a network leans on the source against the speech, and its adversary's loss in nats.

    The source gives the class away in four clips of five; both cues have noise as strong as they are.
    """
    torch.manual_seed(0)
    network = Narrow()
    plan = replace(PLAN, adversary_weight=weight, cycles=(steps,))
    truth = torch.arange(400) % 2
    source = torch.where(torch.rand(400) < 0.8, truth, 1 - truth)
    x = torch.stack([truth, source], 1) * 2.0 - 1 + torch.randn(400, 2)
    adversary = adversary_of(tuple("ab"[s] for s in source), network, plan)
    optimiser = torch.optim.Adam([*network.parameters(), *adversary.parameters()], 3e-2)
    other = torch.zeros(())
    for step in range(steps):
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(network(x), truth)
        other = adversary.losses(source, step).mean()
        (loss + other).backward()
        optimiser.step()
    speech, place = network.look.weight.detach()[0].tolist()
    return abs(place / speech), other.item()


def test_shortcut_through_the_source_is_given_up():
    (leaning, told), (free, hidden) = _leaning(0.0), _leaning(1.0)
    assert free < leaning / 2
    assert hidden > told + 0.05


def test_adversary_without_weight_leaves_the_network_as_it_would_be(small, tones, tmp_path):
    data = open_data(read_manifest(tones), small, tmp_path / "cache")
    plain, listening = Trainer(small, data.batches(small)), None
    plan = replace(small, adversary="source", adversary_weight=0.0)
    listening = Trainer(plan, data.batches(plan))
    for _ in range(2):
        first, second = plain.step(), listening.step()
        assert first.loss == second.loss
        assert first.adversary_loss is None
        assert second.adversary_loss == pytest.approx(1.1, abs=0.5)  # ln 3, for three sources
    for name, tensor in plain.weights().items():
        assert torch.equal(tensor, listening.weights()[name]), name


@pytest.mark.parametrize("sources", [("a", "a", ""), ("",)])
def test_data_from_one_source_are_refused(sources):
    with pytest.raises(TrainingError, match="TR-004"):
        adversary_of(sources, Net())


def test_network_without_a_head_is_refused():
    with pytest.raises(TrainingError, match="TR-004"):
        adversary_of(SOURCES, nn.Linear(2, 2))
