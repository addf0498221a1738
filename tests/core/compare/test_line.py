"""The line through shifts is known as well as it says, and what lies off it is not hidden."""

from __future__ import annotations

import numpy as np
import pytest

from core.compare.line import fit

TIMES = np.linspace(0.5, 16.5, 12)
RATE = 16_000
RESOLUTION_S = 0.05 / RATE


def test_spread_is_that_of_all_points_and_a_few_far_ones_do_not_move_the_line() -> None:
    off = np.zeros(12)
    off[[2, 5, 7, 10]] = 1e-6 * np.array([40.6, 10.7, 9.7, -5.3])
    found = fit(TIMES, 0.25 + off, RATE)
    assert (found.slope, found.at_zero) == (0.0, pytest.approx(0.25, abs=1e-9))
    assert found.spread == pytest.approx(1e-6 * np.sqrt((40.6**2 + 10.7**2 + 9.7**2 + 5.3**2) / 12), rel=1e-3)
    assert found.error_at(0.0) == pytest.approx(RESOLUTION_S)
    assert found.slope_error == pytest.approx(RESOLUTION_S / 16, rel=1e-6)


@pytest.mark.parametrize("slope", [0.0, 50e-6])
def test_intervals_hold_the_truth_in_about_95_of_100(rng, slope: float) -> None:
    draws = 600
    held = {"offset": 0, "slope": 0}
    for _ in range(draws):
        found = fit(TIMES, 0.1 + slope * TIMES + rng.normal(0, 60e-6, TIMES.size), RATE)
        here = found.at_zero + found.slope * found.middle
        held["offset"] += abs(here - 0.1 - slope * found.middle) <= found.error_at(found.middle)
        held["slope"] += abs(found.slope - slope) <= found.slope_error
    assert 0.93 <= held["offset"] / draws <= 0.995
    assert 0.93 <= held["slope"] / draws <= 1.0


def test_a_drift_too_small_to_be_seen_is_none_but_within_what_is_let_pass(rng) -> None:
    found = fit(TIMES, 2e-6 * TIMES + rng.normal(0, 60e-6, TIMES.size), RATE)
    assert found.slope == 0
    assert found.slope_error > 2e-6


def test_two_points_say_nothing_of_how_well_they_are_known() -> None:
    found = fit(TIMES[:2], np.array([1.0, 1.0]), RATE)
    assert (found.at_zero, found.error_at(0.0), found.slope_error) == (1.0, 0.0, 0.0)
