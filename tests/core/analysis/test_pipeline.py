"""The whole examination, with a detector whose scores are known."""

from __future__ import annotations

import dataclasses
import datetime
import json

import numpy as np
import pytest
import soundfile as sf
from helpers.fake_detector import FakeStore
from helpers.stopping import StopAfter

from core.analysis import AnalysisPlan, examine, finding_from_run, run_json, to_json
from core.audio import open_recording
from core.foundation.errors import AudioError, CaseError, UsageError
from core.foundation.progress import Cancelled

NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)


@pytest.fixture
def steps(tmp_path):
    """4.5 s at 16 kHz: noise of RMS 0.1 for 2 s, then 0.2."""
    noise = np.random.default_rng(1).standard_normal(72000)
    samples = np.concatenate([0.1 * noise[:32000], 0.2 * noise[32000:]]).astype(np.float32)
    path = tmp_path / "steps.wav"
    sf.write(path, samples, 16000, subtype="FLOAT")
    return open_recording(path), samples


def test_window_scores_are_those_of_the_samples(steps):
    recording, samples = steps
    finding = examine(recording, AnalysisPlan(), FakeStore())
    windows = finding.detectors[0].windows
    assert [w.start_s for w in windows] == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]
    for window in windows:
        part = samples[round(window.start_s * 16000) : round(window.end_s * 16000)]
        assert window.score == pytest.approx(float(np.mean(part**2)), rel=1e-4)
    assert [w.score for w in finding.detectors[1].windows] == pytest.approx([-w.score for w in windows])


def test_track_shows_where_it_is(steps):
    finding = examine(steps[0], AnalysisPlan(), FakeStore(window_frames=8000))
    assert [s.synthetic for s in finding.segments] == pytest.approx([0.01, 0.01, 0.04, 0.04, 0.04], rel=0.1)
    assert finding.segments[-1].end_s == pytest.approx(4.5)


def test_no_likelihood_ratio_without_calibration_and_the_reason_is_said(steps):
    result = examine(steps[0], AnalysisPlan(), FakeStore()).questions["synthetic"]
    assert result.log10_lr is None
    assert any("not calibrated" in reason for reason in result.reasons)


def test_an_unanswered_question_is_outside_with_score_zero(steps):
    store = FakeStore()
    store.detector.card = FakeStore(answers=store.detector.card.answers[:1]).detector.card
    result = examine(steps[0], AnalysisPlan(), store).questions["neural_codec"]
    assert (result.score, result.applicability) == (0.0, "outside")
    assert "No model" in result.reasons[0]


def test_batch_size_does_not_move_the_numbers(steps):
    one = examine(steps[0], AnalysisPlan(batch=1), FakeStore())
    many = examine(steps[0], AnalysisPlan(batch=64), FakeStore())
    assert [w.score for w in one.detectors[0].windows] == [w.score for w in many.detectors[0].windows]


def test_same_plan_twice_gives_the_same_finding(steps):
    first, second = (examine(steps[0], AnalysisPlan(reference=True), FakeStore(), now=lambda: NOON) for _ in range(2))
    a, b = (json.dumps({**run_json(f), "analysis": None}, sort_keys=True) for f in (first, second))
    assert a == b
    assert first.detectors == second.detectors
    assert first.made_at == "2026-01-02T12:00:00+00:00"


@pytest.mark.parametrize("resampling", ["file", "window"])
def test_other_rates_are_resampled_and_said_so(tmp_path, resampling):
    t = np.arange(2 * 22050) / 22050
    path = tmp_path / "tone.wav"
    sf.write(path, 0.5 * np.sin(2 * np.pi * 440 * t), 22050, subtype="FLOAT")
    finding = examine(open_recording(path), AnalysisPlan(), FakeStore(resampling=resampling))
    assert "22050 Hz to 16000 Hz" in finding.detectors[0].notes[0]
    assert [w.start_s for w in finding.detectors[0].windows] == pytest.approx([0, 0.5, 1.0])
    assert [w.score for w in finding.detectors[0].windows] == pytest.approx([0.125] * 3, rel=0.01)


def test_a_clip_shorter_than_the_window_has_one_window(wav):
    finding = examine(open_recording(wav(seconds=0.4)), AnalysisPlan(), FakeStore())
    (window,) = finding.detectors[0].windows
    assert (window.start_s, window.end_s) == (0.0, pytest.approx(0.4))


def test_channels_are_mixed_or_chosen(tmp_path):
    left = np.full(16000, 0.4, np.float32)
    path = tmp_path / "two.wav"
    sf.write(path, np.stack([left, 0.5 * left], axis=1), 16000, subtype="FLOAT")
    recording = open_recording(path)
    for channel, power in (("mix", 0.3**2), ("0", 0.4**2), ("1", 0.2**2)):
        finding = examine(recording, AnalysisPlan(channel=channel), FakeStore())
        assert finding.detectors[0].windows[0].score == pytest.approx(power, rel=1e-3)
    with pytest.raises((UsageError, AudioError)):
        examine(recording, AnalysisPlan(channel="2"), FakeStore())


def test_a_device_that_is_not_there_is_named(steps):
    with pytest.raises(UsageError, match="US-002"):
        examine(steps[0], AnalysisPlan(device="abacus"), FakeStore())


def test_cancelling_works_between_batches(steps):
    with pytest.raises(Cancelled):
        examine(steps[0], AnalysisPlan(batch=1), FakeStore(), StopAfter(3))


def test_cancelling_works_between_models(steps, monkeypatch):
    loaded, load = [], FakeStore.load
    monkeypatch.setattr(FakeStore, "load", lambda self, *args: (loaded.append(args[0]), load(self, *args))[1])
    with pytest.raises(Cancelled):
        examine(steps[0], AnalysisPlan(models=("test/one", "test/two")), FakeStore(), StopAfter(1))
    assert loaded == ["test/one"]


def test_json_is_the_outer_contract(steps):
    finding = examine(steps[0], AnalysisPlan(), FakeStore())
    document = json.loads(json.dumps(to_json([finding], [("x.wav", AudioError("IN-001", "Gone."))]), allow_nan=False))
    assert list(document) == ["schema", "software", "recordings", "errors"]
    assert document["schema"] == "auditrace.analysis/1"
    assert set(document["software"]) == {"version", "device", "reference_mode", "packages"}
    (recording,) = document["recordings"]
    keys = "path sha256 pcm_sha256 duration_s sample_rate channels container condition questions detectors segments"
    assert list(recording) == [*keys.split(), "source", "timings_s"]
    assert list(recording["condition"]) == ["speech_s", "bandwidth_hz", "snr_db", "clipped_pct", "codec"]
    assert list(recording["detectors"][0]) == ["model", "question", "score", "windows"]
    question = recording["questions"]["synthetic"]
    assert list(question) == ["score", "log10_lr", "interval", "bounds", "applicability", "reasons", "calibration"]
    assert recording["detectors"][0]["model"] == "test/level@" + "f" * 64
    assert set(recording["segments"][0]) == {"start_s", "end_s", "synthetic", "neural_codec"}
    assert document["errors"] == [{"path": "x.wav", "code": "IN-001", "message": "Gone."}]


def test_a_finding_comes_back_from_its_record(steps):
    finding = examine(steps[0], AnalysisPlan(), FakeStore())
    restored = finding_from_run(json.loads(json.dumps(run_json(finding))))
    for field in dataclasses.fields(finding):
        assert getattr(restored, field.name) == getattr(finding, field.name), field.name


@pytest.mark.parametrize("spoil", ["schema", "cards", "analysis", "plan"])
def test_a_damaged_record_is_told(steps, spoil):
    run = run_json(examine(steps[0], AnalysisPlan(), FakeStore()))
    run[spoil] = {"x": 1}
    with pytest.raises(CaseError, match="CA-020"):
        finding_from_run(run)


def test_long_files_are_read_in_blocks(tmp_path):
    path = tmp_path / "long.wav"
    sf.write(path, np.zeros(16000 * 65, np.float32), 16000)
    finding = examine(open_recording(path), AnalysisPlan(batch=8), store := FakeStore())
    assert len(finding.detectors[0].windows) == 129
    assert max(shape[0] for shape in store.detector.batches) <= 8


@pytest.mark.parametrize(("front_end", "most"), [("waveform", 1), ("stft", 16)])
def test_windows_of_networks_on_samples_are_scored_one_by_one(steps, front_end: str, most: int) -> None:
    """A batch of them takes seconds, in which no stop would be heeded; a score is the same in any batch."""
    store = FakeStore(front_end=front_end, hop_frames=1000)
    examine(steps[0], AnalysisPlan(), store)
    assert max(shape[0] for shape in store.detector.batches) == most
