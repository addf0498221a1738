"""Regions fixed and measured with the model that ships, from clips to an examination."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from core.analysis import AnalysisPlan, examine
from core.audio import open_recording
from core.calibration.record import CalibrationRecord, read_record
from core.detectors import ModelStore
from core.detectors.pack import add_calibration, read_pack
from core.detectors.suite_file import read_suite
from core.evaluation.localise import main
from core.training.datasets.manifest import Clip
from core.training.datasets.spliced import read_spliced
from core.training.datasets.splicing import splice

SHIPPED = Path(__file__).resolve().parents[3] / "models" / "daylight"


@pytest.fixture
def spliced(tmp_path, speechlike, rng) -> Path:
    """Three recordings: speech-like sound with stretches of buzz."""
    clips = []
    for number in range(7):
        wave = speechlike(2.4) if number < 6 else 0.1 * np.sign(np.sin(np.arange(38400) * 0.3)).astype(np.float32)
        sf.write(tmp_path / f"{number}.wav", wave, 16000)
        clip = Clip(path=tmp_path / f"{number}.wav", label="real", synthetic=0, neural_codec=0, family="real")
        fake = {"label": "fake", "synthetic": 1, "neural_codec": 1, "family": "alm"} if number == 6 else {}
        clips.append(replace(clip, **fake, source="s", split="dev", sample_rate=16000, seconds=2.4))
    splice(clips, tmp_path / "spliced", split="dev", count=3, seed=1)
    return tmp_path / "spliced"


@pytest.mark.slow
def test_fixed_measured_and_used(spliced, tmp_path, capsys):
    models = tmp_path / "models"
    pack = models / "daylight"
    shutil.copytree(SHIPPED, pack)
    add_calibration(pack, CalibrationRecord(questions={}).to_json())  # as it leaves the training
    assert main([str(pack), "--measure", str(spliced)]) == 1
    assert "CL-009" in capsys.readouterr().err
    assert main([str(pack), "--fix", str(spliced), "--hop", "0.5", "--suite", str(models)]) == 0
    assert "synthetic: threshold" in capsys.readouterr().out
    suite = read_suite(models)
    assert suite is not None
    assert suite["packs"] == {"auditrace/daylight": read_pack(pack).sha256}
    out = tmp_path / "figures.json"
    arguments = [str(pack), "--measure", str(spliced), "--suite", str(models), "--keep", "--out", str(out)]
    assert main([*arguments, "--words", "again"]) == 0
    kept = read_record(read_suite(models) or {}).localisation
    assert [each.data for each in kept["synthetic"].measured] == ["fixed on: dev", "again"]
    assert json.loads(out.read_text())["synthetic"]["hop_s"] == 0.5
    first, again = kept["synthetic"].measured
    assert replace(again, data=first.data) == first

    sound = spliced / read_spliced(spliced).recordings[0].path
    store = ModelStore([models, tmp_path / "none"])
    located = examine(open_recording(sound), AnalysisPlan(reference=True), store).localisation["synthetic"]
    assert located.setting == kept["synthetic"]
    assert located.reason.startswith("AP-072")  # three inserts show nothing

    shutil.copytree(SHIPPED, pack, dirs_exist_ok=True)  # another hash than the suite names
    assert main([str(pack), "--measure", str(spliced), "--suite", str(models)]) == 1
    assert "CL-008" in capsys.readouterr().err
