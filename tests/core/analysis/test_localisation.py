"""Regions from tracks with known boundaries, and what is said of a recording."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile as sf
from helpers.fake_detector import FakeStore
from helpers.localising import plain_setting

from core.analysis import AnalysisPlan, examine, finding_from_run, run_json, to_json
from core.analysis.localisation import Cells, cell_edges, regions, result, smoothed, stretches
from core.audio import open_recording
from core.calibration.localisation import Found, Localisation, Located
from core.calibration.record import CalibrationRecord, read_record

SETTING = plain_setting(models=("test/level",), penalty=3.0, min_length_s=0.5)


def track(rng: np.random.Generator, *inside: tuple[float, float], seconds: float = 30.0, level: float = 2.0) -> Cells:
    """Noise of deviation 1 around -level, around +level inside the stretches; all of it speech."""
    edges = cell_edges(seconds, 0.25)
    scores = rng.normal(-level, 1.0, edges.size - 1)
    for start, end in inside:
        scores[round(start * 4) : round(end * 4)] += 2 * level
    return Cells(edges_s=edges, scores=scores, speech=np.ones(scores.size, bool))


def test_change_points_are_found_to_a_cell():
    for seed in range(20):
        found = regions(track(np.random.default_rng(seed), (4.0, 5.5), (20.0, 24.25)), SETTING)
        assert [r.start_s for r in found] == pytest.approx([4.0, 20.0], abs=0.25)
        assert [r.end_s for r in found] == pytest.approx([5.5, 24.25], abs=0.25)
        assert [r.score for r in found] == pytest.approx([2.0, 2.0], abs=1.5)
        assert {r.resolution_s for r in found} == {0.25}


def test_genuine_tracks_give_nothing():
    for seed in range(50):
        assert regions(track(np.random.default_rng(seed), level=1.5), SETTING) == ()


def test_smoothing_is_the_best_of_all_segmentations(rng):
    every = (np.arange(2**9)[:, None] >> np.arange(9)) & 1 == 1
    begun = (every & ~np.pad(every, ((0, 0), (1, 0)))[:, :-1]).sum(axis=1)
    for penalty in (0.0, 0.5, 2.0):
        for _ in range(10):
            evidence = rng.normal(0, 1, 9)
            states = smoothed(evidence, penalty)
            starts = (states & ~np.concatenate([[False], states[:-1]])).sum()
            best = (every @ evidence - penalty * begun).max()
            assert evidence[states].sum() - penalty * starts == pytest.approx(best)


def test_one_high_cell_is_no_region_and_one_low_cell_does_not_cut_one():
    scores = np.full(40, -2.0)
    scores[5] = 2.9
    scores[20:30] = 2.0
    scores[25] = -2.0
    cells = Cells(edges_s=cell_edges(10.0, 0.25), scores=scores, speech=np.ones(40, bool))
    assert stretches(cells, SETTING) == [(20, 30)]


def test_nothing_shorter_than_the_stated_length_is_stated(rng):
    cells = track(rng, (5.0, 6.0), (10.0, 12.0))
    assert len(regions(cells, SETTING)) == 2
    (only,) = regions(cells, replace(SETTING, min_length_s=1.5))
    assert only.start_s == pytest.approx(10.0, abs=0.25)
    assert regions(cells, replace(SETTING, min_length_s=None)) == ()


def test_silence_is_no_evidence_and_ends_no_region():
    scores = np.full(40, 5.0)
    speech = np.zeros(40, bool)
    assert regions(Cells(edges_s=cell_edges(10.0, 0.25), scores=scores, speech=speech), SETTING) == ()
    speech[10:14] = speech[16:20] = True
    (found,) = regions(Cells(edges_s=cell_edges(10.0, 0.25), scores=scores, speech=speech), SETTING)
    assert (found.start_s, found.end_s, found.score) == (2.5, 5.0, 5.0)


def test_relative_scores_count_from_the_recordings_median(rng):
    cells = track(rng, (5.0, 8.0))
    shifted = Cells(edges_s=cells.edges_s, scores=cells.scores + 100, speech=cells.speech)
    relative = replace(SETTING, relative=True, threshold=2.0)
    assert [(r.start_s, r.end_s) for r in regions(shifted, relative)] == [
        (r.start_s, r.end_s) for r in regions(cells, relative)
    ]
    stated = result("synthetic", shifted, relative, "")
    (region,) = stated.regions
    first, end = round(4 * region.start_s), round(4 * region.end_s)
    assert stated.median is not None
    assert region.score + stated.median == pytest.approx(shifted.scores[first:end].mean())
    assert stated.scale.endswith(f"above the median of the recording's speech, which is {stated.median:+.2f}")
    assert result("synthetic", cells, SETTING, "").scale == "in windows of 1 s each 0.25 s"
    assert len(regions(shifted, SETTING)) == 1
    assert regions(shifted, SETTING)[0].end_s - regions(shifted, SETTING)[0].start_s == 30.0


def test_the_last_cell_ends_with_the_recording():
    assert cell_edges(1.1, 0.5).tolist() == [0.0, 0.5, 1.0, 1.1]
    assert cell_edges(1.0, 0.25).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert cell_edges(0.1, 0.25).tolist() == [0.0, 0.1]


@pytest.fixture
def loud_part(tmp_path, speechlike):
    """12 s of speech-like sound; from 5 s to 8 s four times as loud."""
    samples = 0.2 * speechlike(12.0)
    samples[5 * 16000 : 8 * 16000] *= 4
    path = tmp_path / "loud.wav"
    sf.write(path, samples, 16000, subtype="FLOAT")
    return open_recording(path)


def store(setting: Localisation | None) -> FakeStore:
    made = FakeStore()
    localisation = {} if setting is None else {setting.question: setting}
    made.record = CalibrationRecord(questions={}, localisation=localisation).to_json()
    return made


LOUD = replace(SETTING, threshold=0.005, penalty=0.005, window_s=0.5)


def test_an_examination_says_where_with_the_settings_of_the_models(loud_part):
    finding = examine(loud_part, AnalysisPlan(), store(LOUD))
    located = finding.localisation["synthetic"]
    assert (located.reason, located.setting) == ("", LOUD)
    (region,) = located.regions
    assert (region.start_s, region.end_s) == (pytest.approx(5.0, abs=0.5), pytest.approx(8.0, abs=0.5))
    assert finding.localisation["neural_codec"].reason.startswith("AP-071")


def test_regions_come_back_from_a_case_and_the_outer_document_keeps_its_fields(loud_part):
    finding = examine(loud_part, AnalysisPlan(), store(LOUD))
    record = json.loads(json.dumps(run_json(finding)))
    assert finding_from_run(record).localisation == finding.localisation
    plain = examine(loud_part, AnalysisPlan(), FakeStore())
    assert to_json([finding])["recordings"][0].keys() == to_json([plain])["recordings"][0].keys()
    del record["localisation"]
    assert finding_from_run(record).localisation == {}


@pytest.mark.parametrize(("setting", "code"), [(None, "AP-071"), (replace(LOUD, min_length_s=None), "AP-072")])
def test_what_was_not_fixed_or_not_found_on_dev_is_not_stated(loud_part, setting, code):
    made = store(setting)
    located = examine(loud_part, AnalysisPlan(), made).localisation["synthetic"]
    assert located.regions == ()
    assert located.reason.startswith(code)


def located(*found: tuple[float, int, int], false_regions: int = 0) -> Located:
    """Figures of recordings with 10 minutes of controls; inserts as (length, found, all)."""
    return Located(
        data="held out: test", spliced_sha256="", recordings=1, controls=1, sources=1, cells=(), genuine_minutes=10.0,
        by_length=tuple(Found(length_s=length, found=hits, inserts=n) for length, hits, n in found),
        false_regions=false_regions, false_per_minute=false_regions / 10,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "shortest_s"),
    [
        (((0.5, 5, 10), (1.0, 9, 10)), 0.5),
        (((0.5, 4, 10), (1.0, 5, 10), (1.5, 9, 10)), 1.0),
        (((0.5, 9, 10), (1.0, 4, 10), (1.5, 9, 10)), 1.5),
        (((0.5, 9, 10), (1.0, 9, 10), (1.5, 4, 10)), None),
    ],
)
def test_a_length_that_other_recordings_do_not_bear_out_is_not_stated(found, shortest_s):
    assert replace(LOUD, measured=(located((0.5, 9, 10), (1.0, 9, 10)), located(*found))).shortest_s == shortest_s


def test_more_false_regions_than_allowed_on_other_recordings_and_none_is_stated(loud_part):
    """LOUD allows one a minute."""
    for count, code in ((10, ""), (11, "AP-074: No regions, because 1.1 false ones")):
        setting = replace(LOUD, max_false_per_minute=1.0, measured=(located(false_regions=count),))
        found = examine(loud_part, AnalysisPlan(), store(setting)).localisation["synthetic"]
        assert found.reason[: len(code)] == code
        assert bool(found.regions) != bool(found.reason)


def test_where_the_method_does_not_apply_no_short_window_is_run(tmp_path):
    path = tmp_path / "silence.wav"
    sf.write(path, np.zeros(5 * 16000, np.float32), 16000)
    made = store(LOUD)
    located = examine(open_recording(path), AnalysisPlan(), made).localisation["synthetic"]
    assert located.reason.startswith("AP-073")
    assert {frames for _, frames in made.detector.batches} == {16000}


def test_records_without_settings_are_still_read():
    values = CalibrationRecord(questions={}).to_json()
    del values["localisation"]
    assert read_record(values).localisation == {}
