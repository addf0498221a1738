"""What a report says comes from the case, and only from it."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.audio import Condition, open_recording
from core.case import Case
from core.foundation.errors import IntegrityError, ReportError
from core.report import build, build_from_runs, templates, write_report
from core.report.document import Figure, Heading, KeyValues, Paragraph, Table
from core.report.sections import limitations


def tables(document, caption: str) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table) and caption in block.caption]


def words(document) -> str:
    """Everything the document says, in order."""
    parts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph):
            parts.append(block.text)
        elif isinstance(block, KeyValues):
            parts += [f"{row.key}: {row.value}" for row in block.rows]
        elif isinstance(block, Table):
            parts += [block.caption, *(cell for row in block.rows for cell in row)]
    return "\n".join(parts)


def test_there_are_two_kinds_of_report() -> None:
    assert templates() == ["full", "screening"]


def test_the_sections_stand_in_their_order(make_case) -> None:
    document = build(make_case())
    first = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    assert [text.split()[0] for text in first] == ["1", "2", "3", "4", "5", "6", "7", "Annex", "Annex"]


def test_the_same_case_gives_the_same_words_and_data(make_case) -> None:
    case = make_case()
    one, two = build(case), build(Case.open(case.folder))
    assert words(one) == words(two)
    assert one.manifest_sha256 == two.manifest_sha256
    assert [f.data_sha256 for f in one.blocks if isinstance(f, Figure)] == [
        f.data_sha256 for f in two.blocks if isinstance(f, Figure)
    ]


def test_a_report_can_be_made_again_as_it_stood(make_case, wav) -> None:
    case = make_case()
    row = case.log()[-1].sequence
    before = build(case)
    case.add(wav("later.wav"))
    assert build(case).manifest_sha256 != before.manifest_sha256
    assert words(build(case, as_of=row)) == words(before)


def test_a_report_that_was_written_does_not_change_what_the_next_stands_on(make_case, tmp_path: Path) -> None:
    case = make_case()
    before = words(build(case))
    case.add_report("2026-114/1", b"%PDF")
    case.export(tmp_path / "bundle.zip")
    assert words(build(case)) == before


def test_the_newest_run_is_used_and_all_are_listed(make_case, make_run) -> None:
    case = make_case()
    newer = make_run(case.working_copy("Q1"), seed=99)
    case.record_run("Q1", newer)
    document = build(case)
    (runs,) = tables(document, "Runs")
    assert [row[0] for row in runs.rows] == ["R1", "R2 (used)"]
    score = newer["analysis"]["recordings"][0]["questions"]["synthetic"]["score"]
    (scores,) = tables(document, "score for each question")
    assert scores.rows[0][1] == f"{score:+.2f}".replace("-", "−")


def test_an_exhibit_without_a_run_is_said_not_to_be_examined(make_case, wav) -> None:
    case = make_case()
    case.add(wav("new.wav"))
    text = words(build(case))
    assert "No examination has been recorded for Q2." in text
    assert "Not examined." in text


def test_a_case_with_files_alone_can_be_reported(make_case, wav, tmp_path: Path) -> None:
    case = Case.create(tmp_path / "files", number="1", examiner="A")
    case.add(wav())
    assert "No exhibit has been examined." in words(build(case))


@pytest.mark.parametrize(("applicability", "expected"), [("inside", "no limit found"), ("outside", "outside")])
def test_the_states_are_said_in_words(make_run, wav, applicability: str, expected: str) -> None:
    path = wav()
    run = make_run(path)
    for question in run["analysis"]["recordings"][0]["questions"].values():
        question["applicability"] = applicability
    text = words(build_from_runs([run], [open_recording(path)], made_at=run["made_at"]))
    assert f"Synthetic: {expected}." in text
    assert ("lies outside what the methods were made for" in text) == (applicability == "outside")


def test_a_question_that_no_model_answers_has_no_score(make_run, wav) -> None:
    path = wav()
    run = make_run(path)
    result = run["analysis"]["recordings"][0]
    result["detectors"] = [found for found in result["detectors"] if found["question"] == "synthetic"]
    result["segments"] = [{**step, "neural_codec": None} for step in result["segments"]]
    result["questions"]["neural_codec"]["score"] = 0.0
    document = build_from_runs([run], [open_recording(path)], made_at=run["made_at"])
    (scores,) = tables(document, "score for each question")
    assert scores.rows[1][:2] == ("Neural codec", "none")


def test_no_likelihood_ratio_is_a_result_with_a_reason(make_case) -> None:
    text = words(build(make_case()))
    assert "No likelihood ratio (uncalibrated)." in text
    assert "No likelihood ratio is given, because" in text


def test_a_likelihood_ratio_is_printed_with_its_interval(make_case) -> None:
    document = build(make_case(log10_lr=-1.25))
    assert "log10 LR −1.25 (95 % interval −1.75 to −0.75)" in words(document)
    assert document.ratios[0].bounds == (-2.0, 2.0)


CLEAN = Condition(
    speech_s=60.0,
    bandwidth_hz=8000.0,
    snr_db=40.0,
    clipped_pct=0.0,
    codec="PCM_16",
    peak_dbfs=-3.0,
    rms_dbfs=-20.0,
    dc_offset=0.0,
    effective_bits=16.0,
    digital_silence_pct=0.0,
)


@pytest.mark.parametrize(
    ("change", "starts"),
    [
        ({"speech_s": 2.9}, "Short:"),
        ({"speech_s": 0.0}, "Detectors of speech say nothing"),
        ({"bandwidth_hz": 3400.0}, "Narrow band:"),
        ({"snr_db": 14.9}, "Noisy:"),
        ({"clipped_pct": 1.1}, "Clipped:"),
        ({"codec": "PCM_16, earlier lossy coding likely"}, "Lossy coding,"),
        ({}, "-"),
    ],
)
def test_limitations_follow_from_the_condition(make_case, change: dict, starts: str) -> None:
    document = build(make_case(condition=dataclasses.replace(CLEAN, **change)))
    (limits,) = tables(document, "Limitations that follow")
    assert len(limits.rows) == 1
    assert limits.rows[0][2].startswith(starts)


@pytest.mark.parametrize(
    ("reason", "is_long"), [("AP-046: 15 s", True), ("AP-064: No", True), ("AP-043: noisy", False)]
)
def test_more_speech_than_validated_is_a_limitation_of_the_exhibit(reason: str, is_long: bool) -> None:
    asked = {"synthetic": {"reasons": ["AP-022: the sound ends.", reason]}, "neural_codec": {"reasons": []}}
    container = {"codec": "PCM 16 bit"}
    result = {
        "condition": dataclasses.asdict(CLEAN),
        "questions": asked,
        "container": container,
        "sample_rate": 16000,
    }
    subject: Any = SimpleNamespace(result=result)
    found = dict(limitations._found(subject, ()))
    assert ("long" in found) is is_long
    assert found.get("long", "60.0 s").startswith("60.0 s")


def test_every_check_of_the_bytes_is_listed_with_its_time(make_case) -> None:
    (checks,) = tables(build(make_case()), "Hash checks of Q1")
    assert [row[0][-12:] for row in checks.rows] == ["09:02:00 UTC", "09:03:00 UTC", "09:04:00 UTC"]
    assert {row[2] for row in checks.rows} == {"equal"}


def test_same_bytes_under_two_ids_are_pointed_out(make_case, wav) -> None:
    case = make_case()
    case.add(case.working_copy("Q1"))
    assert "Same bytes (SHA-256) as Q2." in words(build(case))


def test_a_changed_working_copy_stops_the_report(make_case, tmp_path: Path) -> None:
    case = make_case()
    copy = case.working_copy("Q1")
    copy.chmod(0o600)
    content = bytearray(copy.read_bytes())
    content[-1] ^= 1
    copy.write_bytes(content)
    for make in (lambda: build(case), lambda: write_report(case, tmp_path / "report.pdf")):
        with pytest.raises(IntegrityError) as caught:
            make()
        assert caught.value.code == "EV-003"
    assert not (tmp_path / "report.pdf").exists()


def test_a_changed_run_stops_the_report(make_case) -> None:
    case = make_case()
    path = case.folder / case.runs()[0].file
    path.chmod(0o600)
    path.write_text(path.read_text().replace("Test net", "Best net"))
    with pytest.raises(IntegrityError) as caught:
        build(case)
    assert caught.value.code == "EV-006"


def test_a_run_of_another_file_stops_the_report(make_run, wav) -> None:
    run = make_run(wav("a.wav", 2.0))
    with pytest.raises(IntegrityError) as caught:
        build_from_runs([run], [open_recording(wav("b.wav", 3.0))], made_at=run["made_at"])
    assert caught.value.code == "EV-010"


def test_nothing_to_report_is_said(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "empty", number="1", examiner="A")
    for make in (lambda: build(case), lambda: build_from_runs([], [], made_at="2026-11-21T09:00:00+00:00")):
        with pytest.raises(ReportError) as caught:
            make()
        assert caught.value.code == "RE-001"
    with pytest.raises(ReportError) as caught:
        build(case, "novel")
    assert caught.value.code == "RE-005"


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        (("plan",), "plan"),
        (("analysis", "recordings", 0, "condition", "snr_db"), "analysis.recordings[0].condition.snr_db"),
        (("analysis", "recordings", 0, "detectors", 1, "windows", 0, "score"), "detectors[1].windows[0].score"),
    ],
)
def test_a_run_that_lacks_something_is_a_message(make_run, wav, path: tuple, missing: str) -> None:
    file = wav()
    run = copy.deepcopy(make_run(file))
    holder = run
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    with pytest.raises(ReportError) as caught:
        build_from_runs([run], [open_recording(file)], made_at="2026-11-21T09:00:00+00:00")
    assert caught.value.code == "RE-006"
    assert missing in caught.value.message


def test_tables_and_figures_are_numbered_in_order(make_case) -> None:
    document = build(make_case(exhibits=2))
    figures = [block.number for block in document.blocks if isinstance(block, Figure)]
    numbered = [block.number for block in document.blocks if isinstance(block, Table) and block.caption]
    assert figures == [1, 2]
    assert numbered == list(range(1, len(numbered) + 1))


def test_exhibits_that_were_not_examined_alike_are_not_to_be_compared(make_case, make_run) -> None:
    case = make_case(exhibits=2)
    warning = "cannot be compared with each other"
    assert warning not in words(build(case))
    other = make_run(case.working_copy("Q2"))
    case.record_run("Q2", {**other, "plan_sha256": "0" * 64})
    assert warning in words(build(case))
    assert warning in words(build(case, "screening"))


def test_the_screening_says_the_same_scores(make_case) -> None:
    case = make_case(exhibits=2)
    (full,) = tables(build(case), "Uncalibrated scores of all exhibits")
    (short,) = tables(build(case, "screening"), "Uncalibrated scores")
    assert short.rows == full.rows
