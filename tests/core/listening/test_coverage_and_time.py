"""The clock of an output, and the union of what was heard."""

from __future__ import annotations

import pytest

from core.listening import Coverage, Timeline


def test_time_runs_evenly_jumps_with_loops_and_stands_still_in_silence() -> None:
    time = Timeline()
    assert time.at(0) is None
    time.add(1000, 5.0, 0.001)
    time.add(1000, 6.0, 0.001)
    time.pause(500)
    time.add(1000, 7.0, 0.0005)
    time.add(1000, 5.0, 0.001)
    heard = [(0, 5.0), (1500, 6.5), (2000, 7.0), (2250, 7.0), (2500, 7.0), (3000, 7.25), (3500, 5.0), (4000, 5.5)]
    assert [(frame, time.at(frame)) for frame, _ in heard] == [(f, pytest.approx(s)) for f, s in heard]
    assert time.at(9999) == pytest.approx(6.0), "nothing is heard that was not handed out"


def test_spans_are_what_was_heard_between_two_frames() -> None:
    time = Timeline()
    time.add(1000, 5.0, 0.001)
    time.pause(500)
    time.add(1000, 2.0, 0.001)
    assert [span for _, span in time.spans(500, 1700)] == [
        (pytest.approx(5.5), pytest.approx(6.0)),
        (2.0, pytest.approx(2.2)),
    ]
    time.forget(1600)
    assert time.at(1700) == pytest.approx(2.2)


def test_coverage_is_a_union() -> None:
    coverage = Coverage().with_spans([(3.0, 4.0), (1.0, 2.0)]).with_spans([(1.5, 2.5), (4.0, 5.0), (7.0, 7.0)])
    assert coverage.spans == ((1.0, 2.5), (3.0, 5.0))
    assert coverage.heard_s == 3.5
    assert coverage.percent(10.0) == pytest.approx(35.0)
    assert Coverage().percent(0.0) == 0.0


def test_what_another_does_not_have() -> None:
    heard = Coverage(((0.0, 10.0), (20.0, 30.0)))
    other = Coverage(((2.0, 3.0), (8.0, 22.0), (29.0, 40.0)))
    fresh = heard.without(other)
    assert fresh.spans == ((0.0, 2.0), (3.0, 8.0), (22.0, 29.0))
    assert other.with_spans(fresh.spans).with_spans(heard.spans) == other.with_spans(heard.spans)
    assert heard.without(heard).spans == ()
