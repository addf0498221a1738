"""Frequency axes: positions and labels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.plots.compose import Frame
from app.plots.frequency_scale import SCALES, frequency_ticks


@given(st.sampled_from(sorted(SCALES)), st.floats(20.0, 90_000.0), st.floats(1.0005, 3.0))
def test_scales_rise_and_their_inverses_give_the_frequency_back(name: str, hertz: float, factor: float) -> None:
    scale = SCALES[name]
    assert float(scale.hertz(scale.height(hertz))) == pytest.approx(hertz, rel=1e-6)
    assert scale.height(hertz * factor) > scale.height(hertz)


@pytest.mark.parametrize(("name", "height"), [("mel", 1000.0), ("bark", 8.53), ("erb", 15.57), ("log", 3.0)])
def test_published_values_at_1_khz(name: str, height: float) -> None:
    assert float(SCALES[name].height(1000.0)) == pytest.approx(height, abs=0.06)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(SCALES)),
    st.floats(0.0, 20_000.0),
    st.sampled_from([50.0, 333.0, 2000.0, 24_000.0]),
    st.floats(60.0, 600.0),
)
def test_three_labels_at_every_zoom_and_none_on_top_of_another(name: str, low: float, span: float, px: float) -> None:
    scale = SCALES[name]
    bottom, top = float(scale.height(low)), float(scale.height(max(low, scale.lowest_hz) + span))
    ticks = frequency_ticks(scale, bottom, top, px)
    places = np.array([at for at, _ in ticks])
    assert len(ticks) >= 3
    assert np.diff(places).min() >= 12 * (top - bottom) / px
    assert len({text for _, text in ticks}) == len(ticks)


def test_rows_of_a_mel_picture_lie_where_the_axis_says() -> None:
    frame = Frame(start_s=0, end_s=1, low_hz=0, high_hz=8000, width=10, height=100, scale=SCALES["mel"])
    heights = SCALES["mel"].height(frame.row_edges_hz)
    assert np.diff(heights) == pytest.approx((heights[-1] - heights[0]) / 100)
    assert frame.row_edges_hz[[0, -1]] == pytest.approx([0.0, 8000.0])
