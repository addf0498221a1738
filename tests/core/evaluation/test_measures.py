"""Figures of a set of clips, against values worked by hand, scikit-learn and published score files."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as sk

from core.evaluation import costs
from core.evaluation.curves import curves, deviate
from core.evaluation.measures import classification, measure

SCORES = np.array([-2.0, -1.0, 0.5, 1.5, -0.5, 1.0, 2.0, 3.0])
TRUTH = np.array([0, 0, 0, 0, 1, 1, 1, 1])
CODECS = ("real", "mimi", "speechtokenizer", "funcodec", "encodec", "facodec", "snac")


def figures(scores=SCORES, truth=TRUTH, threshold=0.0, draws=0):
    groups = [str(i % 2) for i in range(len(scores))]
    return measure(
        scores, truth, threshold=threshold, sources=groups, speakers=groups, labels=("no", "yes"), draws=draws
    )


def test_decisions_by_hand():
    """Above 0: two of four against, three of four for."""
    m = figures()
    assert (m.missed_count, m.false_alarm_count) == (1, 2)
    assert (m.missed, m.false_alarms, m.hter) == (0.25, 0.5, 0.375)
    assert m.decisions is not None
    assert m.decisions.confusion == ((2, 2), (1, 3))
    assert m.decisions.accuracy == 0.625
    assert m.decisions.f1[1] == pytest.approx(2 * 0.6 * 0.75 / 1.35)
    assert m.decisions.f1_macro == pytest.approx((4 / 7 + 2 / 3) / 2)
    assert m.decisions.f1_micro == 0.625


def test_separation_agrees_with_oracles():
    m = figures()
    assert m.separation is not None
    assert m.separation.eer == pytest.approx(0.25)
    assert m.separation.auc == pytest.approx(sk.roc_auc_score(TRUTH, SCORES))
    by_hand = np.mean(np.log2(1 + np.exp(np.where(TRUTH == 1, -SCORES, SCORES))))
    assert m.separation.cllr_raw == pytest.approx(by_hand)
    assert m.separation.cllr_min is not None
    assert m.separation.cllr_min <= m.separation.cllr_raw


@pytest.mark.parametrize("truth", [np.zeros(8, int), np.ones(8, int)])
def test_one_side_alone_has_no_separation_and_says_why(truth):
    m = figures(truth=truth, draws=20)
    assert m.separation is None
    assert m.decisions is None
    assert m.hter is None
    assert m.reason.startswith("Only clips that are")


def test_no_clips_at_all():
    assert figures(np.zeros(0), np.zeros(0, int)).reason == "No clips."


def test_intervals_hold_the_figure_and_repeat():
    rng = np.random.default_rng(3)
    scores, truth = rng.standard_normal(200), np.arange(200) % 2
    groups = [str(i // 10) for i in range(200)]
    first, again = (
        measure(scores + truth, truth, threshold=0, sources=groups, speakers=groups, labels=("n", "y"), draws=60)
        for _ in range(2)
    )
    assert first == again
    assert first.separation is not None
    assert first.separation.eer_by_source is not None
    low, high = first.separation.eer_by_source
    assert low < (first.separation.eer or 0) < high


def test_values_that_say_nothing_cost_one_bit_and_extreme_ones_are_finite():
    assert costs.cllr(np.zeros(4), [0, 0, 1, 1]) == pytest.approx(1.0)
    assert costs.cllr([-900.0, 900.0], [0, 1]) == pytest.approx(0.0)
    assert math.isfinite(costs.cllr([900.0, -900.0], [0, 1]))
    assert math.isnan(costs.cllr([1.0, 2.0], [1, 1]))


def test_cross_entropy_at_even_odds_is_the_cost():
    as_is, best = costs.empirical_cross_entropy(SCORES, TRUTH, np.array([0.0]))
    assert as_is[0] == pytest.approx(costs.cllr(SCORES, TRUTH))
    assert best[0] == pytest.approx(costs.cllr_min(SCORES, TRUTH))


def test_curves_are_shares_and_deviates():
    shown = curves(SCORES, TRUTH == 1, TRUTH == 0, None, model="m", data="d", question="synthetic", threshold=0.0)
    assert shown.counts_for.sum() == pytest.approx(1.0)
    assert shown.counts_genuine.sum() == pytest.approx(1.0)
    assert not shown.calibrated
    np.testing.assert_allclose(deviate(np.array([0.5, 0.975])), [0.0, 1.959964], atol=1e-6)
    np.testing.assert_allclose(shown.entropy_prior[50], 1.0)


@pytest.mark.shared
def test_published_f1_of_source_tracing(shared: Path):
    """Mel-LCNN of ST-Codecfake; labels from the names' prefixes, real without one."""
    with gzip.open(shared / "parity/scores/stcodecfake_mellcnn_id.txt.gz", "rt") as file:
        rows = [line.split() for line in file]
    number = {name: index for index, name in enumerate(CODECS)}
    truth = [number.get(name.split("_")[0], 0) for name, _, _ in rows]
    found = classification(truth, [int(called) for _, called, _ in rows], CODECS)
    published = [90.3279, 99.8565, 98.8443, 99.3361, 97.4990, 98.3161, 91.2855]
    np.testing.assert_allclose(100 * np.array(found.f1), published, atol=5e-5)
    assert 100 * found.f1_macro == pytest.approx(96.4951, abs=5e-5)
