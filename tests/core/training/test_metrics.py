"""Equal error rate, area under the curve, bootstrap: worked by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve

from core.training.metrics import (
    alarms_at_hits,
    asvspoof_equal_error,
    auc,
    bootstrap_eer,
    equal_error,
    error_rates,
    hull_equal_error,
)


def test_one_of_four_on_each_side_is_a_quarter():
    rate, threshold = equal_error([1, 2, 3, 5, 4, 6, 7, 8], [0, 0, 0, 0, 1, 1, 1, 1])
    assert rate == pytest.approx(0.25)
    assert 4 < threshold <= 5


def test_interpolates_between_operating_points():
    """Two for, three against. Just above 1: misses 0, alarms 1/3; above 2: 1/2, 1/3. The line from (0, 1/3) to
    (1/2, 1/3) meets misses = alarms at 1/3."""
    rate, _ = equal_error([2, 4, 0, 1, 3], [1, 1, 0, 0, 0])
    assert rate == pytest.approx(1 / 3)


def test_separated_reversed_and_equal_scores():
    assert equal_error([0, 1, 2, 3], [0, 0, 1, 1])[0] == pytest.approx(0.0)
    assert equal_error([3, 2, 1, 0], [0, 0, 1, 1])[0] == pytest.approx(1.0)
    assert equal_error([1, 1, 1, 1], [0, 0, 1, 1])[0] == pytest.approx(0.5)


def test_one_class_has_no_rate():
    assert np.isnan(equal_error([1.0, 2.0], [1, 1])[0])
    assert np.isnan(auc([1.0, 2.0], [0, 0]))


@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=60))
def test_rate_is_symmetric_and_no_worse_than_the_best_threshold(pairs):
    scores, truth = np.array([p[0] for p in pairs], float), np.array([p[1] for p in pairs])
    if truth.all() or not truth.any():
        return
    rate, _ = equal_error(scores, truth)
    worst = [max(np.mean(scores[truth] < t), np.mean(scores[~truth] >= t)) for t in np.arange(-5.5, 6)]
    assert 0 <= rate <= min(worst) + 1e-9
    assert rate == pytest.approx(equal_error(-scores, ~truth)[0])
    assert auc(scores, truth) == pytest.approx(roc_auc_score(truth, scores))


def test_bootstrap_by_source_is_wider_than_by_clip(rng):
    """Clips of a source go together: 10 sources, each wholly right or wholly wrong."""
    sources = np.repeat(np.arange(10), 40)
    truth = np.tile([0, 1], 200)
    scores = np.where(sources < 7, truth, 1 - truth) + 0.1 * rng.standard_normal(400)
    low, high = bootstrap_eer(scores, truth, [str(s) for s in sources], np.random.default_rng(1), draws=200)
    thin = bootstrap_eer(scores, truth, [str(i) for i in range(400)], np.random.default_rng(1), draws=200)
    assert low < 0.3 < high
    assert high - low > 3 * (thin[1] - thin[0])


def test_errors_at_a_threshold():
    """The threshold itself is not called: 2 of 3 missed at 1, 1 of 3 false alarms."""
    assert error_rates([0, 1, 2, -1, 1, 3], [1, 1, 1, 0, 0, 0], 1.0) == pytest.approx((2 / 3, 1 / 3))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "published"), [("codecfake_codec_mellcnn_C1", 2.1470), ("codecfake_vocoder_mellcnn_C5", 53.0088)]
)
def test_published_equal_error_rates(shared: Path, file: str, published: float):
    """P(real) of Codecfake's score files, turned round: higher = fake. A detector that is upside down stays so."""
    with gzip.open(shared / f"parity/scores/{file}.txt.gz", "rt") as lines:
        rows = [line.split() for line in lines]
    scores, truth = [-float(score) for _, score, _ in rows], [label == "fake" for _, _, label in rows]
    assert 100 * asvspoof_equal_error(scores, truth) == pytest.approx(published, abs=5e-5)
    assert 100 * equal_error(scores, truth)[0] == pytest.approx(published, abs=0.01)


def test_closest_point_by_hand():
    """Four for (1, 2, 4, 5), three against (-1, 0, 3). Above 1: 1/4 missed, 1/3 alarms, the smallest gap; their mean is
    7/24. The true rate lies on the line between (1/4, 1/3) and (1/2, 1/3)."""
    scores, truth = [1, 2, 4, 5, -1, 0, 3], [1, 1, 1, 1, 0, 0, 0]
    assert asvspoof_equal_error(scores, truth) == pytest.approx(7 / 24)
    assert equal_error(scores, truth)[0] == pytest.approx(1 / 3)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=60))
def test_hull_is_never_above_the_rate_and_false_alarms_agree_with_the_roc(pairs):
    scores, truth = np.array([p[0] for p in pairs], float), np.array([p[1] for p in pairs])
    if truth.all() or not truth.any():
        return
    assert hull_equal_error(scores, truth) <= min(equal_error(scores, truth)[0], 0.5) + 1e-9
    alarms, hits, _ = roc_curve(truth, scores, drop_intermediate=False)
    lowest = alarms[hits >= 0.95].min()
    assert alarms_at_hits(scores, truth) <= lowest + 1e-9
