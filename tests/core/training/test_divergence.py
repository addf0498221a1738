"""What is left where training runs away, clips are bad, or drives are full."""

from __future__ import annotations

import errno
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.cli.main import main
from core.detectors import pack_files
from core.detectors.pack import read_pack
from core.foundation.errors import IntegrityError, ModelError, TrainingError
from core.training import choice, keeping, loop
from core.training.data import open_data
from core.training.datasets.manifest import read_manifest, write_manifest
from core.training.divergence import Losses
from core.training.loop import Trainer
from core.training.make import Run, make_packs
from core.training.networks import Inputs, check_lengths, network_of
from core.training.record import Record
from core.training.tasks import THREE_CLASS

CHEAP = {
    "front_end": "mel",
    "front_end_args": {"scale": "ln"},
    "architecture": "convnext",
    "architecture_args": {"widths": (4,), "depth": 1, "embedding": 8},
    "evaluate_every": 2,
}
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def plan(small):
    """A plan that trains fast."""
    return replace(small, **CHEAP)


@pytest.fixture
def trained(plan, tones, tmp_path):
    """Train with these changes; what was made, and what was told."""

    def make(**changes):
        changed, told = replace(plan, **changes), []
        run = Run(folder=tmp_path / "run", record=Record(tell=told.append))
        data = open_data(read_manifest(tones), changed, tmp_path / "cache")
        return make_packs(changed, data, tmp_path / "run" / "pack", run), told

    return make


@pytest.fixture(autouse=True)
def _few_rows(monkeypatch):
    monkeypatch.setattr("core.training.evaluate.CHANNELS", {})


def losses_from(monkeypatch, values):
    """Steps whose losses are these numbers."""
    step = Trainer.step

    def changed(trainer):
        return replace(step(trainer), loss=values(trainer.done))

    monkeypatch.setattr(Trainer, "step", changed)


def no_loss_after(monkeypatch, step: int):
    """Losses that are no numbers from a step on."""
    honest = loop.partial_label_losses
    calls = iter(range(10_000))

    def losses(logits, allowed):
        return honest(logits, allowed) * (math.nan if next(calls) >= step else 1)

    monkeypatch.setattr(loop, "partial_label_losses", losses)


def test_losses_that_are_no_numbers_end_with_the_best_model_so_far(trained, tmp_path, monkeypatch):
    no_loss_after(monkeypatch, 3)
    made, told = trained(bad_losses=2, cycles=(20,))
    assert [error.code for error in told] == ["TR-005"]
    assert "that of step 2, becomes the pack" in told[0].message
    assert made.faults == tuple(told)
    assert read_pack(tmp_path / "run" / "pack").sha256 == made.packs[0].sha256


def test_where_no_model_came_first_nothing_is_promised(trained, tmp_path, monkeypatch):
    no_loss_after(monkeypatch, 0)
    with pytest.raises(TrainingError, match=r"TR-005.*there is no pack"):
        trained(bad_losses=1)
    assert not (tmp_path / "run" / "pack").exists()


def test_scores_that_are_no_numbers_are_training_s_fault(trained, monkeypatch):
    honest, calls = choice.dev_errors, iter(range(100))

    def errors(*given):
        if next(calls):
            raise ModelError("MO-015", "The model x gave a score that is not a number.")
        return honest(*given)

    monkeypatch.setattr(choice, "dev_errors", errors)
    made, told = trained()
    assert [error.code for error in told] == ["TR-005"]
    assert "After step 4 the scores of dev" in told[0].message
    assert len(made.packs) == 1


def test_a_loss_that_ran_away_is_told_and_on_the_card(trained, monkeypatch):
    losses_from(monkeypatch, lambda step: 1.0 if step == 1 else 1e9)
    made, told = trained()
    assert [error.code for error in told] == ["TR-014"]
    assert any("training ran away" in limit for limit in made.packs[0].card.limits)


@pytest.mark.parametrize(("last", "away"), [(9.0, False), (11.0, True), (math.nan, False)])
def test_ten_times_the_first_loss_is_too_much(last, away):
    losses = Losses()
    for value in (1.0, *[last] * 30):
        losses.add(value)
    again = Losses()
    again.resume(losses.state())
    assert again.ran_away is away


def test_a_full_drive_never_loses_the_model(trained, tmp_path, monkeypatch):
    """No checkpoint, no pack where it was wanted: the pack lies in the temporary folder, and nothing half beside it."""
    monkeypatch.setattr("core.training.checkpoint.replace_file", refused)
    wanted, written = tmp_path / "run" / "pack", keeping.write_pack

    def write(folder, card, weights):
        if folder == wanted:
            raise pack_files.unwritable(folder, FULL)
        return written(folder, card, weights)

    monkeypatch.setattr(keeping, "write_pack", write)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made, told = trained()
    assert [error.code for error in told] == ["TR-006"] * 3 + ["TR-015"]
    assert all("no checkpoint" in error.message for error in told[:3])
    assert read_pack(made.packs[0].folder).card.id == "user/small"
    monkeypatch.setattr(keeping, "write_pack", lambda folder, *given: refuse(folder))
    with pytest.raises(ModelError, match=r"MO-019.*weights are lost"):
        trained()


def refused(*given):
    """A drive without room."""
    raise FULL


def refuse(folder):
    """A pack that cannot be written."""
    raise pack_files.unwritable(folder, FULL)


def test_a_pack_is_written_whole_or_not_at_all(trained, tmp_path, monkeypatch):
    made, _ = trained()
    before = made.packs[0]
    contents = {**pack_files.read_folder(before.folder)[0], pack_files.WEIGHTS: b"other"}
    write, left = Path.write_bytes, iter([True, True, False])
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: write(path, data) if next(left) else refused())
    with pytest.raises(ModelError, match="MO-019"):
        pack_files.write_files(before.folder, contents)
    assert read_pack(before.folder).sha256 == before.sha256
    assert [path.name for path in before.folder.parent.iterdir() if path.name.startswith(".")] == []


def test_unreadable_clips_are_left_out_and_said_so(trained, plan, tones, tmp_path):
    (tones.parent / "0.wav").write_text("no sound")
    (tones.parent / "1.wav").unlink()
    made, told = trained()
    assert [error.code for error in told] == ["DA-004", "DA-004"]
    assert "2 could not be read" in made.packs[0].card.training_data
    again = open_data(read_manifest(tones), plan, tmp_path / "cache")
    assert len(again.left_out) == 2
    sf.write(tones.parent / "1.wav", np.full(16000, 0.1), 16000)
    assert len(open_data(read_manifest(tones), plan, tmp_path / "cache").left_out) == 1


def test_a_clip_that_is_not_the_manifest_s_stops_training_with_4(tones, tmp_path, plan, capsys):
    clips = read_manifest(tones).clips
    write_manifest(tones, [replace(clips[0], sha256="0" * 64), *clips[1:]])
    with pytest.raises(IntegrityError, match="DA-014"):
        open_data(read_manifest(tones), plan, tmp_path / "cache")
    (tmp_path / "plan.toml").write_text('name = "x"\ndata = ["manifest.csv"]\ncache = "cache"\n')
    assert main(["train", str(tmp_path / "plan.toml"), "--out", str(tmp_path / "run"), "--device", "cpu"]) == 4
    assert "DA-014" in capsys.readouterr().err


@pytest.mark.parametrize(("architecture", "refused"), [("lcnn", True), ("convnext", False)])
def test_crops_that_a_network_cannot_take_are_refused_by_name(small, architecture, refused):
    front = {"front_end": "mel", "front_end_args": {}, "architecture": architecture, "architecture_args": {}}
    plan = replace(small, **front, window_s=1.0, hop_s=1.0, crop_s=(0.5, 1.0))
    network = network_of(plan, THREE_CLASS)
    inputs = Inputs(plan, network, next(network.parameters()).device)
    if not refused:
        check_lengths(plan, network, inputs)
        return
    with pytest.raises(TrainingError, match=r"TR-004.*crop_s gives 0.5 s"):
        check_lengths(plan, network, inputs)
