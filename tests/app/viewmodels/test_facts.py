"""Facts in words: exact values can be copied, and nothing sounds like a verdict."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from helpers.examine_data import fake_attribution, fake_finding, memory_recording

from app.viewmodels.facts import (
    as_text,
    condition_sections,
    file_sections,
    reading_sections,
)
from app.viewmodels.reading import Reading
from app.viewmodels.results import result_sections, weighed
from app.viewmodels.wording import channels, grouped_hash, rate, signed
from core.analysis.finding import QuestionResult
from core.audio.recording import Notice


@pytest.fixture
def recording():
    return memory_recording(np.zeros((2, 44100), np.float32), 44100, "call.wav")


def facts(sections) -> dict[str, str]:
    return {f"{section.title}/{fact.label}": fact.value for section in sections for fact in section.facts}


def test_file_facts_hold_both_hashes_whole(recording) -> None:
    sections = file_sections(recording)
    shown = facts(sections)
    assert shown["File/SHA-256 of the file"].replace(" ", "") == recording.id.sha256
    assert shown["File/SHA-256 of the samples"].replace(" ", "") == recording.id.pcm_sha256
    assert shown["Sound/Length"] == "1.000 s (44,100 frames)"
    assert f"SHA-256 of the file: {recording.id.sha256}" in as_text(sections)


def test_absent_and_empty_are_told_apart(recording) -> None:
    assert facts(file_sections(recording))["Tags/Tags"] == "not recorded in the file"
    tagged = dataclasses.replace(recording, stream=dataclasses.replace(recording.stream, tags=(("title", ""),)))
    assert facts(file_sections(tagged))["Tags/title"] == "empty"


def test_notices_come_first(recording) -> None:
    noticed = dataclasses.replace(recording, notices=(Notice(code="DE-020", message="Cut off."),))
    assert file_sections(noticed)[0].facts[0].value == "Cut off."


def test_condition_has_units(recording) -> None:
    shown = facts(condition_sections(fake_finding(recording).condition, 44100))
    assert shown["Level/Peak"] == "−3.0 dBFS"
    assert shown["Signal/Bandwidth"] == "7,800 Hz"
    at_limit = facts(condition_sections(fake_finding(recording).condition, 15800))
    assert at_limit["Signal/Bandwidth"] == "7,800 Hz, up to the limit of the sample rate"


def test_results_are_called_uncalibrated_and_give_reasons(recording) -> None:
    result = QuestionResult(question="synthetic", score=2.314, applicability="outside", reasons=("A.", "B."))
    finding = dataclasses.replace(fake_finding(recording), questions={"synthetic": result})
    section = result_sections(finding)[0]
    values = [fact.value for fact in section.facts]
    assert "+2.31, uncalibrated score, not evidence; not applicable here: A." in values
    assert not any("higher score" in value.lower() for value in values)
    assert "not applicable: outside the range it was made for" in values
    assert values[-2:] == ["A.", "B."]
    assert "none" in values


def test_questions_stand_in_one_order_whoever_answered_first(recording) -> None:
    results = {q: QuestionResult(question=q, score=1.0, applicability="inside") for q in ("neural_codec", "synthetic")}
    finding = dataclasses.replace(fake_finding(recording), questions=results)
    wanted = ["Synthetic speech", "Neural codec"]
    assert [section.title for section in result_sections(finding)[:2]] == wanted
    assert [one.title for one in weighed(finding)] == wanted


def test_results_name_model_and_pack_hash(recording) -> None:
    text = as_text(result_sections(fake_finding(recording), fake_attribution()))
    assert "auditrace/test" in text
    assert "0" * 64 in text
    assert "What the model used, not what was forged." in text


@pytest.mark.parametrize("word", ["fake ", "genuine", "detected", "probability", "%  synthetic"])
def test_no_verdicts(recording, word: str) -> None:
    assert word not in as_text(result_sections(fake_finding(recording)))


def test_reading_keeps_its_rows(recording) -> None:
    empty = Reading(time_s=0.0, sample=0)
    full = Reading(
        time_s=61.5, sample=10, frequency_hz=3200.4, level_dbfs=-42.0, amplitude=(-0.25, 0.5), synthetic=-1.0
    )
    labels = [[fact.label for fact in s.facts] for s in reading_sections(empty, None)]
    assert labels == [[fact.label for fact in s.facts] for s in reading_sections(full, (1.0, 2.0))]
    shown = facts(reading_sections(full, (1.0, 2.5)))
    assert shown["At the cursor/Time"] == "1:01.500"
    assert shown["At the cursor/Frequency"] == "3,200 Hz"
    assert shown["At the cursor/Level"] == "−42.0 dBFS"
    assert shown["At the cursor/Amplitude"] == "−0.25000, +0.50000"
    assert shown["Uncalibrated scores here/Synthetic speech"] == "−1.00"
    assert shown["Uncalibrated scores here/Neural codec"] == "–"
    assert shown["Selection/Length"] == "1.500 s"


def test_a_reading_says_how_well_it_is_known() -> None:
    read = Reading(
        time_s=61.5, sample=2952000, frequency_hz=3200.0, packet_hz=3203.1,
        sample_s=1 / 48000, resolution_hz=34.9, packet_width_hz=93.75,
    )  # fmt: skip
    shown = facts(reading_sections(read, (1.0, 2.5)))
    assert shown["At the cursor/Time"] == "1:01.500000 ± 0.000010 s"
    assert shown["At the cursor/Frequency"] == "3,200 ± 17 Hz"
    assert shown["At the cursor/Packet band"] == "3,203 ± 47 Hz"
    assert shown["Selection/Start"] == "1.000000 ± 0.000010 s"
    assert shown["Selection/Length"] == "1.500000 ± 0.000021 s"


def test_words() -> None:
    assert [channels(n) for n in (1, 2, 6)] == ["mono", "stereo", "6 channels"]
    assert [rate(hz) for hz in (8000, 11025, 44100, 192000)] == ["8 kHz", "11.025 kHz", "44.1 kHz", "192 kHz"]
    assert grouped_hash("0123456789abcdef") == "01234567 89abcdef"
    assert signed(-1.005) == "−1.00"
