"""Perturbed copies of a data set: what is done can be done again from its record, labels stay, the rest is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile as sf

from core.audio.perturb import STANDARD, from_record
from core.cli.main import main
from core.foundation.errors import IntegrityError
from core.foundation.hashing import sha256_file
from core.training.datasets.manifest import read_manifest, write_manifest
from core.training.datasets.perturbing import Change, perturb_clips


@pytest.fixture
def manifest(tmp_path, speechlike):
    """Two clips at different rates, one with a hash."""
    for name, rate in (("a", 16000), ("b", 8000)):
        sf.write(tmp_path / f"{name}.wav", speechlike(1.0, rate), rate)
    digest = sha256_file(tmp_path / "a.wav")
    (tmp_path / "m.csv").write_text(
        f"path,label,synthetic,source,split,sha256,mood\na.wav,fake,1,s,dev,{digest},calm\nb.wav,real,0,s,train,,\n"
    )
    return tmp_path / "m.csv"


@pytest.mark.parametrize("name", ["time_mask", "rawboost_convolutive", "white noise 20 dB", "G.711 A-law"])
def test_a_copy_is_its_record_applied_to_the_original(manifest, tmp_path, name):
    clips = read_manifest(manifest).clips
    made = perturb_clips(clips, Change(name=name, seed=3), tmp_path / "out")
    records = json.loads((tmp_path / "out" / "perturbed.json").read_text())["clips"]
    for clip, copy, record in zip(clips, made.clips, records, strict=True):
        samples, rate = sf.read(clip.path, dtype="float32")
        changed, _ = sf.read(tmp_path / "out" / record["path"], dtype="float32")
        np.testing.assert_array_equal(
            changed, from_record(record["perturbation"]).apply(np.asarray(samples, np.float32), rate)
        )
        assert not np.array_equal(changed, samples)
        assert dict(copy.extra)["original_sha256"] == sha256_file(clip.path)
    again = perturb_clips(clips, Change(name=name, seed=3), tmp_path / "again")
    assert [clip.sha256 for clip in again.clips] == [clip.sha256 for clip in made.clips]


def test_a_fixed_strength_is_what_an_evaluation_applies(manifest, tmp_path):
    clip = read_manifest(manifest).clips[0]
    perturb_clips([clip], Change(name="white noise 20 dB"), tmp_path / "out")
    (path,) = (tmp_path / "out" / "audio").iterdir()
    samples, rate = sf.read(clip.path, dtype="float32")
    expected = STANDARD["white noise 20 dB"].apply(np.asarray(samples, np.float32), rate, clip.sha256)
    np.testing.assert_array_equal(sf.read(path, dtype="float32")[0], expected)


def test_command_keeps_labels_and_columns_and_names_what_it_cannot_do(manifest, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["dataset", "perturb", str(manifest), str(out), "--perturb", "MP3 32 kbit/s", "--split", "dev"]) == 0
    (copy,) = read_manifest(out / "manifest.csv").clips
    assert (copy.label, copy.synthetic, copy.split, copy.lossy_origin) == ("fake", 1, "dev", "MP3")
    assert dict(copy.extra)["mood"] == "calm"
    assert main(["dataset", "perturb", str(manifest), str(out), "--perturb", "mixup"]) == 2
    assert "US-050" in capsys.readouterr().err
    assert main(["dataset", "perturb", "--perturb", "list"]) == 0
    assert "time_mask" in capsys.readouterr().out
    (tmp_path / "b.wav").unlink()
    assert main(["dataset", "perturb", str(manifest), str(out), "--perturb", "gain"]) == 3
    assert "DA-004" in capsys.readouterr().err


def test_a_clip_that_is_not_the_manifest_s_is_refused(manifest, tmp_path):
    clips = [replace(clip, sha256="0" * 64) for clip in read_manifest(manifest).clips]
    write_manifest(manifest, clips)
    with pytest.raises(IntegrityError, match="DA-014"):
        perturb_clips(read_manifest(manifest).clips, Change(name="gain"), tmp_path / "out")
