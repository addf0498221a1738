"""Labels of vertical axes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plots.amplitude_axis import amplitude_ticks, decibel_ticks
from app.plots.value_axis import grouped, number, round_ticks


@given(low=st.floats(-200, 200), span=st.floats(0.01, 20000), size=st.floats(30, 900))
def test_two_labels_or_more_and_all_inside(low: float, span: float, size: float):
    ((step, ticks),) = round_ticks(low, low + span, size)
    assert len(ticks) >= 2
    assert all(low - 1e-6 * span <= tick <= low + span * (1 + 1e-6) for tick in ticks)
    assert step > 0


def test_labels_stand_apart_where_there_is_room():
    ((step, ticks),) = round_ticks(0, 8000, 400, apart_px=36)
    assert step * 400 / 8000 >= 36
    assert ticks == [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000]


@pytest.mark.parametrize(("value", "decimals", "text"), [(-12.5, 1, "−12.5"), (-0.0001, 1, "0.0"), (3, 0, "3")])
def test_number(value: float, decimals: int, text: str):
    assert number(value, decimals) == text


def test_thousands_are_set_apart():
    assert grouped(22050) == "22,050"


def test_amplitude_labels_follow_the_magnification():
    assert amplitude_ticks(12, 1.0)[0] == (-1.0, "−1.0")
    assert amplitude_ticks(12, 10.0)[-1] == (1.0, "0.10")
    assert amplitude_ticks(2, 1.0) == [(0.0, "0")]


def test_decibel_labels_stand_where_their_level_is():
    ticks = dict(decibel_ticks(12, 1.0))
    assert ticks[10 ** (-6 / 20)] == "−6"
    assert ticks[0.0] == "−∞"
    assert dict(decibel_ticks(12, 10.0))[1.0] == "−20"
