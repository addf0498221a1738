"""Places on an axis as times, samples and times of day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.foundation.time_scale import TimeForm, TimeScale

SAMPLES = TimeScale(form="samples", per_s=44_100)
CLOCK = TimeScale(form="clock", start=23 * 3600 + 59 * 60 + 58.5)


@pytest.mark.parametrize(
    ("scale", "seconds", "place", "length"),
    [
        (TimeScale(), 3723.4, "1:02:03.400", "1:02:03.400"),
        (TimeScale(form="seconds"), 3723.4, "3723.400 s", "3723.400 s"),
        (SAMPLES, 2.0, "88\u202f200 samples", "88\u202f200 samples"),
        (CLOCK, 1.0, "23:59:59.500", "1.000 s"),
        (CLOCK, 2.0, "00:00:00.500", "2.000 s"),
    ],
)
def test_a_place_counts_from_the_start_and_a_length_does_not(
    scale: TimeScale, seconds: float, place: str, length: str
) -> None:
    assert (scale.place(seconds, 3), scale.length(seconds, 3)) == (place, length)


def test_a_claimed_clock_tells_the_days_of_a_stretch_apart() -> None:
    dated = replace(CLOCK, first_day=date(2024, 2, 29))
    said = [dated.days(0.0, 1.0), dated.days(0.0, 2.0), dated.days(2.0, 3.0), CLOCK.days(0.0, 2.0)]
    assert said == ["2024-02-29", "2024-02-29 to 2024-03-01", "2024-03-01", ""]
    assert replace(CLOCK, first_day=date.max).days(0.0, 2.0) == ""


@given(frame=st.integers(0, 10**10))
def test_every_sample_has_its_own_number(frame: int) -> None:
    text = SAMPLES.text(frame / 44_100, "samples", 0)
    assert int(text.replace("\u202f", "")) == frame


@pytest.mark.parametrize(
    ("form", "units"),
    [
        ("time", ["s", "min:s", "h:min:s"]),
        ("seconds", ["s"] * 3),
        ("samples", ["samples"] * 3),
        ("clock", ["time of day"] * 3),
    ],
)
def test_one_form_serves_all_places_in_view(form: TimeForm, units: list[str]) -> None:
    assert [TimeScale(form=form).unit(end_s) for end_s in (59.9, 60.0, 3600.0)] == units
