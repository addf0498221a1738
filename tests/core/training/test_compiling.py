"""Compiled networks: few lengths of crops, and a machine without a compiler."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
import torch
from torch import nn

from core.training.compiling import Compiled, lacks
from core.training.data import open_data
from core.training.datasets.manifest import read_manifest
from core.training.loop import Trainer

CPU = torch.device("cpu")


def test_where_there_is_no_compiler_the_network_is_taken_as_it_is(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    told, network, x = [], nn.Linear(3, 2), torch.randn(4, 3)
    assert torch.equal(Compiled(network, CPU, told.append)(x), network(x))
    assert [error.code for error in told] == ["TR-013"]


def test_a_compiler_that_fails_is_told_of_once(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: name)
    told, network, x = [], nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.5)), torch.randn(4, 3)
    compiled = Compiled(network, CPU, told.append)

    def fails(given: torch.Tensor) -> torch.Tensor:
        torch.rand(7)
        raise compiled._failure("no header")

    compiled._call = fails
    torch.manual_seed(1)
    first = compiled(x)
    torch.manual_seed(1)
    assert torch.equal(first, network(x))
    compiled(x)
    assert [error.code for error in told] == ["TR-013"]
    assert "no header" in told[0].what


def test_crops_of_a_compiled_network_have_four_lengths(small, tones, tmp_path):
    data = open_data(read_manifest(tones), small, tmp_path / "cache")
    few, any_length = (data.batches(replace(small, compiled=compiled)) for compiled in (True, False))
    assert {few.draw(step).frames for step in range(100)} == {8000, 8533, 9067, 9600}
    assert len({any_length.draw(step).frames for step in range(100)}) > 50


@pytest.mark.slow
def test_compiled_run_goes_on_to_the_same_numbers(small, tones, tmp_path):
    if lacks(CPU):
        pytest.skip(str(lacks(CPU)))
    plan = replace(small, compiled=True, adversary="source", precision="bfloat16")
    batches = open_data(read_manifest(tones), plan, tmp_path / "cache").batches(plan)
    told = []
    whole, first, second = (Trainer(plan, batches, tell=told.append) for _ in range(3))
    losses = [whole.step().loss for _ in range(3)]
    begun = [first.step().loss]
    second.resume(first.state())
    assert begun + [second.step().loss for _ in range(2)] == losses
    for name, tensor in whole.weights().items():
        assert torch.equal(tensor, second.weights()[name]), name
    assert told == []
