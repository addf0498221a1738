"""What an examiner looks for in a report without a case, of silence, and on a picture by itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from helpers.examine_data import fake_checks
from reportlab.lib.units import mm

from core.audio import open_recording
from core.explain.attribution import Attribution
from core.explain.verdicts import Checks, Faithfulness, Sanity
from core.report import build, build_from_runs, captions, lint, numbers
from core.report.document import Bullets, Code, Figure, Heading, KeyValues, Notice, Paragraph, Table
from core.report.typeset import _Rows

LOST = ("calls/torn.wav", "AU-004", "The file ends in the middle. Its header says more.")


def said(document) -> str:
    parts: list[str] = []
    for block in document.blocks:
        match block:
            case Heading() | Paragraph() | Code():
                parts.append(block.text)
            case Notice():
                parts += [block.title, block.text]
            case Bullets():
                parts += block.items
            case KeyValues():
                parts += [f"{row.key}: {row.value}" for row in block.rows]
            case Table():
                parts += [block.caption, *(c.title for c in block.columns), *(c for row in block.rows for c in row)]
            case Figure():
                parts += [block.caption, *block.parameters]
            case _:
                pass
    return "\n".join(parts)


def loose(make_run, path: Path, **options):
    run = make_run(path)
    return build_from_runs([run], [open_recording(path)], made_at=run["made_at"], **options)


def test_recordings_that_could_not_be_used_are_named_and_counted(make_run, wav) -> None:
    path = wav()
    document = loose(make_run, path, unusable=[LOST])
    short, full = [t for t in document.blocks if isinstance(t, Table) and "could not be used" in t.caption]
    assert short.rows == (("torn.wav", "AU-004", "The file ends in the middle."),)
    assert full.rows == (LOST,)
    assert "One further recording was given and could not be used" in said(document)
    assert document.manifest["unusable"] == [dict(zip(("path", "code", "message"), LOST, strict=True))]
    assert "torn.wav" in said(loose(make_run, path, template="screening", unusable=[LOST]))
    assert "This report was made without a case: notes and what was played, if any, are not part" in said(document)
    assert "unusable" not in loose(make_run, path).manifest
    assert lint(document) == []


def test_without_a_case_nothing_is_said_of_a_case(make_run, make_case, wav) -> None:
    of_case, without = said(build(make_case())), said(loose(make_run, wav()))
    for words in ("the run's record", "head of the log", "byte for byte", "Every addition to the case"):
        assert words in of_case
        assert words not in without


def test_silence_is_said_to_say_nothing(make_run, tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    sf.write(path, np.zeros(32000, np.float32), 16000)
    text = said(loose(make_run, path))
    assert "In Q1 no speech was found. The scores given there say nothing" in text
    assert "No speech was found: the scores say nothing." in text
    assert "No likelihood ratio (no speech)." in text


def test_bits_of_lossy_coding_are_not_stated(make_run, wav) -> None:
    path = wav()
    run = make_run(path)
    run["analysis"]["recordings"][0]["condition"]["effective_bits"] = None
    text = said(build_from_runs([run], [open_recording(path)], made_at=run["made_at"]))
    assert "not applicable: lossy coding" in text


def test_two_training_manifests_stand_on_two_lines(make_run, wav) -> None:
    path = wav()
    run = make_run(path)
    run["cards"][0]["training_manifest_sha256"] = "ab" * 32 + "+" + "cd" * 32
    text = said(build_from_runs([run], [open_recording(path)], made_at=run["made_at"]))
    assert f"manifest 1/2: {'ab' * 32}\n" in text
    assert f"manifest 2/2: {'cd' * 32}\n" in text


def test_zero_has_no_minus() -> None:
    assert numbers.decimals(-0.00001, 4) == "0.0000"
    assert numbers.score(-0.001) == "+0.00"


def test_score_axes_are_alike_and_hold_all_scores(make_case) -> None:
    figures = [block for block in build(make_case(exhibits=3)).blocks if isinstance(block, Figure)]
    (limits,) = {figure.data.score_range for figure in figures}
    assert limits is not None
    scores = [score for figure in figures for score in figure.data.scores()]
    assert limits[0] <= min(0.0, *scores) < max(scores) <= limits[1]
    assert all(numbers.score(limits[1]) in " ".join(figure.parameters) for figure in figures)


def attribution(**changes) -> Attribution:
    times, bands = np.arange(6) / 6, np.linspace(0, 8000, 4)
    shown = Attribution(
        values=np.ones((4, 6), np.float32), time_s=times, frequency_hz=bands, model="made/net@" + "c0ffee12" * 8,
        question="synthetic", method="ig", baseline="silence", target="fake", steps=64, score=1.25, baseline_score=-0.5,
        completeness_error=0.034, start_s=0.0, end_s=1.0, domain="features",
    )  # fmt: skip
    return dataclasses.replace(shown, **changes)


def test_a_picture_of_attributions_says_what_it_is_of(wav) -> None:
    recording = open_recording(wav())
    text = "\n".join(captions.attribution_lines(recording, [attribution()]))
    wanted = (
        recording.id.path.name,
        recording.id.sha256[:16],
        "made/net",
        "Synthetic",
        "target: fake",
        "integrated gradients",
        "baseline: silence",
        "steps: 64",
        "score +1.25",
        "baseline score −0.50",
        "0.060 of 1.750 (3.4 %)",
        "0.00 s to 1.00 s",
        "What the model used, not what was forged.",
    )
    assert [words for words in wanted if words not in text] == []
    assert "WARNING" not in text
    assert "not checked: do not rely on it" in text


@pytest.mark.parametrize(
    ("loss", "correlation", "words"),
    [
        (0.5, 0.1, "both checks passed"),
        (0.0, 0.1, "failed the deletion check: do"),
        (0.5, 0.9, "failed the random-weights check: do"),
        (0.0, 0.9, "failed the deletion check and the random-weights check: do"),
    ],
)
def test_what_came_of_the_checks_stands_beside_the_error(wav, loss: float, correlation: float, words: str) -> None:
    shares = np.array([0.0, 0.5, 1.0])
    by_chance = np.outer([-0.01, 0.01], np.ones(3))
    curve = Faithfulness(shares=shares, by_map=np.full(3, loss), by_chance=by_chance)
    checks = Checks(faithfulness=curve, sanity=Sanity(correlations=(correlation,)))
    text = "\n".join(captions.attribution_lines(open_recording(wav()), [attribution(checks=checks)]))
    assert f"0.060 of 1.750 (3.4 %); {words}" in text


def test_a_baseline_that_scores_higher_is_told_beside_the_checks(wav) -> None:
    found = attribution(checks=fake_checks(), baseline_score=2.0)
    recording = open_recording(wav())
    assert "passed, but the baseline scores higher" in "\n".join(captions.attribution_lines(recording, [found]))
    none_lower = dataclasses.replace(found, none_is_lower=True)
    assert "scores lower: do not rely on it" in "\n".join(captions.attribution_lines(recording, [none_lower]))


@pytest.mark.parametrize(("method", "said"), [("ig", True), ("occlusion", False), ("saliency", False)])
def test_completeness_is_said_of_methods_that_have_it(wav, method: str, said: bool) -> None:
    many = [attribution(method=method, start_s=float(i)) for i in range(14)]
    recording = open_recording(wav())
    listed = captions.attribution_lines(recording, many)
    assert ["unexplained" in line for line in listed].count(True) == (13 if said else 0)
    assert "2 more windows" in "\n".join(listed)
    parameters = captions._attribution(many[0])
    assert ("unexplained 0.060 of 1.750 (3.4 %). Checks" in parameters) is said
    assert ", ." not in parameters


@pytest.mark.parametrize(("method", "warned"), [("ig", True), ("occlusion", False)])
def test_an_incomplete_map_is_warned_of(wav, method: str, warned: bool) -> None:
    shown = [attribution(), attribution(completeness_error=0.4, method=method)]
    text = "\n".join(captions.attribution_lines(open_recording(wav()), shown))
    assert ("WARNING: in 1 of 2 windows" in text) == warned


@pytest.mark.parametrize("room_mm", [60, 120, 200, 251])
def test_no_part_of_a_table_is_a_single_row(room_mm: int) -> None:
    table = _Rows([["head"], *[[str(i)] for i in range(60)]], repeatRows=1, rowHeights=[5 * mm] * 61)
    counts, rest = [], [table]
    while rest:
        parts = rest[0].split(170 * mm, room_mm * mm)
        counts.append((parts or rest)[0]._nrows - 1)  # pyright: ignore[reportAttributeAccessIssue]
        rest, room_mm = parts[1:], 251
    assert sum(counts) == 60
    assert min(counts) >= 2
