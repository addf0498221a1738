"""`auditrace evaluate` as a user calls it."""

from __future__ import annotations

import json

import pytest
from helpers.tiny_pack import write_tiny_pack

from core.cli.evaluate import lr_line
from core.cli.main import main
from core.evaluation.result import LrRow
from core.foundation.paths import user_models_dir


@pytest.fixture
def manifest(wav):
    path = wav("a.wav", 1.0)
    for name in ("b.wav", "c.wav", "d.wav"):
        wav(name, 1.0)
    lines = [
        "path,label,source,split",
        "a.wav,real,s1,dev",
        "b.wav,fake,s1,dev",
        "c.wav,real,s2,dev",
        "d.wav,fake,s2,dev",
    ]
    (path.parent / "manifest.csv").write_text("\n".join(lines))
    return path.parent / "manifest.csv"


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_writes_everything_and_names_what_is_missing(home, manifest, tmp_path, capsys):
    write_tiny_pack(user_models_dir() / "tiny")
    out = tmp_path / "out"
    assert run("evaluate", "test/tiny", "--data", manifest, "--out", out, "--split", "dev", "--no-controls") == 0
    assert "test/tiny" in capsys.readouterr().out
    document = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert document["schema"] == "auditrace.evaluation/1"
    for name in ("results.csv", "scores.csv", "index.html"):
        assert (out / name).stat().st_size > 100
    (manifest.parent / "d.wav").unlink()
    pack = user_models_dir() / "tiny"
    assert run("evaluate", pack, "--data", manifest, "--out", out, "--split", "dev", "--no-controls") == 3
    assert "d.wav" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cllr", "words"),
    [(0.3214, "Cllr 0.321, Cllr_min 0.250; 90 of 100 clips have a likelihood ratio"), (None, "no Cllr; 90 of 100")],
)
def test_the_cost_of_likelihood_ratios_is_told_with_how_many_there_are(cllr, words):
    row = LrRow(
        model="suite",
        data="bank",
        split="test",
        question="synthetic",
        condition="as is",
        n=100,
        refused=10,
        outside=10,
        n_for=40,
        n_against=50 if cllr else 0,
        cllr=cllr,
        cllr_min=None if cllr is None else 0.25,
        strongly_misled=0,
        genuine=50,
        genuine_from_10=0,
        against_at_limit=0,
        for_at_limit=0,
        reason="" if cllr else "Why not.",
    )
    assert lr_line(row).startswith("suite, bank, synthetic: ")
    assert words in lr_line(row)
    assert lr_line(row).endswith(row.reason)


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (("no/such",), 3, "MO-002"),
        (("test/tiny", "--split", "nosuch"), 3, "DA-050"),
        (("test/tiny", "--perturb", "nosuch"), 2, "US-050"),
        (("test/tiny", "--device", "abacus"), 2, "US-002"),
    ],
)
def test_bad_use_is_a_message(home, manifest, tmp_path, capsys, arguments, status, code):
    write_tiny_pack(user_models_dir() / "tiny")
    assert run("evaluate", *arguments, "--data", manifest, "--out", tmp_path / "out") == status
    err = capsys.readouterr().err
    assert err.startswith(code)
    assert "Traceback" not in err
