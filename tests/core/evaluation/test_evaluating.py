"""An evaluation from clips to files: what is fixed where, what repeats, what goes on after a kill, what is refused."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.fake_detector import CARD, LevelDetector
from helpers.stopping import StopAfter
from helpers.tiny_pack import CARD as TINY
from helpers.tiny_pack import write_tiny_pack

from core.detectors import ModelStore
from core.evaluation.conditions import BAND, band_passed, conditions
from core.evaluation.document import json_bytes, results_csv, scores_csv, to_json
from core.evaluation.evaluating import evaluate
from core.evaluation.groups import length_bin
from core.evaluation.plan import EvaluationPlan, open_data
from core.evaluation.scorers import SUITE, ModelScorer, SuiteScorer
from core.evaluation.scoring import CACHE
from core.foundation.errors import DataError, UsageError
from core.foundation.progress import Cancelled
from core.report.evaluation.page import files
from core.report.evaluation.tables import cross_tables, probe_table
from core.training.datasets.manifest import read_manifest, write_manifest

PLAN = EvaluationPlan(draws=20, controls=False)


def without_times(document: bytes) -> dict:
    return {k: v for k, v in json.loads(document).items() if k not in ("made_at", "seconds")}


def test_figures_of_test_at_the_threshold_of_dev(manifest, meter, tmp_path):
    """Levels of dev: 0.1, 0.2 against 0.3, 0.5, so the threshold lies between the powers of 0.2 and 0.3."""
    found = evaluate([meter], open_data([manifest]), PLAN, tmp_path / "out")
    fixed = found.thresholds["test/level", "synthetic"]
    assert "dev of small (4 clips)" in fixed.origin
    assert (0.2 / 4) ** 2 < fixed.value <= (0.3 / 4) ** 2 + 1e-9
    (row,) = found.select(question="synthetic")
    assert (row.measures.n_for, row.measures.n_against) == (4, 4)
    assert row.measures.separation is not None
    assert row.measures.separation.eer == pytest.approx(0.25)
    assert row.measures.missed_count == 0
    assert row.measures.false_alarm_count in (1, 2)


def test_a_question_without_two_sides_has_no_figures_but_a_reason(manifest, meter, tmp_path):
    found = evaluate([meter], open_data([manifest]), PLAN, tmp_path / "out")
    (row,) = found.select(question="neural_codec")
    assert row.measures.separation is None
    assert "not neurally coded" in row.measures.reason
    lines = list(csv.DictReader(io.StringIO(results_csv(found).decode())))
    empty = [line for line in lines if line["question"] == "neural_codec" and line["figure"] == "eer"]
    assert empty
    assert all(line["value"] == "" and line["reason"] for line in empty)


def test_groups(manifest, meter, tmp_path):
    found = evaluate([meter], open_data([manifest]), PLAN, tmp_path / "out")
    rows = {(r.dimension, r.group): r for r in found.rows if r.question == "synthetic"}
    assert rows["family", "tts"].measures.n_for == 4
    assert rows["family", "tts"].against_all == pytest.approx(0.25)
    assert rows["family", "tts"].measures.separation is None
    assert rows["source", "source 0"].measures.separation is not None
    assert rows["language", "not stated"].measures.n_for == 1
    assert rows["original rate", "16000 Hz"].measures.n_for == 4
    assert rows["length", "1-2 s"].measures.n_against == 4


def test_the_same_seed_gives_the_same_document(manifest, meter, tmp_path):
    plan = replace(PLAN, perturbations=("white noise 10 dB",), controls=True)
    documents = [json_bytes(evaluate([meter], open_data([manifest]), plan, tmp_path / str(i))) for i in range(2)]
    assert without_times(documents[0]) == without_times(documents[1])
    rows = json.loads(documents[0])["rows"]
    assert {row["condition"] for row in rows} == {"as is", BAND, "white noise 10 dB"}


def test_a_run_that_was_stopped_goes_on(manifest, tmp_path):
    stopped = ModelScorer(LevelDetector(CARD), 0.1)  # type: ignore[arg-type]
    out = tmp_path / "out"
    with pytest.raises(Cancelled):
        evaluate([stopped], open_data([manifest]), PLAN, out, StopAfter(7))
    kept = (out / CACHE).read_text().count('"key"')
    assert kept > 0
    with (out / CACHE).open("a") as file:
        file.write('{"key": "half a li')
    detector = LevelDetector(CARD)
    found = evaluate([ModelScorer(detector, 0.1)], open_data([manifest]), PLAN, out)  # type: ignore[arg-type]
    assert len(detector.batches) == 12 - kept
    fresh = evaluate([ModelScorer(LevelDetector(CARD), 0.1)], open_data([manifest]), PLAN, tmp_path / "b")  # type: ignore[arg-type]
    assert without_times(json_bytes(found)) == without_times(json_bytes(fresh))
    again = LevelDetector(CARD)
    evaluate([ModelScorer(again, 0.1)], open_data([manifest]), PLAN, out)  # type: ignore[arg-type]
    assert again.batches == []


def test_clips_that_cannot_be_used_are_named(manifest, meter, tmp_path):
    (manifest.parent / "test fake 0.wav").unlink()
    (manifest.parent / "test real 1.wav").write_bytes(b"no sound")
    found = evaluate([meter], open_data([manifest]), PLAN, tmp_path / "out")
    assert [Path(one.path).name for one in found.unusable] == ["test real 1.wav", "test fake 0.wav"]
    assert found.data[0].n == 6
    for path in manifest.parent.glob("test*"):
        path.unlink()
    with pytest.raises(DataError, match="None of the 8 clips"):
        evaluate([meter], open_data([manifest]), PLAN, tmp_path / "none")


def test_a_clip_that_is_not_the_manifest_s_is_left_out_and_named(manifest, meter, tmp_path):
    clips = read_manifest(manifest).clips
    last = max(i for i, clip in enumerate(clips) if clip.split == "test")
    write_manifest(manifest, [replace(clip, sha256="0" * 64) if i == last else clip for i, clip in enumerate(clips)])
    found = evaluate([meter], open_data([manifest]), PLAN, tmp_path / "out")
    assert [(one.code, Path(one.path).name) for one in found.unusable] == [("DA-014", clips[last].path.name)]
    assert found.data[0].n == 7


def test_no_such_split_and_no_such_perturbation(manifest, meter, tmp_path):
    with pytest.raises(DataError, match="no clips in a split called 'eval'") as error:
        evaluate([meter], open_data([manifest]), replace(PLAN, split="eval"), tmp_path / "out")
    assert "dev, test" in error.value.message
    with pytest.raises(UsageError, match="no perturbation called nosuch"):
        evaluate([meter], open_data([manifest]), replace(PLAN, perturbations=("nosuch",)), tmp_path / "out")


def test_the_threshold_is_never_fixed_on_what_is_evaluated(manifest, meter, tmp_path):
    found = evaluate([meter], open_data([manifest]), replace(PLAN, split="dev"), tmp_path / "out")
    assert found.thresholds["test/level", "synthetic"].value == 0.0
    given = evaluate([meter], open_data([manifest]), replace(PLAN, threshold=0.5), tmp_path / "given")
    assert given.thresholds["test/level", "synthetic"].value == 0.5


def test_a_model_without_a_question_and_one_that_saw_the_data(manifest, tmp_path):
    (data,) = open_data([manifest])
    card = replace(CARD, answers=CARD.answers[:1], training_manifest_sha256=f"ab+{data.sha256}")
    scorer = ModelScorer(LevelDetector(card), 0.1)  # type: ignore[arg-type]
    found = evaluate([scorer], [data], replace(PLAN, split="dev"), tmp_path / "out")
    assert any("does not answer neural_codec" in remark for remark in found.models[0].remarks)
    assert any("flatter" in remark for remark in found.models[0].remarks)
    assert {row.question for row in found.rows} == {"synthetic"}


def test_several_models_and_data_sets_are_crossed(manifest, meter, tmp_path):
    other = ModelScorer(LevelDetector(replace(CARD, id="test/other")), 0.1)  # type: ignore[arg-type]
    found = evaluate([meter, other], open_data([manifest, manifest]), PLAN, tmp_path / "out")
    assert [one.name for one in found.data] == ["small", "small (2)"]
    assert len(found.select(question="synthetic")) == 4
    (table,) = [one for one in cross_tables(found) if one.title.startswith("Synthetic")]
    assert table.head == ("Model", "small: all clips", "small (2): all clips", "small: tts", "small (2): tts")
    assert [row[0] for row in table.rows] == ["test/level", "test/other"]
    assert table.rows[0][1:] == ("25.0",) * 4


def test_the_suite_without_calibration_refuses_every_ratio_and_says_so(manifest, tmp_path):
    shipped = tmp_path / "models"
    write_tiny_pack(shipped / "tiny")
    store = ModelStore((shipped, tmp_path / "user"))
    object.__setattr__(store, "default_ids", lambda: (TINY.id,))
    found = evaluate([SuiteScorer(store)], open_data([manifest]), PLAN, tmp_path / "out")
    rows = {row.question: row for row in found.lr_rows}
    assert (rows["synthetic"].n, rows["synthetic"].refused) == (8, 8)
    assert rows["synthetic"].cllr is None
    assert rows["synthetic"].reason
    assert found.models[0].name == SUITE
    assert all(line["log10_lr"] == "" for line in csv.DictReader(io.StringIO(scores_csv(found).decode())))


def test_the_page_stands_alone_and_says_what_it_rests_on(manifest, meter, tmp_path):
    found = evaluate([meter], open_data([manifest]), replace(PLAN, controls=True), tmp_path / "out")
    made = files(found)
    page = made[Path("index.html")].decode()
    for part in (found.data[0].sha256, found.data[0].clips_sha256, "f" * 64, "no statement on a single recording"):
        assert part in page
    assert "http" not in page
    assert "<script" not in page
    assert page.count("<img ") == len(made) - 1 > 4
    json.dumps(to_json(found), allow_nan=False)


def test_shortcuts_stand_beside_the_models_or_say_why_not(manifest, meter, tmp_path):
    """Eight clips are too few for a probe: the page says so instead of leaving the row out."""
    found = evaluate([meter], open_data([manifest]), replace(PLAN, probes=True), tmp_path / "out")
    assert found.probes
    assert all(probe.eer is None and "Shortcuts cannot be looked for" in probe.verdict for probe in found.probes)
    table = probe_table(found)
    assert table is not None
    assert "test/level" in {row[0] for row in table.rows}


def test_band_pass_keeps_the_middle_and_its_place():
    rng = np.random.default_rng(5)
    for rate in (8000, 16000, 44100):
        noise = rng.standard_normal(2 * rate).astype(np.float32)
        passed = band_passed(noise, rate)
        power = np.abs(np.fft.rfft(passed)) ** 2
        hz = np.fft.rfftfreq(passed.size, 1 / rate)
        inside = power[(hz > 300) & (hz < min(6500, rate / 2))].mean()
        assert passed.shape == noise.shape
        assert power[(hz < 60) | (hz > 7200)].mean() < 1e-3 * inside
        assert np.argmax(np.correlate(passed[:4000], noise[:4000], "full")) == 3999


def test_conditions_by_kind_and_name():
    names = [one.name for one in conditions(["resample", "Low-pass 3.4 kHz"], controls=False)]
    assert names[0] == "as is"
    assert "low-pass 3.4 kHz" in names
    assert len(names) == len(set(names)) > 3


@pytest.mark.parametrize(("seconds", "name"), [(0.5, "0-1 s"), (1.0, "1-2 s"), (60.0, "60 s and more")])
def test_length_bins(seconds, name):
    assert length_bin(seconds) == name
