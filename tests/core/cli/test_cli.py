"""The command line as a user calls it: results, messages, exit statuses."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdf
import pytest
import soundfile as sf
from helpers.localising import plain_setting
from helpers.tiny_pack import write_tiny_pack
from scipy import signal

from core.analysis.finding import LocalisationResult, Region
from core.cli.analyze import region_lines
from core.cli.case import consecutive
from core.cli.main import main
from core.foundation.errors import UsageError
from core.foundation.paths import user_models_dir


@pytest.fixture
def tiny(home):
    write_tiny_pack(user_models_dir() / "tiny")
    return "test/tiny"


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def no_traceback(capsys) -> str:
    err = capsys.readouterr().err
    assert "Traceback" not in err
    return err


def test_analyze_writes_json_for_many_files(tiny, wav, tmp_path, capsys):
    paths = [wav(f"clip {i} ü.wav", 2.5, rate) for i, rate in enumerate((8000, 16000, 44100))]
    assert run("analyze", *paths, "--models", tiny, "--json", tmp_path / "out.json") == 0
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [r["path"] for r in document["recordings"]] == [str(p) for p in paths]
    for recording in document["recordings"]:
        assert {d["question"] for d in recording["detectors"]} == {"synthetic", "neural_codec"}
        assert np.isfinite([q["score"] for q in recording["questions"].values()]).all()
        assert all(q["log10_lr"] is None for q in recording["questions"].values())
    assert "uncalibrated" in capsys.readouterr().out


def test_bad_files_are_named_and_the_others_go_on(tiny, wav, tmp_path, capsys):
    good, empty, text, missing = wav(), tmp_path / "empty.wav", tmp_path / "text.wav", tmp_path / "no such.wav"
    empty.write_bytes(b"")
    text.write_text("this is no sound " * 50)
    nan = tmp_path / "nan.wav"
    sf.write(nan, np.full(16000, np.nan, np.float32), 16000, subtype="FLOAT")
    out = tmp_path / "out.json"
    assert run("analyze", empty, good, text, missing, nan, tmp_path, "--models", tiny, "--json", out) == 3
    document = json.loads(out.read_text())
    assert [r["path"] for r in document["recordings"]] == [str(good)]
    assert [e["path"] for e in document["errors"]] == [str(p) for p in (empty, text, missing, nan, tmp_path)]
    err = no_traceback(capsys)
    for error in document["errors"]:
        assert f"{error['code']}: " in err
        assert error["message"] in err
        assert Path(error["path"]).name in err


def test_where_every_input_fails_the_document_says_what_would_have_computed(tiny, tmp_path):
    out = tmp_path / "out.json"
    assert run("analyze", tmp_path / "none.wav", "--models", tiny, "--reference", "--device", "cpu", "--json", out) == 3
    software = json.loads(out.read_text())["software"]
    assert (software["device"], software["reference_mode"]) == ("cpu", True)


def test_regions_or_the_reason_for_none_are_printed(tiny, wav, capsys):
    assert run("analyze", wav(), "--models", tiny) == 0
    assert capsys.readouterr().out.count("Regions: not stated. AP-071") == 2
    found = LocalisationResult(question="synthetic", regions=(), setting=plain_setting())
    assert region_lines(found) == ["Regions: none of 1 s or longer stands out."]
    region = Region(question="synthetic", start_s=1.0, end_s=2.5, score=2.0, resolution_s=0.25)
    (head, line) = region_lines(replace(found, regions=(region,)))
    assert head.endswith("mean scores in windows of 1 s each 0.25 s):")
    assert line == "  1.00 to 2.50 s, mean score +2.00, ends ±0.25 s"


def test_the_codec_is_one_name_and_what_shows_of_another_a_notice(tiny, wav, tmp_path):
    """White noise below 4 kHz in a file of 16 kHz: the words are of the condition, the field is the file's coding."""
    noise = np.random.default_rng(1).standard_normal(16000 * 4)
    path = tmp_path / "narrow.wav"
    sf.write(path, 0.05 * signal.sosfiltfilt(signal.butter(12, 3000, fs=16000, output="sos"), noise), 16000)
    assert run("analyze", path, "--models", tiny, "--json", tmp_path / "out.json") == 0
    (recording,) = json.loads((tmp_path / "out.json").read_text())["recordings"]
    assert recording["condition"]["codec"] == recording["container"]["codec"]
    assert [notice["code"] for notice in recording["container"]["notices"]] == ["AP-045"]


def test_a_pdf_without_a_case_names_what_could_not_be_used(tiny, wav, tmp_path):
    (tmp_path / "empty.wav").write_bytes(b"")
    out = tmp_path / "out.pdf"
    assert run("analyze", wav("good.wav"), tmp_path / "empty.wav", "--models", tiny, "--pdf", out) == 3
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(out).pages)
    assert "good.wav" in text
    assert "empty.wav" in text
    assert "IN-005" in text


@pytest.mark.parametrize(
    "samples",
    [np.zeros(16000), np.full(1, 0.5), np.sign(np.sin(np.arange(32000) / 20)), np.zeros((8000, 8))],
    ids=["silence", "one sample", "square wave", "eight channels"],
)
def test_odd_but_readable_signals_get_finite_scores(tiny, tmp_path, samples, capsys):
    path = tmp_path / "odd.wav"
    sf.write(path, samples, 16000)
    assert run("analyze", path, "--models", tiny, "--json", "-") == 0
    recording = json.loads(capsys.readouterr().out)["recordings"][0]
    assert np.isfinite([w["score"] for d in recording["detectors"] for w in d["windows"]]).all()
    assert recording["questions"]["synthetic"]["applicability"] == "outside"
    no_traceback(capsys)


def test_unknown_model_is_named(wav, capsys):
    assert run("analyze", wav(), "--models", "no/such") == 3
    assert "no/such" in no_traceback(capsys)


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["analyze"], ["case"], ["analyze", "x", "--device"]])
def test_bad_usage_is_2(arguments, capsys):
    assert run(*arguments) == 2
    assert no_traceback(capsys).startswith("US-")


def test_unknown_device_is_bad_usage(tiny, wav, capsys):
    assert run("analyze", wav(), "--device", "abacus") == 2
    assert "US-002" in no_traceback(capsys)


def test_unwritable_target_loses_nothing(tiny, wav, tmp_path, capsys):
    (tmp_path / "file").write_text("kept")
    assert run("analyze", wav(), "--models", tiny, "--json", tmp_path / "file" / "out.json") == 3
    assert "SY-002" in no_traceback(capsys)
    assert (tmp_path / "file").read_text() == "kept"


def test_progress_as_json_lines(tiny, wav, capsys):
    assert run("analyze", wav(), "--models", tiny, "--progress", "json") == 0
    fractions = [json.loads(line)["fraction"] for line in capsys.readouterr().err.splitlines()]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_reference_mode_repeats_bit_by_bit(tiny, wav, tmp_path):
    path = wav(seconds=5)
    for name in ("a.json", "b.json"):
        assert run("analyze", path, "--models", tiny, "--reference", "--json", tmp_path / name) == 0
    first, second = (json.loads((tmp_path / name).read_text()) for name in ("a.json", "b.json"))
    for document in (first, second):
        document["recordings"][0].pop("timings_s")
    assert first == second
    assert first["software"]["reference_mode"] is True


def test_case_from_new_to_report(tiny, wav, tmp_path, capsys):
    case, paths = tmp_path / "my case", [wav("a.wav"), wav("b.wav", 2.0, 22050)]
    assert run("case", "new", case, "--number", "2026/17", "--examiner", "Jörg Ä") == 0
    assert run("case", "add", case, *paths) == 0
    assert run("case", "add", case, wav("k.wav", 1.5), "--role", "known") == 0
    assert run("analyze", "--case", case, "--models", tiny) == 0
    assert run("report", case, "--out", tmp_path / "report.pdf") == 0
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert run("case", "verify", case) == 0
    capsys.readouterr()
    assert run("case", "show", case) == 0
    out = capsys.readouterr().out
    for exhibit in ("Q1", "Q2", "K1"):
        assert f"{exhibit}  " in out


def test_a_changed_byte_in_the_evidence_is_4(tiny, wav, tmp_path, capsys):
    case = tmp_path / "case"
    run("case", "new", case, "--number", "1", "--examiner", "E")
    run("case", "add", case, wav())
    (copy,) = [p for p in (case / "evidence").iterdir() if p.is_file()]
    copy.chmod(0o644)
    data = bytearray(copy.read_bytes())
    data[-1] ^= 1
    copy.write_bytes(data)
    assert run("case", "verify", case) == 4
    assert run("analyze", "--case", case, "--models", tiny) == 4
    assert "EV-003" in no_traceback(capsys)
    assert run("report", case, "--out", tmp_path / "no.pdf") == 4
    assert not (tmp_path / "no.pdf").exists()


def test_an_unreadable_exhibit_is_taken_in_and_said_so(tmp_path, capsys):
    run("case", "new", tmp_path / "case", "--number", "1", "--examiner", "E")
    (tmp_path / "empty.wav").write_bytes(b"")
    assert run("case", "add", tmp_path / "case", tmp_path / "empty.wav") == 0
    out = capsys.readouterr().out
    assert "Q1: " in out
    assert "IN-005" in out


def test_a_device_is_never_replaced(tiny, wav, capsys):
    assert run("analyze", wav(), "--models", tiny, "--json", "/dev/null") == 3
    assert "SY-002" in no_traceback(capsys)
    assert Path("/dev/null").is_char_device()


def test_consecutive_ids():
    assert consecutive("Q3", 3) == ["Q3", "Q4", "Q5"]
    assert consecutive("1.1.2", 2) == ["1.1.2", "1.1.3"]
    assert consecutive("AB", 1) == ["AB"]
    with pytest.raises(UsageError):
        consecutive("AB", 2)


def test_models_list_and_show(tiny, capsys):
    assert run("models", "list") == 0
    assert tiny in capsys.readouterr().out
    assert run("models", "show", tiny) == 0
    assert "For tests only." in capsys.readouterr().out


def test_models_show_says_what_the_calibration_gives_and_refuses_and_from_what_length_regions_are_stated(capsys):
    assert run("models", "show", "auditrace/daylight") == 0
    said = capsys.readouterr().out
    for part in ("Likelihood ratios, synthetic: ", "Likelihood ratios, neural_codec: ", "family", "Cllr_min"):
        assert part in said
    assert re.search(r"Regions, synthetic: stated from [\d.]+ s on", said)
    assert re.search(r"held out: test: inserts found .* 2 s \d+ of \d+; false regions", said)
    assert re.search(r"at the upper limit [\d.]+ % of those against", said)


def test_explain_writes_map_table_and_figure(tiny, wav, tmp_path, capsys):
    out = tmp_path / "explanation"
    path = wav(seconds=4)
    arguments = ["--question", "synthetic", "--start", "0.5", "--end", "4", "--steps", "8", "--out", out]
    assert run("explain", path, "--model", tiny, *arguments) == 0
    document = json.loads((out / "attribution.json").read_text())
    assert [w["start_s"] for w in document["windows"]] == [0.5, 2.5]
    arrays = np.load(out / "attribution.npz")
    assert arrays["values_0"].shape == (arrays["frequency_hz_0"].size, arrays["time_s_0"].size)
    assert (out / "attribution.png").read_bytes().startswith(b"\x89PNG")
    assert (out / "attribution.csv").read_text().startswith("axis,centre,unit,attribution\ntime,")
    assert all(0 <= w["completeness_error"] < 1 for w in document["windows"])
    assert run("explain", path, "--model", tiny, *arguments[:4], "--method", "saliency", "--out", out) == 0
    assert json.loads((out / "attribution.json").read_text())["windows"][0]["completeness_error"] is None
    assert run("explain", path, "--model", tiny, "--start", "9", "--out", out) == 2
    no_traceback(capsys)
