"""Fitting: what is refused, what sources do to it, and whether intervals hold the truth."""

from __future__ import annotations

import dataclasses
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from helpers.calibrations import gaussians, straight

from core.calibration import fit_calibration, metrics, with_held_out
from core.calibration.fitting import cross_validated, limits
from core.calibration.metrics import equal_error
from core.calibration.record import CalibrationRecord, calibration_from, read_record
from core.calibration.sample import Sample
from core.foundation.errors import CalibrationError
from core.foundation.hashing import canonical_json, sha256_value
from core.ood.distance import Neighbourhood
from core.ood.validated import Envelope, Limit

ENVELOPE = Envelope(limits=(Limit(quantity="speech_s", edge=1.5, outside=1.0),), longest_speech_s=2.4)


@pytest.fixture(scope="module")
def fitted():
    return fit_calibration(gaussians(3.0), "synthetic", ["test/level"], ENVELOPE, split="dev", draws=100)


def test_well_separated_scores_give_a_usable_calibration(fitted):
    assert fitted.usable
    (found,) = fitted.measured
    assert found.cllr_min <= found.cllr < 0.35
    assert found.cllr_interval[0] < found.cllr < found.cllr_interval[1]
    assert (found.n_for, found.n_against, found.sources) == (200, 200, 40)
    assert "cross-validated by source on dev" in found.data


def test_interval_holds_the_known_ratio_and_the_estimate(fitted):
    for score in (-0.5, 0.0, 0.6):
        found = fitted.calibrate([score])
        assert found.interval[0] <= 3.0 * score / np.log(10) <= found.interval[1]
        assert found.interval[0] < found.log10_lr < found.interval[1]


@pytest.mark.slow
def test_intervals_cover_the_known_ratio_about_as_often_as_they_say():
    # 95 % is meant; the percentile interval over 40 sources, and the pull towards 1, cost some
    hits = 0
    for seed in range(20):
        made = fit_calibration(gaussians(2.0, seed=seed), "synthetic", ["a/b"], ENVELOPE, draws=60, seed=seed)
        low, high = made.calibrate([0.7]).interval
        hits += low <= 2.0 * 0.7 / np.log(10) <= high
    assert hits >= 17


def test_sources_that_differ_widen_the_interval(fitted):
    spread = fit_calibration(gaussians(3.0, spread=1.0), "synthetic", ["a/b"], ENVELOPE, draws=100)
    widths = [high - low for low, high in (c.calibrate([0.3]).interval for c in (fitted, spread))]
    assert widths[1] > 1.5 * widths[0]


def test_beyond_the_limits_the_ratio_is_the_limit_and_says_so(fitted):
    above, below, inside = (fitted.calibrate([score]) for score in (50.0, -50.0, 0.1))
    assert (above.log10_lr, above.bound_hit) == (fitted.bounds[1], "upper")
    assert (below.log10_lr, below.bound_hit) == (fitted.bounds[0], "lower")
    assert inside.bound_hit == ""
    assert above.interval[1] <= fitted.bounds[1]
    assert 0 < fitted.bounds[1] <= np.log10(201)


@pytest.mark.parametrize(("misled", "highest"), [(1, "elub"), (4, 1.0)])
def test_where_one_in_a_hundred_is_misled_by_more_than_10_nothing_beyond_10_is_given(misled, highest):
    """400 clips a side, ELUB allows more: 1 misled of 400 is a quarter of a hundredth, 4 are one hundredth."""
    against = np.concatenate([np.full(400 - misled, -1.5), np.full(misled, 1.05)])
    ratios, truth = np.concatenate([np.full(400, 1.5), against]), np.repeat([True, False], 400)
    low, high = limits(ratios, truth)
    elub = metrics.elub(ratios, truth)
    assert elub[1] > 1.0
    assert high == (elub[1] if highest == "elub" else highest)
    assert low == elub[0]


def test_a_score_that_says_nothing_gives_no_ratios_and_says_why():
    made = fit_calibration(gaussians(0.3), "synthetic", ["a/b"], ENVELOPE, split="dev", draws=20)
    assert not made.usable
    assert made.refusal.startswith("AP-060: No likelihood ratio, because the validated Cllr of synthetic is 0.9")
    assert "0.5 is needed" in made.refusal


def test_held_out_clips_can_take_the_ratios_away(fitted):
    shifted = gaussians(3.0, seed=9)
    shifted = dataclasses.replace(shifted, scores=shifted.scores + 2.0)
    judged = with_held_out(fitted, shifted, "held out: other recorders")
    assert judged.measured[0] == fitted.measured[0]
    assert judged.measured[1].cllr - judged.measured[1].cllr_min > 0.1
    assert "held out: other recorders" in judged.refusal


def test_a_clip_is_scored_by_a_fit_without_its_source():
    sample = gaussians(2.0, clips=60, sources=6)
    seen = []

    def spy(scores, truth, weights):
        seen.append(set(scores[:, 0].tolist()))
        return straight().curve

    cross_validated(sample, spy)
    for name in set(sample.sources.tolist()):
        own = set(sample.scores[sample.sources == name, 0].tolist())
        assert any(not own & scores for scores in seen)
    assert len(seen) == 6


def test_one_big_source_counts_as_a_few_clips():
    sources = np.array(["big"] * 200 + [f"s{i}" for i in range(20)])
    sample = Sample(scores=np.zeros((220, 1)), truth=np.ones(220, bool), sources=sources, generators=sources)
    weights = sample.weights()
    assert weights[:200].sum() == pytest.approx(10)
    assert (weights[200:] == 1).all()


def test_mean_fusion_weighs_all_alike():
    sample = gaussians(2.0)
    two = dataclasses.replace(sample, scores=np.column_stack([sample.scores[:, 0], 0.1 * sample.scores[:, 0]]))
    made = fit_calibration(two, "synthetic", ["a/b", "a/c"], ENVELOPE, fusion="mean", draws=10)
    assert made.curve.weights[0] == made.curve.weights[1] > 0
    assert made.shares == (0.5, 0.5)


@pytest.mark.parametrize("method", ["logistic", "kde", "pav"])
def test_json_there_and_back_is_exact(method):
    made = fit_calibration(gaussians(2.0, clips=100), "neural_codec", ["a/b"], ENVELOPE, method=method, draws=5)
    near = Neighbourhood(means=((0.1, 0.2),), precision=((1.0, 0.0), (0.0, 1.0)), edge=1.5, outside=2.5)
    record = CalibrationRecord(questions={"neural_codec": made}, neighbourhoods={"a/b": near})
    assert calibration_from(made.to_json()) == made
    assert calibration_from(made.to_json()).id == made.id
    assert read_record(record.to_json()) == record
    assert canonical_json(read_record(record.to_json()).to_json()) == canonical_json(record.to_json())


def test_the_id_changes_with_any_number():
    assert straight().id == straight().id
    assert straight().id != straight(offset=1e-9).id
    assert straight().id.startswith("synthetic-logistic-")


def test_the_day_and_what_older_records_lack_leave_the_id_alone(fitted):
    older = replace(fitted.measured[0], eer_interval_pct=None)
    bare = replace(fitted, made="", measured=(older,))
    values = asdict(bare)
    del values["made"], values["measured"][0]["eer_interval_pct"]  # as it was written before they were kept
    del values["envelope"]["lowest_kbps"]
    for limit in values["envelope"]["limits"]:
        del limit["working"]
    assert bare.id.endswith(sha256_value(values)[:12])
    assert replace(bare, made="2026-11-21").id == bare.id
    assert calibration_from(values) == bare


def test_equal_error_has_an_interval_and_the_calibration_its_day(fitted):
    low, high = fitted.measured[0].eer_interval_pct
    measured = fitted.measured[0]
    ratios, sides = [*measured.llrs_for, *measured.llrs_against], [1] * measured.n_for + [0] * measured.n_against
    assert low <= 100 * equal_error(ratios, sides)[0] <= high
    assert low < high
    today = datetime.now(UTC).date()
    assert date.fromisoformat(fitted.made) in (today, today - timedelta(days=1))  # midnight may have come since


@pytest.mark.parametrize("change", [{"schema": "other/1"}, {"questions": {"synthetic": {"method": "logistic"}}}])
def test_a_damaged_record_is_refused(change):
    record = CalibrationRecord(questions={"synthetic": straight()}).to_json()
    with pytest.raises(CalibrationError) as caught:
        read_record({**record, **change})
    assert caught.value.code == "CL-006"


def test_infinite_numbers_in_a_record_are_refused():
    record = CalibrationRecord(questions={"synthetic": straight(offset=float("inf"))}).to_json()
    with pytest.raises(CalibrationError) as caught:
        read_record(record)
    assert caught.value.code == "CL-006"


def _with(**changes):
    return dataclasses.replace(gaussians(2.0, clips=60), **changes)


BAD = {
    "CL-001": lambda: _with(truth=np.ones(3, bool)),
    "CL-002": lambda: _with(scores=np.full((60, 1), np.nan)),
    "CL-003": lambda: _with(truth=np.ones(60, bool)),
    "CL-004": lambda: _with(sources=np.full(60, "one")),
    "CL-005": lambda: _with(scores=np.ones((60, 1))),
}


@pytest.mark.parametrize("code", sorted(BAD))
def test_data_that_allow_no_calibration_are_refused(code):
    with pytest.raises(CalibrationError) as caught:
        fit_calibration(BAD[code](), "synthetic", ["a/b"], ENVELOPE)
    assert caught.value.code == code


def test_an_unknown_method_and_wrong_scores_are_refused():
    with pytest.raises(CalibrationError) as caught:
        fit_calibration(gaussians(2.0), "synthetic", ["a/b"], ENVELOPE, method="magic")
    assert caught.value.code == "CL-007"
    for scores, code in (([1.0, 2.0], "CL-001"), ([float("nan")], "CL-002")):
        with pytest.raises(CalibrationError) as caught:
            straight().calibrate(scores)
        assert caught.value.code == code


def test_shares_at_the_limits_count_the_clips_that_stand_there():
    found = straight(bounds=(-1.0, 1.0))
    measured = replace(found.measured[0], llrs_for=(-1.0, 0.2, 1.0, 1.0), llrs_against=(-1.0, -1.0, 0.3, 0.9, 1.0))
    assert found.at_limits_pct(measured) == (20.0, 25.0)
