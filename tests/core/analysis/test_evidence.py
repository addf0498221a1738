"""From scores to likelihood ratios: when one is given, what it is, and the reason where there is none."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile as sf
import torch
from helpers.calibrations import GOOD, straight
from helpers.fake_detector import CARD, FakeStore

from core.analysis import AnalysisPlan, DetectorResult, WindowScore, examine, finding_from_run, run_json, to_json
from core.analysis.evidence import answer, matching
from core.analysis.scoring import segments
from core.audio import open_recording
from core.audio.recording import Condition
from core.calibration import CalibrationRecord
from core.foundation.errors import CalibrationError
from core.ood.distance import Neighbourhood
from core.ood.envelope import DomainCheck
from core.ood.validated import Envelope, Limit

INSIDE = DomainCheck(verdict="inside", reasons=())
CONDITION = Condition(
    speech_s=4.0,
    bandwidth_hz=8000,
    snr_db=30,
    clipped_pct=0,
    codec="PCM 32 bit float",
    peak_dbfs=-3,
    rms_dbfs=-20,
    dc_offset=0,
    effective_bits=16,
    digital_silence_pct=0,
)
ENVELOPE = Envelope(limits=(Limit(quantity="snr_db", edge=20.0, outside=10.0),), longest_speech_s=100.0)


@pytest.fixture
def recording(tmp_path):
    """4 s of noise with mean square 0.04, which the level meter scores 0.04."""
    path = tmp_path / "noise.wav"
    sf.write(path, 0.2 * np.random.default_rng(1).standard_normal(64000), 16000, subtype="FLOAT")
    opened = open_recording(path)
    assert opened.stream.codec == CONDITION.codec
    return opened


def examined(recording, calibration, condition=CONDITION, **changes):
    store = FakeStore()
    store.record = CalibrationRecord(questions={"synthetic": calibration}, **changes).to_json()
    return examine(recording, AnalysisPlan(), store, condition=condition)


def test_ratio_is_that_of_the_score_with_interval_bounds_and_id(recording):
    calibration = straight(weights=(10.0,), offset=0.5, envelope=ENVELOPE)
    result = examined(recording, calibration).questions["synthetic"]
    assert result.score == pytest.approx(0.04, rel=0.05)
    assert result.log10_lr == pytest.approx(10 * result.score + 0.5)
    assert result.interval == pytest.approx((result.log10_lr - 0.095, result.log10_lr + 0.095))
    assert result.bounds == (-2.0, 2.0)
    assert result.calibration == calibration.id
    assert (result.applicability, result.reasons) == ("inside", ())


def test_a_question_without_calibration_stays_as_it_was(recording):
    result = examined(recording, straight()).questions["neural_codec"]
    assert result.log10_lr is None
    assert result.calibration == ""
    assert any("not calibrated" in reason for reason in result.reasons)


def test_outside_the_validated_conditions_there_is_none_and_the_reason_is_said(recording):
    result = examined(recording, straight(envelope=ENVELOPE), replace(CONDITION, snr_db=8)).questions["synthetic"]
    assert (result.log10_lr, result.interval, result.bounds, result.applicability) == (None, None, None, "outside")
    assert result.reasons[0].startswith("AP-033: speech 8 dB above the background")
    assert result.reasons[-1].startswith("AP-063: No likelihood ratio")
    assert result.score == pytest.approx(0.04, rel=0.05)


@pytest.mark.parametrize(
    ("longest_s", "held_s", "refused"), [(4.8, 48.0, False), (4.8, 976.0, True), (0.0, 976.0, False)]
)
def test_ten_times_longer_than_validated_there_is_none_of_the_whole(recording, longest_s, held_s, refused):
    calibration = straight(envelope=replace(ENVELOPE, longest_speech_s=longest_s))
    result = examined(recording, calibration, replace(CONDITION, speech_s=held_s)).questions["synthetic"]
    assert (result.log10_lr is None) is refused
    assert result.applicability == ("edge" if longest_s else "inside")
    said = "as a whole, because it holds 976 s of speech and no recording of the validation held more than 4.8 s"
    assert any(reason.startswith("AP-064: No") and said in reason for reason in result.reasons) is refused


def test_at_the_edge_the_ratio_is_given_with_the_reason(recording):
    result = examined(recording, straight(envelope=ENVELOPE), replace(CONDITION, snr_db=17)).questions["synthetic"]
    assert result.log10_lr is not None
    assert result.applicability == "edge"
    assert result.reasons[0].startswith("AP-043")


def test_a_method_that_was_not_good_enough_gives_none(recording):
    poor = straight(measured=(replace(GOOD, cllr=0.71),), envelope=ENVELOPE)
    result = examined(recording, poor).questions["synthetic"]
    assert result.log10_lr is None
    assert result.applicability == "inside"
    assert result.reasons == (
        "AP-060: No likelihood ratio, because the validated Cllr of synthetic is 0.71 "
        "(cross-validated by source on dev); less than 0.5 is needed.",
    )


def test_a_badly_calibrated_method_gives_none():
    loose = straight(measured=(replace(GOOD, cllr=0.4, cllr_min=0.25),))
    assert "0.15 of it is calibration loss; less than 0.1 is needed" in loose.refusal


def test_at_its_limit_the_ratio_reads_at_least(recording):
    result = examined(recording, straight(offset=5.0, envelope=ENVELOPE)).questions["synthetic"]
    assert result.log10_lr == 2.0
    assert result.reasons[0].startswith("AP-062: the ratio is at the upper end of what may be stated: at least 100 ")


@pytest.mark.parametrize(("distance", "verdict"), [(1.0, "inside"), (2.5, "edge"), (5.0, "outside")])
def test_a_recording_unlike_the_training_data_has_none(recording, monkeypatch, distance, verdict):
    near = Neighbourhood(means=((0.0,),), precision=((1.0,),), edge=2.0, outside=3.0)

    def embed(self, waveforms):
        return torch.full((len(waveforms), 1), distance)

    monkeypatch.setattr("helpers.fake_detector.LevelDetector.embed", embed, raising=False)
    found = examined(recording, straight(envelope=ENVELOPE), neighbourhoods={CARD.id: near})
    result = found.questions["synthetic"]
    assert result.applicability == verdict
    assert (result.log10_lr is None) == (verdict == "outside")


def test_run_record_and_outer_json_keep_everything(recording):
    finding = examined(recording, straight(weights=(10.0,), envelope=ENVELOPE))
    run = json.loads(json.dumps(run_json(finding), allow_nan=False))
    restored = finding_from_run(run)
    assert restored.questions == finding.questions
    assert restored.calibrations == finding.calibrations
    assert restored.calibrations["synthetic"].id == finding.questions["synthetic"].calibration
    outer = to_json([finding])["recordings"][0]["questions"]["synthetic"]
    assert set(outer) == {"score", "log10_lr", "interval", "bounds", "applicability", "reasons", "calibration"}
    assert outer["log10_lr"] == finding.questions["synthetic"].log10_lr


def test_runs_of_older_versions_are_still_read(recording):
    run = json.loads(json.dumps(run_json(examine(recording, AnalysisPlan(), FakeStore(), condition=CONDITION))))
    del run["calibrations"]
    assert finding_from_run(run).calibrations == {}


def test_a_damaged_calibration_stops_the_examination(recording):
    store = FakeStore()
    store.record = {"schema": "auditrace.calibration/1"}
    with pytest.raises(CalibrationError) as caught:
        examine(recording, AnalysisPlan(), store, condition=CONDITION)
    assert caught.value.code == "CL-006"


def result_of(model: str, score: float) -> DetectorResult:
    windows = (WindowScore(start_s=0, end_s=2, score=score),)
    return DetectorResult(
        card=replace(CARD, id=model), sha256="0" * 64, question="synthetic", score=score, windows=windows
    )


PAIR = (result_of("a/two", 3.0), result_of("a/one", 1.0))


def test_fused_ratio_takes_scores_by_model_and_the_score_is_their_weighted_mean():
    calibration = straight(models=("a/one", "a/two"), weights=(0.2, 0.6), offset=-1.0)
    result = answer("synthetic", PAIR, calibration, INSIDE, 4.0)
    assert result.log10_lr == pytest.approx(0.2 * 1 + 0.6 * 3 - 1)
    assert result.score == pytest.approx(0.25 * 1 + 0.75 * 3)
    track = segments(PAIR, 2.0, 2.0, {"synthetic": {"a/one": 0.25, "a/two": 0.75}})
    assert track[0].synthetic == pytest.approx(result.score)


@pytest.mark.parametrize("models", [("a/one",), ("a/one", "a/three"), ("a/one", "a/two", "a/three")])
def test_other_models_than_those_of_the_calibration_have_none(models):
    record = CalibrationRecord(questions={"synthetic": straight(models=models, weights=(1.0,) * len(models))})
    assert matching(record, PAIR) == {}
    result = answer("synthetic", PAIR, None, INSIDE, 4.0)
    assert result.score == pytest.approx(2.0)
    assert result.reasons[0].startswith("AP-061: No likelihood ratio, because no calibration was made for exactly")


def test_calibration_of_the_very_models_is_found_in_any_order():
    calibration = straight(models=("a/one", "a/two"), weights=(0.2, 0.6))
    assert matching(CalibrationRecord(questions={"synthetic": calibration}), PAIR) == {"synthetic": calibration}
