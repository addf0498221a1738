"""`auditrace dataset` end to end: what is written, what is said, with which exit status."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.cli.main import main
from core.training.datasets.manifest import read_manifest, write_manifest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Folders of a class each: two clips of a person, two of a generator."""
    rng = np.random.default_rng(1)
    for name in ("real/anna/1", "real/ben/2", "fake/hifigan/1", "fake/melgan/2"):
        path = tmp_path / "data" / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        sf.write(path, 0.1 * rng.standard_normal(4000), 8000)
    return tmp_path / "data"


def test_prepare_fills_in_what_only_files_tell(root, tmp_path, capsys):
    out = tmp_path / "manifest.csv"
    assert main(["dataset", "prepare", "folders", str(root), "--out", str(out), "--jobs", "2"]) == 0
    clips = read_manifest(out).clips
    assert [clip.label for clip in clips] == ["fake", "fake", "real", "real"]
    assert {(clip.sample_rate, clip.seconds, len(clip.sha256)) for clip in clips} == {(8000, 0.5, 64)}
    assert "4 clips" in capsys.readouterr().out


def test_prepare_names_an_unreadable_clip_and_goes_on(root, tmp_path, capsys):
    (root / "real" / "anna" / "broken.wav").write_text("no sound")
    out = tmp_path / "manifest.csv"
    assert main(["dataset", "prepare", "folders", str(root), "--out", str(out)]) == 3
    assert len(read_manifest(out).clips) == 4
    said = capsys.readouterr().err
    assert said.startswith("DA-004")
    assert "broken.wav" in said


def test_prepare_writes_nothing_where_the_data_set_is_wrong(root, tmp_path, capsys):
    out = tmp_path / "manifest.csv"
    assert main(["dataset", "prepare", "in-the-wild", str(root), "--out", str(out)]) == 3
    (root / "fake" / "hifigan" / "1.wav").unlink()
    (root / "fake" / "melgan" / "2.wav").unlink()
    assert main(["dataset", "prepare", "folders", str(root), "--out", str(out)]) == 3
    assert not out.exists()
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["DA-001", "DA-008"]


def test_one_class_is_told_and_is_no_failure(root, tmp_path, capsys):
    """Where the only clip of a class cannot be read as well; an empty manifest is no data set."""
    for name in ("hifigan", "melgan"):
        path = next((root / "fake" / name).iterdir())
        path.write_text("no sound")
    out = tmp_path / "manifest.csv"
    assert main(["dataset", "prepare", "folders", str(root), "--out", str(out)]) == 3
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["DA-004", "DA-004", "DA-009"]
    part = tmp_path / "cup" / "spcup_2022_unseen"
    part.mkdir(parents=True)
    (root / "real" / "ben" / "2.wav").rename(part / "1.wav")
    (part / "labels.csv").write_text("track,algorithm\n1.wav,5\n")
    assert main(["dataset", "prepare", "spcup2022", str(tmp_path / "cup"), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "DA-009" in said.err
    assert said.out.endswith(": 1 clip\n")
    out.write_text("path,label\n")
    assert main(["dataset", "check", str(out)]) == 3
    assert "DA-010" in capsys.readouterr().err


def test_usage(root, tmp_path, capsys):
    assert main(["dataset", "prepare", "kaldi", str(root), "--out", str(tmp_path / "m.csv")]) == 2
    assert main(["dataset", "prepare", "folders", str(root)]) == 2
    assert main(["dataset", "prepare", "list"]) == 0
    assert "asvspoof2019-la" in capsys.readouterr().out


def test_check_reports_leaks_and_changed_files(root, tmp_path, capsys):
    out = tmp_path / "manifest.csv"
    main(["dataset", "prepare", "folders", str(root), "--out", str(out)])
    first, *others = read_manifest(out).clips
    write_manifest(out, [replace(first, split="dev", generator="melgan"), *others])
    assert main(["dataset", "check", str(out), "--json", str(tmp_path / "r.json")]) == 3  # too small for probes
    report = json.loads((tmp_path / "r.json").read_text())
    assert {leak["kind"] for leak in report["leaks"]} == {"generator", "source", "utterance"}
    assert "DA-013" in capsys.readouterr().err
    sf.write(root / "real" / "ben" / "2.wav", np.zeros(400), 8000)
    assert main(["dataset", "check", str(out)]) == 4
    assert "DA-014" in capsys.readouterr().err


def test_split_keeps_groups_apart_or_says_why_not(root, tmp_path, capsys):
    out, split = tmp_path / "manifest.csv", tmp_path / "split.csv"
    main(["dataset", "prepare", "folders", str(root), "--out", str(out)])
    command = ["dataset", "split", str(out), "--out", str(split)]
    assert main(command) == 3
    assert "DA-012" in capsys.readouterr().err
    assert main([*command, "--by", "speaker,generator", "--shares", "1,1,0"]) == 0
    assert sorted((clip.split, clip.label) for clip in read_manifest(split).clips) == [
        ("dev", "fake"),
        ("dev", "real"),
        ("train", "fake"),
        ("train", "real"),
    ]
    assert main([*command, "--by", "mood"]) == 2
    assert main([*command, "--folds", "2"]) == 0
    folds = [read_manifest(tmp_path / f"split-{number}.csv").clips for number in (1, 2)]
    held = [{clip.generator for clip in clips if clip.split == "test" and clip.generator} for clips in folds]
    assert sorted(held, key=sorted) == [{"hifigan"}, {"melgan"}]
    trained = [{clip.generator for clip in clips if clip.split == "train" and clip.generator} for clips in folds]
    assert all(not out & used for out, used in zip(held, trained, strict=True))
    capsys.readouterr()
    assert main([*command, "--folds", "9"]) == 3
    assert "9 folds by generator" in capsys.readouterr().err
    assert main([*command, "--folds", "1"]) == 2
    assert main([*command, "--shares", "all"]) == 2
