"""Plans, loss, steps: what is planned is what happens, and it learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch

from core.foundation.errors import TrainingError
from core.training.datasets.manifest import Clip
from core.training.datasets.store import open_store
from core.training.loop import Batches, Trainer, learning_rate, train
from core.training.losses import partial_label_losses
from core.training.plan import TrainingPlan, read_plan

SMALL = {"widths": (8, 8, 8), "embedding": 16, "dropout": 0.0, "fold": 0}
PLAN = TrainingPlan(
    name="small",
    cycles=(24,),
    batch=8,
    crop_s=(0.5, 0.6),
    learning_rate=1e-2,
    clean=1.0,
    evaluate_every=12,
    architecture_args=SMALL,
    front_end_args={"fold": 0},
)


@pytest.fixture
def batches(tmp_path: Path, rng: np.random.Generator):
    """Eight clips of noise in three classes: white, with a tone, with another tone."""
    clips = []
    for number in range(8):
        kind = (0, 1, 0, 2)[number % 4]
        t = np.arange(16000) / 16000
        tone = 0.05 * np.sin(2 * np.pi * (1000, 3000)[kind - 1] * t) if kind else 0
        path = tmp_path / f"{number}.wav"
        sf.write(path, 0.02 * rng.standard_normal(16000) + tone, 16000)
        label = "fake" if kind else "real"
        truth = {"synthetic": (0, 1, None)[kind], "neural_codec": (0, 0, 1)[kind]}
        clips.append(Clip(path=path, label=label, generator=str(kind), source="s", **truth))  # type: ignore[arg-type]

    def make(plan: TrainingPlan = PLAN) -> Batches:
        return Batches(clips, open_store(clips, 16000, tmp_path / "cache"), plan)

    return make


def test_learns_eight_clips_in_a_few_steps(batches):
    losses, evaluated = [], []
    trainer = Trainer(PLAN, batches())
    train(trainer, lambda step: losses.append(step.loss), lambda t: evaluated.append(t.done))
    assert losses[0] > 0.9
    assert np.mean(losses[-4:]) < 0.25
    assert evaluated == [12, 24]


def test_same_seed_same_run_and_a_resumed_run_too(batches):
    def losses(trainer: Trainer, count: int) -> list[float]:
        return [trainer.step().loss for _ in range(count)]

    whole = losses(Trainer(PLAN, batches()), 4)
    first = Trainer(PLAN, batches())
    begun = losses(first, 2)
    second = Trainer(PLAN, batches())
    second.resume(first.state())
    assert begun + losses(second, 2) == pytest.approx(whole, rel=1e-4)


def test_batches_come_from_seed_and_step_alone(batches):
    waveforms, allowed = batches().make(3)
    again, _ = batches().make(3)
    other, _ = batches().make(4)
    assert torch.equal(waveforms, again)
    assert waveforms.shape != other.shape or not torch.equal(waveforms, other)
    assert waveforms.shape[0] == len(allowed) == 8
    assert 8000 <= waveforms.shape[1] <= 9600


def test_partial_label_losses_by_hand():
    """Logits ln 1, ln 2, ln 5: chances 1/8, 2/8, 5/8."""
    logits = torch.log(torch.tensor([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0]]))
    losses = partial_label_losses(logits, torch.tensor([[True, True, False], [False, False, True]]))
    assert losses.tolist() == pytest.approx([np.log(8 / 3), np.log(8 / 5)], rel=1e-6)


def test_learning_rate_rises_and_falls():
    plan = TrainingPlan(name="p", cycles=(100, 50), warm_up=0.1, learning_rate=1.0)
    rates, again = np.split([learning_rate(step, plan) for step in range(150)], [100])
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(1.0)
    assert list(rates[10:]) == sorted(rates[10:], reverse=True)
    assert rates[-1] < 0.001
    assert again[0] == pytest.approx(0.2)
    assert again.max() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name = ", "TR-001"),
        ("seed = 1", "TR-002"),
        ('name = "a"\nspeed = 2', "TR-002"),
        ('name = "a"\ncycles = "x"', "TR-002"),
    ],
)
def test_plans_that_are_none_are_refused(tmp_path, text, code):
    path = tmp_path / "plan.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=code):
        read_plan(path)


def test_shipped_plan_is_read():
    plan = read_plan(Path(__file__).parents[3] / "models" / "plans" / "daylight.toml")
    assert plan.name == "daylight"
    assert plan.steps >= 1000
    assert set(plan.augment) >= {"equaliser", "low_pass", "noise"}
