"""Applicability: what each condition does to the verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.audio.recording import Condition, StreamFacts
from core.detectors.card import Answer, ModelCard
from core.ood.envelope import check

GOOD = Condition(
    speech_s=10,
    bandwidth_hz=8000,
    snr_db=30,
    clipped_pct=0,
    codec="",
    peak_dbfs=-3,
    rms_dbfs=-20,
    dc_offset=0,
    effective_bits=16,
    digital_silence_pct=0,
)
STREAM = StreamFacts(container="WAV", codec="PCM_16", sample_rate=16000, channels=1, frames=160000)
CARD = ModelCard(
    id="test/high",
    version="1",
    title="",
    summary="",
    origin="user",
    answers=(Answer(question="synthetic", positive=(1,), negative=(0,)),),
    classes=("real", "fake"),
    architecture="none",
    sample_rate=22050,
    window_frames=22050,
    hop_frames=22050,
    min_rate_hz=22050,
)


def test_a_good_recording_is_inside_without_reasons():
    found = check([], GOOD, STREAM)
    assert (found.verdict, found.reasons) == ("inside", ())


@pytest.mark.parametrize(
    ("change", "verdict", "code"),
    [
        ({"speech_s": 0.4}, "outside", "AP-011"),
        ({"bandwidth_hz": 2500.0}, "outside", "AP-012"),
        ({"snr_db": 2.0}, "outside", "AP-013"),
        ({"speech_s": 2.0}, "edge", "AP-021"),
        ({"bandwidth_hz": 3400.0}, "edge", "AP-022"),
        ({"snr_db": 10.0}, "edge", "AP-023"),
        ({"clipped_pct": 3.0}, "edge", "AP-024"),
    ],
)
def test_each_fault_has_its_verdict_and_code(change, verdict, code):
    found = check([], replace(GOOD, **change), STREAM)
    assert found.verdict == verdict
    assert [reason[:6] for reason in found.reasons] == [code]


def test_a_model_made_for_a_higher_rate_is_outside():
    found = check([CARD], GOOD, STREAM)
    assert found.verdict == "outside"
    assert found.reasons[0].startswith("AP-004: test/high")
    assert check([CARD], GOOD, replace(STREAM, sample_rate=22050)).verdict == "inside"


def test_silence_names_the_missing_speech_only():
    found = check([], replace(GOOD, speech_s=0.0, bandwidth_hz=0.0, snr_db=0.0), STREAM)
    assert [reason[:6] for reason in found.reasons] == ["AP-011"]


def test_a_validated_envelope_takes_over_the_edges_but_not_the_floors():
    short, hardly_any = (replace(GOOD, speech_s=seconds) for seconds in (2.0, 0.5))
    assert check([], short, STREAM).verdict == "edge"
    assert check([], short, STREAM, validated=True).verdict == "inside"
    assert check([], hardly_any, STREAM, validated=True).verdict == "outside"
