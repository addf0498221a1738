"""Plans: those that ship can be carried out, those that make no sense are refused by the field."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import torch

from core.foundation.errors import TrainingError
from core.training.batches import check
from core.training.networks import Inputs, check_lengths, network_of
from core.training.plan import read_plan
from core.training.tasks import THREE_CLASS, Task

PLANS = sorted((Path(__file__).parents[3] / "models" / "plans").glob("*.toml"))
TWO = Task(classes=("not it", "it"), answers=THREE_CLASS.answers[:1], levers=(), allowed=lambda clip: (True, True))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_plans_that_ship_are_read_and_their_networks_fit(path):
    plan = read_plan(path)
    assert plan.name == path.stem
    assert plan.steps >= 1
    assert plan.summary
    check(plan.augment)
    task = THREE_CLASS if plan.task == "three-class" else TWO
    network = network_of(plan, task)
    assert network.head.bias.shape == (len(task.classes),)  # type: ignore[union-attr]
    check_lengths(plan, network, Inputs(plan, network, torch.device("cpu")))
    assert (plan.origin == "auditrace") == (plan.name == "daylight")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("batch = 7", "batch must be even"),
        ("batch = 0", "batch is 0"),
        ("learning_rate = 0.0", "learning_rate is 0.0"),
        ('optimiser = "sgd"', "optimiser must be one of adamw"),
        ("seeds = [1.5]", "seeds[0] must be a whole number"),
        ("crop_s = [2.0, 1.0]", "crop_s must rise"),
        ("crop_s = [2.0]", "crop_s must have 2 values"),
        ("cycles = []", "cycles must not be empty"),
        ("accumulate = 3", "accumulate must divide batch"),
        ("hop_s = 0.7", "hop_s must divide window_s"),
        ('task = "question"', "sampling must be balanced or domains"),
        ('sharpness = "csam"', "sampling must be domains"),
        ("augment = {noise = 2.0}", "augment is 2.0"),
        ("augment = {noise = true}", "augment is True"),
        ("hold_out = {generator = 3}", "hold_out must hold lists"),
        ("speed = 2", "speed is not a known field"),
        ('adversary = "label"', "adversary must be one of none"),
        ('adversary = "source"\noptimiser = "em"', "adversary needs adamw or adam"),
        ("precision = 16", "precision must be one of"),
    ],
)
def test_plans_that_make_no_sense_are_refused_by_the_field(tmp_path, line, said):
    path = tmp_path / "plan.toml"
    path.write_text(f'name = "a"\n{line}\n')
    with pytest.raises(TrainingError, match="TR-002") as caught:
        read_plan(path)
    assert said in caught.value.what


def test_unknown_parts_are_refused_before_training(tmp_path):
    path = tmp_path / "plan.toml"
    for line in ('architecture = "resnet"', "architecture_args = {depth = 3}"):
        path.write_text(f'name = "a"\n{line}\n')
        with pytest.raises(TrainingError, match="TR-003"):
            network_of(read_plan(path), THREE_CLASS)


def test_plans_of_the_field_name_their_source():
    for path in PLANS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# "), path
        assert tomllib.loads(text)["name"] == path.stem
