"""From plan to pack: interruption, a full drive, early stopping, several seeds, what the log holds."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from helpers.stopping import StopAfter

from core.cli.main import main
from core.detectors.pack import PackInfo, read_pack
from core.foundation.errors import DataError, ModelError, TrainingError
from core.foundation.progress import Cancelled
from core.training import checkpoint, choice
from core.training.data import open_data
from core.training.datasets.manifest import read_manifest
from core.training.loop import Trainer
from core.training.make import Run, make_packs
from core.training.record import Record

CHEAP = {
    "front_end": "mel",
    "front_end_args": {"scale": "ln"},
    "architecture": "convnext",
    "architecture_args": {"widths": (4, 8), "depth": 1, "embedding": 8},
    "normalise": "bins",
    "normalise_batches": 1,
}


@pytest.fixture
def cheap(small, tones, tmp_path):
    """Maker of a plan that trains fast with these changes, and its data."""

    def make(**changes):
        plan = replace(small, **CHEAP | changes)
        return plan, open_data(read_manifest(tones), plan, tmp_path / "cache")

    return make


@pytest.fixture(autouse=True)
def _few_rows(monkeypatch):
    """Leave the transmission channels out of the figures: they take longer than the training here."""
    monkeypatch.setattr("core.training.evaluate.CHANNELS", {})


def test_interrupted_run_resumes_to_the_pack_of_one_that_was_not(cheap, tmp_path):
    plan, data = cheap()
    whole = make_packs(plan, data, tmp_path / "a", Run(folder=tmp_path / "runs-a"))
    with pytest.raises(Cancelled):
        make_packs(plan, data, tmp_path / "b", Run(folder=tmp_path / "runs-b"), StopAfter(4))
    assert not (tmp_path / "b").exists()
    with pytest.raises(TrainingError, match="TR-012"):
        make_packs(plan, data, tmp_path / "b", Run(folder=tmp_path / "runs-b"))
    resumed = make_packs(plan, data, tmp_path / "b", Run(folder=tmp_path / "runs-b", resume=True))
    assert resumed.packs[0].sha256 == whole.packs[0].sha256


def test_checkpoint_of_another_plan_or_a_damaged_one_is_refused(cheap, tmp_path):
    path = tmp_path / "x.checkpoint"
    checkpoint.save_checkpoint(path, "one", {"trainer": {"w": torch.ones(2)}})
    assert torch.equal(checkpoint.read_checkpoint(path, "one")["trainer"]["w"], torch.ones(2))  # type: ignore[index]
    with pytest.raises(TrainingError, match="TR-007"):
        checkpoint.read_checkpoint(path, "two")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(TrainingError, match="TR-007"):
        checkpoint.read_checkpoint(path, "one")


def test_full_drive_at_a_checkpoint_is_told_and_training_goes_on(cheap, tmp_path, monkeypatch):
    plan, data = cheap(cycles=(3,))
    full, told = OSError(errno.ENOSPC, "No space left on device"), []

    def refuse(path, contents):
        raise full

    monkeypatch.setattr(checkpoint, "replace_file", refuse)
    record = Record(tmp_path / "log.jsonl", tell=told.append)
    made = make_packs(plan, data, tmp_path / "pack", Run(folder=tmp_path, record=record))
    record.close()
    assert [error.code for error in told] == ["TR-006"]
    assert "No space left" in told[0].message
    assert made.packs[0].card.id == "user/small"
    assert "TR-006" in (tmp_path / "log.jsonl").read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_log_that_cannot_go_on_is_told_once():
    told = []
    record = Record(Path("/dev/full"), tell=told.append)
    record.write("step", 1, loss=0.5)
    record.write("step", 2, loss=0.5)
    record.close()
    assert [error.code for error in told] == ["TR-008"]
    assert "goes on" in told[0].means


def test_a_folder_that_holds_something_else_is_refused_before_training(cheap, tmp_path):
    plan, data = cheap(cycles=(3,))
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "thesis.doc").write_text("mine")
    with pytest.raises(ModelError, match="MO-004"):
        make_packs(plan, data, tmp_path / "pack", Run(folder=tmp_path))
    assert not list(tmp_path.glob("*.checkpoint"))
    assert (tmp_path / "pack" / "thesis.doc").read_text() == "mine"


def test_clips_that_fill_no_window_are_told(cheap, tmp_path):
    plan, data = cheap(cycles=(1,), window_s=8.0, hop_s=4.0)
    told = []
    make_packs(plan, data, tmp_path / "pack", Run(folder=tmp_path, record=Record(tell=told.append)))
    assert [error.code for error in told] == ["DA-043"]


def test_training_ends_when_dev_gets_no_better_and_keeps_the_best(cheap, tmp_path, monkeypatch):
    plan, data = cheap(cycles=(20,), evaluate_every=1, patience=2)
    found = iter([30.0, 10.0, 20.0, 10.0, 5.0])
    kept = []

    def errors(card, weights, clips, waveforms):
        kept.append(weights)
        return {"synthetic": next(found)}

    monkeypatch.setattr(choice, "dev_errors", errors)
    exported = []

    def export(folder, card, weights, *given, **named):
        exported.append(weights)
        return PackInfo(card=card, sha256="", folder=folder)

    monkeypatch.setattr("core.training.make.export", export)
    made = make_packs(plan, data, tmp_path / "pack", Run(folder=tmp_path))
    assert made.eer_pct == (10.0,)
    assert len(kept) == 4
    assert exported == [kept[1]]


def test_several_seeds_give_mean_and_deviation_and_keep_the_best(cheap, tmp_path, monkeypatch):
    plan, data = cheap(cycles=(1,), seeds=(3, 4, 5))
    found = iter([30.0, 10.0, 20.0])
    monkeypatch.setattr(choice, "dev_errors", lambda *given: {"synthetic": next(found)})
    stream = io.StringIO()
    made = make_packs(plan, data, tmp_path / "pack", Run(folder=tmp_path, record=Record(echo=stream)))
    assert made.spread == pytest.approx((20.0, 10.0))
    assert [pack.card.seed for pack in made.packs] == [4]
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["seed"] for line in lines if line["event"] == "start"] == [3, 4, 5]
    assert lines[-1] | {"seconds": 0} == {
        "event": "made",
        "step": 0,
        "seconds": 0,
        "seeds": [3, 4, 5],
        "eer_pct": [30.0, 10.0, 20.0],
        "mean": 20.0,
        "std": 10.0,
    }


def test_dev_that_cannot_choose_is_refused_before_training(cheap, tmp_path):
    plan, data = cheap(dev_splits=("test",))
    with pytest.raises(DataError, match="DA-041"):
        make_packs(plan, data, tmp_path / "pack", Run(folder=tmp_path))


def test_held_out_generators_never_train_and_choose_when_unseen(cheap):
    _, data = cheap(hold_out={"generator": ["two"]}, choose_on="unseen", dev_splits=())
    assert {data.manifest.clips[i].generator for i in data.train()} == {"", "one"}
    clips, _ = data.split("dev")
    assert {clip.generator for clip in clips} == {"two"}


@pytest.mark.slow
def test_command_is_stopped_by_ctrl_c_and_goes_on_with_resume(tones, tmp_path, monkeypatch, capsys):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'name = "tiny"\ncycles = [4]\nbatch = 8\ncrop_s = [0.5, 0.6]\nwindow_s = 0.5\nhop_s = 0.5\nclean = 1.0\n'
        'front_end = "mel"\narchitecture = "convnext"\narchitecture_args = {widths = [4], depth = 1}\n'
        'normalise = "bins"\nnormalise_batches = 1\ndata = ["manifest.csv"]\ncache = "cache"\n'
    )
    step = Trainer.step

    def interrupted(trainer):
        if trainer.done == 1:
            os.kill(os.getpid(), signal.SIGINT)
        return step(trainer)

    command = ["train", str(plan), "--out", str(tmp_path / "run"), "--threads", "1", "--progress", "json"]
    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "step", interrupted)
        assert main(command) == 130
    assert "TR-130" in capsys.readouterr().err
    assert main(command) == 3
    assert "TR-012" in capsys.readouterr().err
    assert main([*command, "--resume"]) == 0
    said = capsys.readouterr()
    events = [json.loads(line) for line in said.err.splitlines() if line.startswith("{")]
    assert [event["step"] for event in events if event.get("event") == "step"] == [3, 4]
    assert read_pack(tmp_path / "run" / "pack").card.id in said.out
    logged = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [event["step"] for event in logged if event["event"] == "step"] == [1, 2, 3, 4]


def test_command_without_data_or_plan_is_told(tmp_path, capsys):
    assert main(["train", str(tmp_path / "none.toml")]) == 3
    assert "TR-001" in capsys.readouterr().err
    (tmp_path / "plan.toml").write_text('name = "tiny"\n')
    assert main(["train", str(tmp_path / "plan.toml")]) == 2
    assert "US-060" in capsys.readouterr().err
    (tmp_path / "plan.toml").write_text(f'name = "tiny"\ndata = ["{Path("gone.csv")}"]\n')
    assert main(["train", str(tmp_path / "plan.toml")]) == 3
    assert "DA-001" in capsys.readouterr().err


def test_curves_are_written_or_their_lack_is_told(tmp_path, monkeypatch):
    pytest.importorskip("tensorboard")
    record = Record(curves=tmp_path / "curves")
    record.write("step", 1, loss=0.5)
    record.close()
    assert list((tmp_path / "curves").glob("events*"))
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(TrainingError, match="TR-009"):
        Record(curves=tmp_path / "more")
