"""Likelihood ratios in a report: whole where they are given, a reason where they are not."""

from __future__ import annotations

import dataclasses
import io

import pytest
from helpers.localising import plain_setting
from pypdf import PdfReader

from core.analysis.finding import LocalisationResult, Region
from core.audio import open_recording
from core.calibration import PROPOSITIONS
from core.calibration.localisation import Found, Located
from core.calibration.verbal import Weight, scale
from core.report import build, build_from_runs, lint, pdf
from core.report.document import Bullets, Document, Figure, Heading, KeyValues, Notice, Paragraph, Table
from core.report.ratio_data import RatioData
from core.report.ratio_figure import render
from core.report.sections.cover import _ratio_items

LOCATED = Located(
    data="dev, spliced",
    spliced_sha256="ab" * 32,
    recordings=100,
    controls=40,
    sources=20,
    cells=(),
    by_length=(Found(length_s=1.0, found=30, inserts=40),),
    genuine_minutes=22.5,
    false_regions=9,
    false_per_minute=0.4,
)


def words(document: Document) -> str:
    found: list[str] = []
    for block in document.blocks:
        match block:
            case Paragraph() | Notice() | Heading():
                found.append(block.text)
            case Bullets():
                found += block.items
            case KeyValues():
                found += [f"{row.key}: {row.value}" for row in block.rows]
            case Table():
                found += [block.caption, *(" | ".join(row) for row in block.rows)]
            case Figure():
                found += [block.caption, *block.parameters]
            case _:
                pass
    return "\n".join(found)


@pytest.fixture(scope="module")
def document(case_in, tmp_path_factory) -> Document:
    """Of an exhibit with a ratio of 10^1.2 for both questions."""
    return build(case_in(tmp_path_factory.mktemp("ratio"), log10_lr=1.2))


def test_a_ratio_stands_with_all_that_it_needs(document) -> None:
    text = words(document)
    assert lint(document) == []
    assert "LR 16 (95 % interval 5.0 to 50)\nlog10 LR +1.20 (95 % interval +0.70 to +1.70)" in text
    assert (
        "moderate support for the first proposition (the speech passed through a neural codec) rather than the second"
        in text
    )
    assert "The scores are about 16 times (95 % interval 5.0 to 50) more probable if the speech is synthetic" in text
    assert "log10 LR −2.00 to +2.00 (LR 0.010 to 100)" in text
    assert all(proposition in text for proposition in PROPOSITIONS["neural_codec"])
    assert all(f"{row[0]} | {row[1]} | {row[2]}" in text for row in scale().rows())
    assert "0.27 (0.21 to 0.34) | 0.24 (0.18 to 0.30)" in text
    assert "300 / 300, 48" in text
    assert "(interval not recorded)" in text
    assert "not recorded: the calibration was made before dates were kept" in text


def test_below_one_the_propositions_are_exchanged(make_case) -> None:
    text = words(build(make_case(log10_lr=-1.6)))
    assert "moderate support for the second proposition (the speech did not pass through a neural codec)" in text
    assert (
        "The scores are about 40 times (95 % interval 13 to 100 or more) more probable if the speech is human" in text
    )


def test_at_a_limit_of_the_validation_the_report_says_so(make_case) -> None:
    document = build(make_case(log10_lr=2.0))
    text = words(document)
    assert lint(document) == []
    assert "LR at least 100 (95 % interval 32 to 100 or more)" in text
    assert "The ratio lies on this limit" in text
    assert "The scores are at least 100 times" in text


def test_next_to_one_there_is_no_meaningful_support(make_case) -> None:
    text = words(build(make_case(log10_lr=0.2)))
    assert "no meaningful support either way" in text
    assert "weak support for the first proposition (" not in text


def test_one_question_may_have_a_ratio_and_the_other_a_reason(make_case) -> None:
    document = build(make_case(log10_lr=1.2, asked=("synthetic",)))
    text = words(document)
    assert lint(document) == []
    assert "Neural codec: No likelihood ratio: AP-022" in text
    assert "Neural codec: none (reasons in the results)." in text


def test_measured_conditions_stand_beside_the_validated_ones(document) -> None:
    blocks = document.blocks
    (table,) = [block for block in blocks if isinstance(block, Table) and "conditions of" in block.caption]
    rows = {row[0]: row for row in table.rows}
    assert "synthetic and neural codec" in table.caption
    assert rows["Coding"][2:] == ("MP3\nlossless", "MP3\nlossless", rows["Coding"][4])
    speech = next(row for row in table.rows if row[0].startswith("Speech"))
    assert speech[2:4] == ("from 2.1 s", "from 1.4 s")
    assert speech[4] in {"inside", "at the edge", "outside"}


def test_runs_without_a_case_give_ratios_too(make_run, wav) -> None:
    path = wav()
    run = make_run(path, log10_lr=1.2)
    document = build_from_runs([run], [open_recording(path)], made_at=run["made_at"])
    assert lint(document) == []
    assert "Cllr (95" in "".join(c.title for b in document.blocks if isinstance(b, Table) for c in b.columns)


def test_without_ratios_nothing_of_them_is_said(make_case) -> None:
    text = words(build(make_case()))
    assert "Calibration and validation" not in text
    assert "verbal scale" not in text.lower()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"interval": None}, "P-22"),
        ({"calibration": "nowhere-4711"}, "without its calibration"),
        ({"bounds": None}, "rule 2"),
    ],
)
def test_the_lint_misses_what_a_ratio_lacks(document, change, rule: str) -> None:
    shown = dataclasses.replace(document.ratios[0], **change)
    (breach,) = lint(dataclasses.replace(document, ratios=(shown,)))
    assert rule in breach


def test_the_lint_misses_the_scale(document) -> None:
    blocks = tuple(b for b in document.blocks if not (isinstance(b, Table) and b.caption.startswith("The whole scale")))
    assert any("P-07" in breach for breach in lint(dataclasses.replace(document, blocks=blocks)))


def test_figures_of_ratios_are_the_same_each_time_and_mark_the_exhibit(document) -> None:
    blocks = document.blocks
    figures = [block for block in blocks if isinstance(block, Figure) and isinstance(block.data, RatioData)]
    data = figures[-1].data
    assert isinstance(data, RatioData)
    assert [tippett.mark for tippett in data.tippetts] == [1.2, 1.2]
    assert data.reach == 3
    assert render(data)[0] == render(data)[0]
    assert figures[-1].data_sha256 == data.sha256()


def test_regions_are_listed_with_what_is_known_of_them(make_run, wav) -> None:
    path = wav()
    run = make_run(path)
    setting = plain_setting(models=("a",), relative=True, threshold=1.0, max_false_per_minute=0.5, measured=(LOCATED,))
    region = Region(question="synthetic", start_s=0.5, end_s=1.75, score=2.5, resolution_s=0.25)
    results = (
        LocalisationResult(question="synthetic", regions=(region,), setting=setting, median=-1.25),
        LocalisationResult(question="neural_codec", regions=(), setting=None, reason="AP-071: No regions, because."),
    )
    run["localisation"] = {result.question: dataclasses.asdict(result) for result in results}
    document = build_from_runs([run], [open_recording(path)], made_at=run["made_at"])
    text = words(document)
    assert lint(document) == []
    assert "Synthetic | 0.50 s | 1.75 s | +2.50 | ±0.25 s" in text
    scale = f"in windows of {setting.window_s:g} s each {setting.hop_s:g} s, above the median of the recording's speech"
    assert f"mean scores of these stretches are {scale}, which is \N{MINUS SIGN}1.25. The track" in text
    assert "Synthetic: No statement is made on stretches below 1.00 s" in text
    assert "30 of 40 inserts of 1.00 s were found; 0.4 false stretches stood in a minute without inserts" in text
    assert "Neural codec: AP-071: No regions, because." in text
    (figure,) = [block for block in document.blocks if isinstance(block, Figure)]
    assert "hatched: stretches with high scores" in figure.caption


@pytest.mark.parametrize("template", ["full", "screening"])
def test_a_printed_report_has_ratio_limits_and_scale(make_case, template: str) -> None:
    document = build(make_case(log10_lr=2.0), template)
    assert lint(document) == []
    reader = PdfReader(io.BytesIO(pdf.pdf_bytes(document)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for part in (
        "LR at least 100 (95 % interval 32 to 100 or more)",
        "The scores are at least 100 times (95 % interval 32 to 100 or more) more probable if the speech is synthetic",
        "above 10, to 100",
        "0.27 (0.21 to 0.34)",
        document.ratios[0].calibration,
    ):
        assert part in text


@pytest.mark.parametrize(("count", "rest"), [(4, ""), (5, "Q5"), (8, "Q5 to Q8")])
def test_the_first_page_leaves_no_ratio_out_without_a_word(count: int, rest: str) -> None:
    weight = Weight(question="synthetic", log10_lr=0.5, interval=(0.2, 0.8), bounds=(-1.0, 1.0))
    items = list(_ratio_items([(f"Q{i}", weight) for i in range(1, count + 1)]))
    assert [item.split(",")[0] for item in items[:4]] == ["Q1", "Q2", "Q3", "Q4"]
    assert [item.split(":")[0] for item in items[4:]] == ([rest] if rest else [])
