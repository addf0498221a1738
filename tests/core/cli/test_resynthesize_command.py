"""`auditrace dataset resynthesize`: what is listed, refused and said the second time."""

from __future__ import annotations

import pytest
import soundfile as sf

from core.audio.perturb import PERTURBATIONS
from core.cli.main import main
from core.foundation.errors import PerturbationError


@pytest.fixture
def manifest(tmp_path, speechlike):
    """One human recording."""
    sf.write(tmp_path / "a.wav", speechlike(2.0, 16000), 16000)
    (tmp_path / "m.csv").write_text("path,label\na.wav,real\n")
    return tmp_path / "m.csv"


def copy(manifest, *more):
    return main(["dataset", "resynthesize", str(manifest), str(manifest.parent / "copies"), *more])


def test_a_second_run_says_that_there_is_nothing_to_do(manifest, capsys):
    assert copy(manifest, "--generator", "g711") == 0
    assert capsys.readouterr().out.startswith("g711: 1 copy made")
    assert copy(manifest, "--generator", "g711") == 0
    assert capsys.readouterr().out == "g711: nothing to do, originals tried before: 1\n"


def test_the_list_says_what_cannot_be_used_here(monkeypatch, tmp_path, capsys):
    lack = PerturbationError("PE-002", "GSM is not available.")
    monkeypatch.setattr(PERTURBATIONS["gsm"], "lacks", lambda: lack)
    assert main(["dataset", "resynthesize", "--generator", "list", "--generators", str(tmp_path)]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "not available here: GSM is not available." in lines["gsm"]
    assert "not available here: The weights soundstream_encoder.tflite" in lines["lyra-v2"]
    assert "not available" not in lines["g711"]


def test_files_that_are_no_networks_are_named(manifest, capsys):
    pytest.importorskip("onnxruntime")
    junk = manifest.parent / "junk.onnx"
    junk.write_bytes(b"no network")
    assert copy(manifest, "--generator", str(junk), "--rate", "16000") == 3
    assert capsys.readouterr().err.startswith("DA-032")
    assert copy(manifest, "--generator", "none.onnx", "--rate", "16000") == 2
    assert "There is no file none.onnx" in capsys.readouterr().err
