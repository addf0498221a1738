"""The time ruler: enough labels at any zoom, none on another, read the same forwards and backwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QFontMetricsF

from app.plots.time_axis import MIN_LABELS, time_ticks
from core.foundation.time_scale import TimeScale


@pytest.fixture(scope="module")
def metrics(qapp) -> QFontMetricsF:
    return QFontMetricsF(QFont("DejaVu Sans", 10))


@given(start=st.floats(0, 36000), power=st.floats(-4, 4.5), width=st.integers(300, 3800))
def test_at_least_three_labels_at_any_zoom(metrics: QFontMetricsF, start: float, power: float, width: int):
    end = start + 10**power
    ticks = time_ticks(start, end, width, metrics)
    assert ticks.count(start, end) >= MIN_LABELS
    values = ticks.values(start, end)
    assert len(values) == ticks.count(start, end)
    assert all(start - 1e-6 <= value <= end + 1e-6 for value in values)


@given(start=st.floats(0, 36000), power=st.floats(-4, 4.5))
def test_labels_differ_and_stand_clear_of_each_other(metrics: QFontMetricsF, start: float, power: float):
    end, width = start + 10**power, 1300
    ticks = time_ticks(start, end, width, metrics)
    texts = [ticks.text(value) for value in ticks.values(start, end)]
    assert len(set(texts)) == len(texts)
    apart = ticks.step_s / (end - start) * width
    assert apart >= max(metrics.horizontalAdvance(text) for text in texts)


@pytest.mark.parametrize(
    ("seconds", "unit", "decimals", "text"),
    [
        (12.34, "s", 2, "12.34"),
        (0.1, "s", 1, "0.1"),
        (187.5, "min:s", 1, "3:07.5"),
        (59.9996, "min:s", 3, "1:00.000"),
        (3787.0, "h:min:s", 0, "1:03:07"),
        (7.0, "h:min:s", 0, "0:00:07"),
    ],
)
def test_clock_text(seconds: float, unit: str, decimals: int, text: str):
    assert TimeScale().text(seconds, unit, decimals) == text


def test_unit_follows_the_end_of_the_view():
    assert [TimeScale().unit(end) for end in (59.9, 60.0, 3599.0, 3600.0)] == ["s", "min:s", "min:s", "h:min:s"]


def test_small_ticks_divide_the_labelled_ones(metrics: QFontMetricsF):
    ticks = time_ticks(0.0, 90.0, 1300, metrics)
    assert (ticks.step_s / ticks.minor_s) == pytest.approx(round(ticks.step_s / ticks.minor_s))
    assert not set(ticks.minor_values(0, 90)) & set(ticks.values(0, 90))


@given(start=st.floats(0, 3600), power=st.floats(-3, 3.5))
def test_samples_are_whole_and_times_of_day_round(metrics: QFontMetricsF, start: float, power: float):
    end, rate, midnight = start + 10**power, 44_100, 12_345.678
    ticks = time_ticks(start, end, 1300, metrics, TimeScale(form="samples", per_s=rate))
    counted = [value * rate for value in ticks.values(start, end)]
    assert len(counted) >= MIN_LABELS
    assert all(abs(value / ticks.step - round(value / ticks.step)) < 1e-4 for value in counted)
    assert ticks.step >= 1
    assert ticks.step % 1 == ticks.minor % 1 == 0
    clock = time_ticks(start, end, 1300, metrics, TimeScale(form="clock", start=midnight))
    assert all(
        clock.scale.value(value) == pytest.approx(round(clock.scale.value(value) / clock.step) * clock.step, abs=1e-9)
        for value in clock.values(start, end)
    )
    assert len({clock.text(value) for value in clock.values(start, end)}) == len(clock.values(start, end))
