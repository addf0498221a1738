"""The overview strip and the ruler."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.examine_data import memory_recording

from app.plots.overview import Overview
from app.plots.time_ruler import TimeRuler
from app.theme import LIGHT


@pytest.fixture
def overview(qtbot) -> Overview:
    strip = Overview()
    qtbot.addWidget(strip)
    strip.resize(800, 92)
    strip.show()
    qtbot.waitExposed(strip)
    strip.set_theme(LIGHT)
    strip.set_recording(memory_recording(np.full((1, 8000 * 100), 0.25, np.float32), 8000))
    return strip


def test_it_always_shows_the_whole_recording(overview: Overview):
    overview.set_view(10, 20)
    assert overview.view_s == (0.0, 100.0)
    assert overview._handle.getRegion() == (10, 20)


def test_dragging_the_handle_asks_for_that_view(overview: Overview, qtbot):
    overview.set_view(10, 20)
    with qtbot.waitSignal(overview.view_asked) as asked:
        overview._handle.setRegion((30, 40))
    assert asked.args == [30, 40]


def test_following_the_view_asks_for_nothing(overview: Overview, qtbot):
    with qtbot.assertNotEmitted(overview.view_asked):
        overview.set_view(5, 6)


def test_a_click_brings_the_view_there(overview: Overview, qtbot):
    overview.set_view(10, 20)
    with qtbot.waitSignal(overview.view_asked) as asked:
        overview.view_box.clicked.emit(50.0, 0.0)
    assert asked.args == [45.0, 55.0]


def test_a_narrow_view_gets_a_pin(overview: Overview):
    overview.set_view(10, 60)
    assert not overview._pin.isVisible()
    overview.set_view(10, 10.01)
    assert overview._pin.isVisible()


def test_envelope_is_scaled_to_its_peak(overview: Overview):
    overview.render_now()
    _, y = overview._curve.points
    assert np.nanmax(y) == pytest.approx(1.0)


def test_marks_stand_at_their_stretches(overview: Overview):
    overview.set_marks({"synthetic": [(5.0, 9.0), (20.0, 21.0)]})
    x, _ = overview._marks["synthetic"].points
    assert x.tolist() == [5.0, 9.0, 20.0, 21.0]
    x, _ = overview._marks["neural_codec"].points
    assert x is None or len(x) == 0


def test_the_rulers_flag_stays_inside(qtbot):
    ruler = TimeRuler()
    qtbot.addWidget(ruler)
    ruler.resize(600, 50)
    ruler.show()
    qtbot.waitExposed(ruler)
    ruler.set_theme(LIGHT)
    ruler.set_view(3600.0, 3660.0)
    ruler.set_cursor(3600.0)
    ruler.render_now()
    flag = ruler._flag.mapRectToParent(ruler._flag.boundingRect())
    assert flag.left() >= -0.5
    assert ruler._flag.toPlainText().startswith("1:00:00")
    ruler.set_cursor(10.0)
    ruler.render_now()
    assert not ruler._flag.isVisible()


def test_regions_that_are_stated_look_other_than_places_to_look_and_are_said(overview: Overview):
    overview.set_marks(
        {"synthetic": [(10.0, 20.0)], "neural_codec": [(30.0, 31.0)]},
        stated={"synthetic"},
        words="synthetic: 1 region that the examination states",
    )
    stated, raised = overview._marks["synthetic"], overview._marks["neural_codec"]
    assert stated.pen.width() > raised.pen.width()
    assert "1 region that the examination states" in overview.describe()
