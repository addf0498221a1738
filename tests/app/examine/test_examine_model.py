"""The main screen's state: limits, zoom, history, reading; without a widget."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from helpers.examine_data import fake_attribution, fake_finding, memory_recording
from hypothesis import given
from hypothesis import strategies as st

from app.viewmodels.examine import ExamineModel
from app.viewmodels.reading import Span, attribution_at, pointed_out, raised_spans
from app.viewmodels.timeline import MIN_FRAMES, History, clamp_view, zoomed
from core.analysis.finding import LocalisationResult, TrackSegment

RATE = 8000


class Clock:
    """Time that passes only when told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 10.0
        return self.now


@pytest.fixture
def model(qapp) -> ExamineModel:
    model = ExamineModel(clock=Clock())
    model.set_recording(memory_recording(np.zeros((1, 10 * RATE), np.float32), RATE))
    return model


def heard(signal) -> list[tuple]:
    """Everything a signal says from now on."""
    calls: list[tuple] = []
    signal.connect(lambda *values: calls.append(values))
    return calls


def test_a_recording_is_shown_whole_and_forgets_the_last_ones_results(model: ExamineModel):
    model.set_finding(fake_finding(model.recording))
    model.set_attribution(fake_attribution())
    model.set_selection((1, 2))
    model.set_cursor(3.0)
    model.set_recording(memory_recording(np.zeros((2, 5 * RATE), np.float32), RATE))
    assert model.view_s == (0.0, 5.0)
    assert (model.finding, model.attribution, model.selection_s, model.cursor_s) == (None, None, None, 0.0)
    assert not model.can_go_back


def test_without_recording_nothing_breaks(qapp):
    model = ExamineModel()
    model.zoom(2)
    model.scroll(1)
    model.set_cursor(4)
    model.set_selection((0, 3))
    model.zoom_to_selection()
    assert (model.view_s, model.cursor_s, model.selection_s, model.reading) == ((0.0, 0.0), 0.0, None, None)


@given(st.floats(-100, 200), st.floats(-100, 200), st.floats(-50, 50), st.floats(0.5, 100))
def test_views_stay_inside_the_axis(start: float, end: float, first: float, duration: float):
    low, high = clamp_view(min(start, end), max(start, end), (first, first + duration), 0.01)
    assert first - 1e-9 <= low < high <= first + duration + 1e-9
    assert high - low >= min(0.01, duration) - 1e-9


@given(st.floats(0, 10), st.floats(0.1, 50), st.floats(0, 1))
def test_zoom_keeps_the_pointers_time_where_it_is(start: float, factor: float, share: float):
    end = start + 3.0
    about = start + share * 3.0
    low, high = zoomed((start, end), factor, about)
    assert (about - low) / (high - low) == pytest.approx(share, abs=1e-6)
    assert high - low == pytest.approx(3.0 / factor)


def test_zoom_about_the_cursor_while_it_is_in_sight_else_about_the_middle(model: ExamineModel):
    model.set_cursor(2.0)
    model.zoom(2.0)
    assert model.view_s == pytest.approx((1.0, 6.0))
    model.set_view(6.0, 8.0)
    model.zoom(2.0)
    assert model.view_s == pytest.approx((6.5, 7.5))


def test_closest_zoom_shows_a_few_frames(model: ExamineModel):
    model.zoom(1e9, 4.0)
    start, end = model.view_s
    assert (end - start) * RATE == pytest.approx(MIN_FRAMES)


def test_scrolling_stops_at_the_ends_and_keeps_the_zoom(model: ExamineModel):
    model.set_view(1.0, 3.0)
    model.scroll(100)
    assert model.view_s == pytest.approx((8.0, 10.0))
    model.scroll(-100)
    assert model.view_s == pytest.approx((0.0, 2.0))


def test_history_goes_back_and_forward_and_drops_what_lay_ahead(model: ExamineModel):
    model.set_view(1, 3)
    model.set_view(4, 5)
    model.back()
    assert model.view_s == (1, 3)
    model.back()
    assert model.view_s == (0, 10)
    assert not model.can_go_back
    model.forward()
    assert model.view_s == (1, 3)
    model.set_view(6, 7)
    assert not model.can_go_forward
    model.back()
    assert model.view_s == (1, 3)


def test_a_quick_run_of_views_is_one_step_of_the_history():
    times = iter([0.0, 10.0, 10.1, 10.2, 20.0])
    history = History(lambda: next(times))
    for view in [(0, 9), (1, 8), (2, 7), (3, 6), (0, 1)]:
        history.visit(view)
    assert history.step(-1) == (3, 6)
    assert history.step(-1) == (0, 9)
    assert history.step(-1) is None


def test_selection_is_sorted_clipped_and_never_shorter_than_a_frame(model: ExamineModel):
    model.set_selection((99.0, 9.0))
    assert model.selection_s == (9.0, 10.0)
    said = heard(model.selection_changed)
    model.set_selection((9.0, 10.0))
    assert said == []
    model.set_selection((4.0, 4.0 + 0.1 / RATE))
    assert said == [(None,)]


def test_setters_say_only_what_changed(model: ExamineModel):
    cursor, view = heard(model.cursor_changed), heard(model.view_changed)
    model.set_cursor(2.0)
    model.set_cursor(2.0)
    model.set_view(0, 10)
    model.set_view(0, 5)
    assert cursor == [(2.0,)]
    assert view == [(0.0, 5.0)]


def test_view_turns_the_page_with_the_playhead_and_history_does_not_notice(model: ExamineModel):
    model.set_view(0, 2)
    model.set_playhead(2.5)
    start, end = model.view_s
    assert start < 2.5 < end
    assert end - start == pytest.approx(2.0)
    model.back()
    assert model.view_s == (0, 10)


def test_go_to_brings_a_far_time_into_the_middle(model: ExamineModel):
    model.set_view(0, 2)
    model.go_to(1.5)
    assert model.view_s == (0, 2)
    model.go_to(7.0)
    assert (model.view_s, model.cursor_s) == ((6.0, 8.0), 7.0)


def test_reading_knows_sample_scores_and_attribution(model: ExamineModel):
    model.set_finding(fake_finding(model.recording))
    model.set_attribution(fake_attribution(start_s=2.0, end_s=6.0))
    model.set_pointer(3.25, 1000.0, level_dbfs=-30.0)
    reading = model.reading
    assert (reading.sample, reading.time_s, reading.frequency_hz, reading.level_dbfs) == (26000, 3.25, 1000.0, -30.0)
    segment = model.finding.segments[3]
    assert (reading.synthetic, reading.neural_codec) == (segment.synthetic, segment.neural_codec)
    assert reading.attribution == attribution_at(model.attribution, 3.25, 1000.0)
    model.set_pointer(7.0, 1000.0)
    assert model.reading.attribution is None


def test_reading_returns_to_the_cursor(model: ExamineModel):
    model.set_cursor(1.0)
    model.set_pointer(5.0, 300.0)
    model.clear_pointer()
    assert (model.reading.time_s, model.reading.frequency_hz) == (1.0, None)


def test_last_sample_is_never_beyond_the_recording(model: ExamineModel):
    model.set_pointer(10.0)
    assert model.reading.sample == 10 * RATE - 1


def test_attribution_is_that_of_the_nearest_cell():
    attribution = fake_attribution(start_s=0.0, end_s=4.0)
    row, column = 5, 7
    found = attribution_at(attribution, attribution.time_s[column] + 1e-3, attribution.frequency_hz[row] + 1.0)
    assert found == attribution.values[row, column]
    assert attribution_at(attribution, 1.0, 1e6) is None


def test_raised_spans_join_neighbours_and_break_at_gaps():
    scores = [-4.0, 2.0, 3.0, None, 1.0, -4.0, -4.0, -4.0, -3.0]  # median -3.5, so raised is above -2.5
    segments = [
        TrackSegment(start_s=i, end_s=i + 1, synthetic=score, neural_codec=None) for i, score in enumerate(scores)
    ]
    assert raised_spans(segments) == (
        Span(question="synthetic", start_s=1, end_s=3, peak=3.0),
        Span(question="synthetic", start_s=4, end_s=5, peak=1.0),
    )


@pytest.mark.parametrize("level", [-6.0, 0.0, 6.0])
def test_raised_is_relative_to_the_recording_itself(level: float):
    rises = [0.0, 0.0, 0.9, 1.1, 0.0]
    segments = [
        TrackSegment(start_s=i, end_s=i + 1, synthetic=level + rise, neural_codec=level) for i, rise in enumerate(rises)
    ]
    assert raised_spans(segments) == (Span(question="synthetic", start_s=3, end_s=4, peak=level + 1.1),)


def test_next_and_previous_raised_stretch(model: ExamineModel):
    model.set_finding(fake_finding(model.recording))
    first = model.raised()[0].start_s
    assert model.go_to_raised()
    assert model.cursor_s == first
    assert not model.go_to_raised(forward=False)


def test_a_box_is_a_stretch_with_a_band_of_the_recording(model: ExamineModel):
    bands = heard(model.band_changed)
    model.set_selection((1, 2))
    model.set_band((9000.0, 300.0))
    assert model.band_hz == (300.0, RATE / 2)
    model.set_selection((1, 3))
    assert model.band_hz == (300.0, RATE / 2)
    model.set_selection(None)
    assert model.band_hz is None
    assert bands == [((300.0, RATE / 2),), (None,)]


def test_stated_regions_stand_in_place_of_raised_stretches_even_where_there_are_none():
    segments = tuple(
        TrackSegment(start_s=float(s), end_s=s + 1.0, synthetic=5.0 if s == 3 else 0.0, neural_codec=0.0)
        for s in range(10)
    )
    finding = dataclasses.replace(
        fake_finding(memory_recording(np.zeros((1, 10 * RATE), np.float32), RATE)), segments=segments, localisation={}
    )
    found = pointed_out(finding)["synthetic"]
    assert (found.spans, found.is_stated) == (((3.0, 4.0),), False)
    none = LocalisationResult(question="synthetic", regions=(), setting=None)
    found = pointed_out(dataclasses.replace(finding, localisation={"synthetic": none}))["synthetic"]
    assert (found.spans, found.is_stated) == ((), True)
    refused = dataclasses.replace(none, reason="AP-000 none were fixed")
    assert not pointed_out(dataclasses.replace(finding, localisation={"synthetic": refused}))["synthetic"].is_stated
