"""Two processes under torchrun train as one does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

LAUNCHER = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
PLAN = """
name = "two"
cycles = [3]
batch = 8
crop_s = [0.5, 0.6]
window_s = 0.5
hop_s = 0.5
clean = 1.0
learning_rate = 1e-3
averaging = 0.0
class_weights = [1.0, 2.0, 3.0]
architecture_args = {widths = [8, 8, 8], embedding = 16, dropout = 0.3, fold = 0}
front_end_args = {fold = 0}
data = ["manifest.csv"]
cache = "cache"
"""


def trained(folder: Path, out: str, launcher: list[str]) -> tuple[list[float], dict[str, np.ndarray]]:
    """Losses and weights of a run."""
    command = [sys.executable, *launcher, "-m", "core", "train", "plan.toml", "--out", out, "--threads", "1"]
    root = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, "--device", "cpu"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    events = [json.loads(line) for line in (folder / out / "log.jsonl").read_text().splitlines()]
    losses = [event["loss"] for event in events if event["event"] == "step"]
    return losses, load_file(folder / out / "pack" / "model.safetensors")


@pytest.mark.slow
def test_two_processes_give_what_one_gives(tones):
    """Norms see the whole batch and dropout cuts one mask; what is left is the order of sums."""
    (tones.parent / "plan.toml").write_text(PLAN)
    alone, weights = trained(tones.parent, "one", [])
    together, shared = trained(tones.parent, "two", LAUNCHER)
    assert together == pytest.approx(alone, rel=1e-4)
    for name, value in weights.items():
        if not name.startswith("head.bias"):  # balanced by a threshold between dev's scores
            np.testing.assert_allclose(shared[name], value, atol=5e-4, rtol=1e-3, err_msg=name)


EXACT = """
import sys
from dataclasses import replace
from pathlib import Path

import torch

from core.training.data import open_data
from core.training.datasets.manifest import read_manifest
from core.training.distributed import join, leave
from core.training.loop import Trainer
from core.training.optimisers import optimiser_of
from core.training.plan import read_plan

torch.set_num_threads(1)
world, plan = join(torch.device("cpu")), replace(read_plan(Path("plan.toml")), cycles=(8,))
data = open_data(read_manifest(Path("manifest.csv")), plan, Path("cache"))
trainer = Trainer(plan, data.batches(plan), world=world)
trainer.network.double(), trainer.average.double()
trainer._optimiser = optimiser_of(plan, trainer._trained())
inner = trainer.inputs


def doubled(waveforms):
    made = inner(waveforms)
    return tuple(part.double() for part in made) if isinstance(made, tuple) else made.double()


doubled.statistics = {}
trainer.inputs = doubled
for _ in range(plan.steps):
    trainer.step()
if world.rank == 0:
    torch.save(trainer.network.state_dict(), sys.argv[1])
leave(world)
"""


@pytest.mark.slow
def test_two_processes_are_one_but_for_rounding(tones):
    """In double precision, after eight steps: no activation lies within rounding of a rectifier's 0."""
    folder = tones.parent
    (folder / "plan.toml").write_text(PLAN)
    (folder / "exact.py").write_text(EXACT)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3]), "OMP_NUM_THREADS": "1"}
    for name, launcher in (("one.pt", []), ("two.pt", LAUNCHER)):
        command = [sys.executable, *launcher, "exact.py", name]
        subprocess.run(command, cwd=folder, env=environment, timeout=280, check=True, capture_output=True)
    alone, shared = (torch.load(folder / name, weights_only=True) for name in ("one.pt", "two.pt"))
    for name, value in alone.items():
        torch.testing.assert_close(shared[name], value, rtol=1e-9, atol=1e-9, msg=name)
