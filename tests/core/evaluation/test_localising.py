"""Figures of regions worked out by hand, and settings fixed on planted scores."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.localising import plain_setting

from core.analysis.localisation import Cells, cell_edges, regions
from core.calibration.record import CalibrationRecord, read_record
from core.evaluation.localise import main
from core.evaluation.localising import fix, fixed_record, measured_record
from core.evaluation.spans import Example, found_by_length, is_found, measure_regions, truth_of
from core.training.datasets.spliced import Piece, Spliced, SplicedSet

RATE = 1000
SETTING = plain_setting(penalty=0.0, min_length_s=0.25)


def example(ends_s: list[float], kinds: str, scores: np.ndarray | None = None, applicable: bool = True) -> Example:
    """A recording whose pieces end there; g genuine, s synthetic, c coded (not used for synthetic)."""
    synthetic = {"g": 0, "s": 1, "c": None}
    starts = [0.0, *ends_s[:-1]]
    pieces = tuple(
        Piece(
            start_frame=round(start * RATE),
            end_frame=round(end * RATE),
            clip="x",
            insert=kind != "g",
            synthetic=synthetic[kind],
            neural_codec=int(kind == "c"),
            family="",
            generator="",
        )
        for start, end, kind in zip(starts, ends_s, kinds, strict=True)
    )
    frames = round(ends_s[-1] * RATE)
    edges = cell_edges(ends_s[-1], 0.25)
    scores = np.full(edges.size - 1, -1.0) if scores is None else scores
    return Example(
        recording=Spliced(
            path="a",
            sha256="",
            frames=frames,
            source="s",
            pool="s",
            control=set(kinds) == {"g"},
            fade_frames=0,
            pieces=pieces,
        ),
        rate_hz=RATE,
        cells=Cells(edges_s=edges, scores=scores, speech=np.ones(scores.size, bool)),
        applicable=applicable,
    )


def high(seconds: float, *spans: tuple[float, float], level: float = 1.0) -> np.ndarray:
    """Scores of cells of 0.25 s: +level inside the spans, -level elsewhere."""
    starts = np.arange(round(seconds * 4)) / 4
    return level * np.where(sum((starts >= a) & (starts < b) for a, b in spans) > 0, 1.0, -1.0)


def test_cells_are_counted_as_worked_out_by_hand():
    one = example([1.0, 2.0, 4.0], "gsg")
    assert truth_of(one, "synthetic", 0.5).count([(1.5, 3.0)]).tolist() == [1, 2, 1]
    assert truth_of(one, "synthetic", 1.0).count([(1.5, 3.0)]).tolist() == [1, 1, 0]
    assert truth_of(one, "synthetic", 1.0).count([]).tolist() == [0, 0, 1]
    straddling = example([0.9, 1.6, 4.0], "gsg")
    assert truth_of(straddling, "synthetic", 0.5).wanted.tolist() == [False, True, True, True] + [False] * 4


def test_pieces_of_no_use_to_a_question_are_left_out():
    one = example([1.0, 2.0, 4.0], "gcg")
    assert truth_of(one, "synthetic", 0.5).count([(0.5, 2.5)]).tolist() == [0, 2, 0]
    assert truth_of(one, "neural_codec", 0.5).count([(0.5, 2.5)]).tolist() == [2, 2, 0]


def test_an_insert_is_found_where_half_of_it_is_covered():
    assert is_found((1.0, 2.0), [(1.25, 1.5), (1.75, 3.0)])
    assert not is_found((1.0, 2.0), [(1.51, 3.0)])
    both = example([1.0, 1.5, 3.0, 5.0, 6.0], "gsgsg")
    found = found_by_length([both, both], [[(0.9, 1.3)], [(3.0, 4.5)]], "synthetic")
    assert [(each.length_s, each.found, each.inserts) for each in found] == [(0.5, 1, 2), (2.0, 1, 2)]


def test_all_figures_of_a_set():
    examples = [
        example([1.0, 2.0, 4.0], "gsg", high(4, (1.5, 3.0))),
        example([30.0], "g", high(30, (3.0, 4.0), (20.0, 20.5))),
    ]
    found = measure_regions(examples, SETTING, "made up")
    half, whole = found.cells
    assert (half.hits, half.false_alarms, half.misses) == (1, 2 + 3, 1)
    assert (half.precision, half.recall, half.f1) == (pytest.approx(1 / 6), 0.5, pytest.approx(0.25))
    assert (whole.hits, whole.false_alarms, whole.misses) == (1, 1 + 2, 0)
    assert (found.false_regions, found.genuine_minutes, found.false_per_minute) == (2, 0.5, 4.0)
    assert (found.recordings, found.controls, found.sources) == (2, 1, 1)
    longer = measure_regions(examples, replace(SETTING, min_length_s=1.0), "made up")
    assert longer.false_per_minute == 2.0


def test_cells_have_the_equal_error_of_their_scores():
    clean = measure_regions([example([1.0, 2.0, 4.0], "gsg", high(4, (1.0, 2.0)))], SETTING, "")
    assert [cell.eer for cell in clean.cells] == [0.0, 0.0]
    scores = high(4, (1.0, 1.5), (3.0, 3.5))
    mixed = measure_regions([example([1.0, 2.0, 4.0], "gsg", scores)], SETTING, "").cells[0]
    assert mixed.eer == pytest.approx(0.375)
    only = measure_regions([example([4.0], "g")], SETTING, "").cells[0]
    assert (only.eer, only.f1, only.precision, only.recall) == (None, None, None, None)


def test_nothing_is_called_where_the_method_does_not_apply():
    refused = example([1.0, 2.0, 4.0], "gsg", high(4, (1.0, 2.0)), applicable=False)
    assert measure_regions([refused], SETTING, "").cells[0].hits == 0


def planted(rng: np.random.Generator, visible_from_s: float, count: int = 20) -> list[Example]:
    """Inserts of each length in noise; only those of at least `visible_from_s` raise the scores. Controls of 20 s."""
    made = []
    for number in range(count):
        seconds = (0.5, 1.0, 1.5, 2.0)[number % 4]
        level = 3.0 if seconds >= visible_from_s else 0.0
        scores = rng.normal(-2, 0.7, 40)
        scores[16 : 16 + round(4 * seconds)] += 2 * level
        made.append(example([4.0, 4.0 + seconds, 10.0], "gsg", scores))
    return made + [example([20.0], "g", rng.normal(-2, 0.7, 80)) for _ in range(count // 2)]


@pytest.mark.parametrize("visible_from_s", [0.5, 1.0, 2.0])
def test_the_shortest_length_is_the_shortest_that_shows(rng, visible_from_s):
    examples = planted(rng, visible_from_s)
    setting = fix(examples, SETTING)
    assert setting.min_length_s == visible_from_s
    found = measure_regions(examples, setting, "")
    assert found.false_per_minute is not None
    assert found.false_per_minute <= 1.0
    assert {e.length_s for e in found.by_length if e.found * 2 >= e.inserts} == {
        s for s in (0.5, 1.0, 1.5, 2.0) if s >= visible_from_s
    }


def test_too_few_inserts_show_nothing(rng):
    examples = planted(rng, 0.5, count=16)
    assert fix(examples, SETTING).min_length_s is None


def test_where_nothing_shows_nothing_will_be_stated(rng):
    examples = planted(rng, 9.0)
    setting = fix(examples, SETTING)
    assert setting.min_length_s is None
    assert all(regions(each.cells, setting) == () for each in examples)


def test_offsets_of_recordings_are_met_by_counting_from_the_median(rng):
    shifted = [
        replace(each, cells=replace(each.cells, scores=each.cells.scores + rng.normal(0, 30)))
        for each in planted(rng, 0.5)
    ]
    assert fix(shifted, SETTING).relative


def test_records_keep_settings_and_figures_and_the_calibration(rng, tmp_path):
    data = SplicedSet(split="dev", seed=0, rate_hz=RATE, recordings=())
    (tmp_path / SplicedSet.FILE).write_bytes(data.to_json())
    scanned = {"synthetic": planted(rng, 0.5)}
    record = fixed_record(None, {"synthetic": SETTING}, scanned, tmp_path, data)
    record = measured_record(record, scanned, tmp_path, "held out: other")
    assert [each.data for each in record.localisation["synthetic"].measured] == ["fixed on: dev", "held out: other"]
    values = json.loads(json.dumps(record.to_json()))
    assert read_record(values) == record
    assert record.questions == CalibrationRecord(questions={}).questions


def test_the_command_says_what_is_wrong(tmp_path, capsys):
    pack = Path(__file__).resolve().parents[3] / "models" / "daylight"
    assert main([str(pack), "--measure", str(tmp_path)]) == 1
    assert "DA-035" in capsys.readouterr().err
    assert main([str(pack), "--fix", str(tmp_path), "--window", "1", "--hop", "0.3"]) == 1
    assert "does not divide" in capsys.readouterr().err
    assert main([str(tmp_path), "--fix", str(tmp_path)]) == 1
    assert main([str(pack), str(pack), "--fix", str(tmp_path)]) == 1
    assert "--suite" in capsys.readouterr().err
