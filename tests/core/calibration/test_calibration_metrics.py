"""Measures: values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.calibration import metrics


def test_cllr_of_saying_nothing_is_one():
    assert metrics.cllr([0.0] * 10, [0, 1] * 5) == pytest.approx(1.0)


def test_cllr_by_hand():
    # LR 3 with H1 true: log2(1 + 1/3); LR 1/7 with H2 true: log2(1 + 1/7)
    expected = (np.log2(4 / 3) + np.log2(8 / 7)) / 2
    assert metrics.cllr([np.log10(3), -np.log10(7)], [1, 0]) == pytest.approx(expected)


def test_cllr_min_is_blind_to_scale_and_offset():
    rng = np.random.default_rng(5)
    truth = np.arange(200) % 2
    ratios = rng.normal(truth, 1.0)
    assert metrics.cllr_min(ratios, truth) == pytest.approx(metrics.cllr_min(7 * ratios - 3, truth))
    assert metrics.cllr_min(ratios, truth) < metrics.cllr(7 * ratios - 3, truth)


def test_tippett_shares_by_hand():
    at, h1, h2 = metrics.tippett([-1, 0, 0, 2], [0, 0, 1, 1])
    assert at.tolist() == [-1, 0, 2]
    assert h1.tolist() == [1, 1, 0.5]
    assert h2.tolist() == [1, 0.5, 0]


def test_cross_entropy_at_even_odds_is_cllr():
    ratios, truth = [-1.0, 0.3, -0.2, 1.4], [0, 0, 1, 1]
    assert metrics.ece(ratios, truth, [0.0])[0] == pytest.approx(metrics.cllr(ratios, truth))


def test_bounds_of_few_clips_are_tight_and_arguments_stay_as_they_are():
    ratios = np.repeat([-20.0, 20.0], 20)
    before = ratios.copy()
    low, high = metrics.elub(ratios, np.repeat([0, 1], 20))
    assert -np.log10(22) <= low < 0 < high <= np.log10(22)
    assert (ratios == before).all()


def test_deviation_of_separated_classes_is_not_a_number_and_said_so():
    assert metrics.devpav([-1.0, -2.0, 1.0, 2.0], [0, 0, 1, 1]) is None
