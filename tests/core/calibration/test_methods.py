"""Curves against lir, against values worked out by hand, and against known ratios."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from helpers.calibrations import gaussians
from lir.algorithms.kde import KDECalibrator
from lir.algorithms.logistic_regression import LogitCalibrator

from core.calibration.curve import CALIBRATORS, Curve, balanced


def test_a_straight_line_is_worked_out_by_hand():
    curve = Curve(weights=(0.5, 0.25), offset=-1.0)
    assert curve.log10_lr(np.array([[4.0, 2.0], [0.0, 0.0]])) == pytest.approx([1.5, -1.0])


def test_knots_are_joined_by_straight_lines_and_level_beyond():
    curve = Curve(weights=(1.0,), offset=0.0, knots=((-1.0, -2.0), (1.0, 0.5)))
    assert curve.log10_lr(np.array([[-5.0], [0.0], [5.0]])) == pytest.approx([-2.0, -0.75, 0.5])


def test_balanced_weights_say_that_both_classes_are_as_frequent():
    truth = np.array([True, False, False, False])
    weights = balanced(truth, np.array([1.0, 1.0, 0.5, 0.5]))
    assert weights[truth].sum() == pytest.approx(weights[~truth].sum())
    assert weights.sum() == pytest.approx(3.0)


def test_logistic_is_lirs_for_one_score_with_equal_weights():
    sample = gaussians(2.0)
    x = (sample.scores[:, 0] - sample.scores.mean()) / sample.scores.std()
    expected = LogitCalibrator(C=10.0, tol=1e-9).fit(x, sample.truth.astype(int)).transform(x)
    found = CALIBRATORS["logistic"](sample.scores, sample.truth, np.ones(400)).log10_lr(sample.scores)
    assert found == pytest.approx(expected, abs=2e-4)


def test_logistic_finds_the_known_ratio_of_two_gaussians():
    sample = gaussians(2.0, clips=20000)
    curve = CALIBRATORS["logistic"](sample.scores, sample.truth, np.ones(20000))
    assert curve.weights[0] == pytest.approx(2.0 / np.log(10), rel=0.03)
    assert curve.offset == pytest.approx(0.0, abs=0.03)


def test_fusion_weighs_by_what_each_score_adds_and_never_negatively():
    sample = gaussians(2.0, clips=4000)
    rng = np.random.default_rng(3)
    second = np.where(sample.truth, 0.5, -0.5) + rng.standard_normal(4000)
    noise_of_first = sample.scores[:, 0] - np.where(sample.truth, 1, -1) + 0.5 * rng.standard_normal(4000)
    scores = np.column_stack([sample.scores[:, 0], second, noise_of_first])
    curve = CALIBRATORS["logistic"](scores, sample.truth, np.ones(4000))
    assert curve.weights[:2] == pytest.approx([2 / np.log(10), 1 / np.log(10)], rel=0.12)
    assert curve.weights[2] == 0.0


def test_separated_classes_give_finite_ratios():
    scores, truth = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([False, False, True, True])
    for name in CALIBRATORS.names():
        assert np.isfinite(CALIBRATORS[name](scores, truth, np.ones(4)).log10_lr(scores)).all(), name


@pytest.mark.parametrize("name", ["logistic", "pav"])
def test_higher_scores_never_get_lower_ratios(name):
    sample = gaussians(1.5)
    curve = CALIBRATORS[name](sample.scores, sample.truth, sample.weights())
    assert (np.diff(curve.log10_lr(np.linspace(-6, 6, 500)[:, None])) >= -1e-12).all()


def test_kde_is_lirs_with_equal_weights():
    sample = gaussians(2.0)
    curve = CALIBRATORS["kde"](sample.scores, sample.truth, np.ones(400))
    joined = dataclasses.replace(curve, knots=()).log10_lr(sample.scores)
    at = np.array([x for x, _ in curve.knots])
    expected = KDECalibrator("silverman").fit(joined, sample.truth.astype(int)).transform(at)
    assert [y for _, y in curve.knots] == pytest.approx(expected, abs=0.02)


def test_pav_pools_to_the_shares_counted_by_hand():
    scores = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]])
    truth = np.array([False, False, True, False, True, True])
    curve = CALIBRATORS["pav"](scores, truth, np.ones(6))
    # below 2.5 and above 4.5 two clips and one misleading one beyond the end: 1 to 2; between them 1 to 1
    assert curve.log10_lr(scores) == pytest.approx(np.log10([0.5, 0.5, 1, 1, 2, 2]))
