"""The score track: steps, gaps, range, and what it says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from helpers.examine_data import fake_finding, memory_recording
from helpers.localising import plain_setting
from PySide6.QtCore import Qt

from app.plots.score_track import EMPTY, NO_BAND, ScoreLane, clipped, score_range, steps, thinned
from app.theme import DARK
from core.analysis.finding import Finding, LocalisationResult, Region, TrackSegment


@pytest.fixture
def finding() -> Finding:
    return fake_finding(memory_recording(np.zeros((1, 12 * 8000), np.float32), 8000))


def segments(*values: float | None) -> list[TrackSegment]:
    return [TrackSegment(start_s=i, end_s=i + 1, synthetic=v, neural_codec=None) for i, v in enumerate(values)]


def test_a_segments_value_lasts_from_its_start_to_its_end():
    x, y = steps(segments(1.0, None, -2.0), "synthetic")
    assert x.tolist() == [0, 1, 1, 2, 2, 3]
    np.testing.assert_array_equal(y, [1, 1, np.nan, np.nan, -2, -2])


def test_steps_are_cut_at_the_ends_of_the_view():
    x, y = clipped(*steps(segments(1.0, 2.0, 3.0), "synthetic"), 1.5, 2.25)
    assert (x.tolist(), y.tolist()) == ([1.5, 2.0, 2.0, 2.25], [2, 2, 3, 3])


def test_thinning_keeps_the_extremes():
    values = np.random.default_rng(3).standard_normal(5000)
    values[1234] = 40.0
    x, y = thinned(*steps(segments(*values), "synthetic"), 300)
    assert len(x) <= 4 * 300
    assert (y.max(), y.min()) == (40.0, values.min())
    few = steps(segments(1.0, 2.0), "synthetic")
    assert thinned(*few, 300)[0] is few[0]


def test_axis_is_symmetric_with_room_for_every_score(finding: Finding):
    limit = score_range(finding)
    scores = [w.score for d in finding.detectors for w in d.windows]
    scores += [s.synthetic for s in finding.segments if s.synthetic is not None]
    assert limit > max(map(abs, scores))
    assert limit >= 4.0


def test_lane_says_that_there_is_nothing_yet_and_then_what_there_is(qtbot, finding: Finding):
    lane = ScoreLane()
    qtbot.addWidget(lane)
    lane.set_theme(DARK)
    lane.set_view(0, 12)
    lane.render_now()
    assert lane._empty.isVisibleTo(None) or lane._empty.isVisible()
    assert lane._empty.zValue() > lane._markers.cursor.zValue()
    assert lane._empty.fill.color() == lane.backgroundBrush().color()
    assert EMPTY.splitlines()[0] in lane.describe()
    lane.set_finding(finding)
    lane.render_now()
    assert not lane._empty.isVisible()
    low, high = lane.view_box.viewRange()[1]
    assert low == pytest.approx(-high)
    assert "uncalibrated" in lane.summary
    assert "synthetic from" in lane.describe()
    assert NO_BAND in lane.describe()
    assert "uncalibrated" in lane.summary
    assert "calibrated: Likelihood ratio track" in lane.summary


def test_stated_regions_are_hatched_and_named(qtbot, finding: Finding):
    region = Region(question="synthetic", start_s=2.0, end_s=5.5, score=3.0, resolution_s=0.5)
    setting = plain_setting(relative=True)
    located = {"synthetic": LocalisationResult(question="synthetic", regions=(region,), setting=setting)}
    lane = ScoreLane()
    qtbot.addWidget(lane)
    lane.set_theme(DARK)
    lane.set_finding(dataclasses.replace(finding, localisation=located))
    assert [item.getRegion() for item in lane._regions] == [(2.0, 5.5)]
    assert lane._regions[0].brush.style() == Qt.BrushStyle.BDiagPattern
    assert (
        "Regions: synthetic 2.00 to 5.50 s, ends ±0.5 s. They come of scores in windows of 1 s each" in lane.describe()
    )
    assert "region: 1 s windows" in lane.legend.text()
    lane.set_finding(finding)
    assert lane._regions == []
    assert "Regions" not in lane.describe()


def test_questions_differ_by_line_style_too(qtbot):
    lane = ScoreLane()
    qtbot.addWidget(lane)
    lane.set_theme(DARK)
    styles = {line.pen.style() for line in lane._lines.values()}
    assert len(styles) == 2
