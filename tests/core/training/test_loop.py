"""The loop: interrupted and resumed, bad numbers, parts of a batch, statistics, dropout shared by processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.foundation.errors import TrainingError
from core.training.batches import Batches
from core.training.data import Data, open_data
from core.training.datasets.manifest import read_manifest
from core.training.distributed import SharedDropout, World
from core.training.loop import Trainer
from core.training.plan import TrainingPlan

MEL = {"front_end": "mel", "front_end_args": {"scale": "ln"}, "normalise": "bins", "normalise_batches": 2}
CONVNEXT = {"architecture": "convnext", "architecture_args": {"widths": (4, 8), "depth": 1, "embedding": 8}}


@pytest.fixture
def data(tones: Path, tmp_path: Path) -> Callable[[TrainingPlan], Data]:
    return lambda plan: open_data(read_manifest(tones), plan, tmp_path / "cache")


@pytest.fixture
def batches(data: Callable[[TrainingPlan], Data]) -> Callable[[TrainingPlan], Batches]:
    return lambda plan: data(plan).batches(plan)


@pytest.mark.parametrize(
    "changes",
    [
        {"precision": "bfloat16", "accumulate": 2},
        {"sharpness": "asam", **MEL, **CONVNEXT},
        {"adversary": "source", "accumulate": 2},
    ],
    ids=["bfloat16 in two parts", "asam, normalised", "adversary"],
)
def test_resumed_run_has_the_numbers_of_one_that_was_never_interrupted(small, batches, changes):
    plan = replace(small, **changes)
    torch.set_num_threads(1)
    whole = Trainer(plan, batches(plan))
    losses = [whole.step().loss for _ in range(4)]
    first = Trainer(plan, batches(plan))
    begun = [first.step().loss for _ in range(2)]
    second = Trainer(plan, batches(plan))
    second.resume(first.state())
    assert begun + [second.step().loss for _ in range(2)] == losses
    for name, tensor in whole.weights().items():
        assert torch.equal(tensor, second.weights()[name]), name


def test_parts_of_a_batch_add_up_to_the_batch(small, batches):
    """Without norms that see one part at a time the first loss and gradient are the same in parts and at once."""
    plain = {"architecture": "linear", "architecture_args": {}, **MEL, "crop_s": (0.5, 0.5), "averaging": 0.0}
    whole, parts = (replace(small, **plain, accumulate=n) for n in (1, 4))
    one, four = Trainer(whole, batches(whole)), Trainer(parts, batches(parts))
    for _ in range(2):
        assert one.step().loss == pytest.approx(four.step().loss, rel=1e-5)
    torch.testing.assert_close(one.weights()["head.weight"], four.weights()["head.weight"], atol=1e-5, rtol=1e-3)


def test_loss_that_is_no_number_changes_nothing_and_ends_training_when_it_stays(small, batches, monkeypatch):
    plan = replace(small, bad_losses=3, averaging=0.0)
    trainer = Trainer(plan, batches(plan))
    trainer.step()
    before = trainer.weights()
    make = trainer.batches.waveforms
    monkeypatch.setattr(trainer.batches, "waveforms", lambda *given: make(*given) * torch.nan)
    assert np.isnan(trainer.step().loss)
    for name, tensor in trainer.weights().items():
        assert torch.equal(tensor, before[name]), name
    monkeypatch.undo()
    assert np.isfinite(trainer.step().loss)
    monkeypatch.setattr(trainer.batches, "waveforms", lambda *given: make(*given) * torch.nan)
    with pytest.raises(TrainingError, match="TR-005"):
        for _ in range(3):
            trainer.step()


def test_statistics_are_those_of_all_maps_together(small, batches):
    plan = replace(small, **MEL, **CONVNEXT)
    trainer = Trainer(plan, batches(plan))
    front = trainer.inputs
    maps = [front(trainer.batches.make(step)[0]).numpy() for step in range(2)]
    trainer.prepare()
    columns = np.concatenate([each[:, 0].transpose(0, 2, 1).reshape(-1, each.shape[2]) for each in maps])
    found = trainer.inputs.statistics
    np.testing.assert_allclose(found["normalisation.mean"][0], columns.mean(axis=0, dtype=np.float64), rtol=1e-5)
    np.testing.assert_allclose(found["normalisation.std"][0], columns.std(axis=0, dtype=np.float64), rtol=1e-4)
    normal = front(trainer.batches.make(0)[0])
    assert abs(normal.mean().item()) < 0.3


def test_processes_cut_one_dropout_mask():
    x = torch.ones(8, 5)

    def dropped(world: World, part: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(3)
        return SharedDropout(0.4, world).train()(part)

    halves = [dropped(World(rank, 2), x[4 * rank : 4 * rank + 4]) for rank in (0, 1)]
    whole = dropped(World(), x)
    assert torch.equal(torch.cat(halves), whole)
    assert whole.unique().tolist() == pytest.approx([0, 1 / 0.6])


@pytest.mark.parametrize(
    "changes", [{"precision": "float16"}, {"class_weights": (1.0, 2.0)}], ids=["float16", "weights"]
)
def test_plan_that_does_not_fit_is_refused(small, batches, changes):
    plan = replace(small, **changes)
    with pytest.raises(TrainingError, match="TR-004"):
        Trainer(plan, batches(plan))
