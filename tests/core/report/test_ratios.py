"""Likelihood ratios in a report: whole where they are given, a reason where they are not."""

from __future__ import annotations

import dataclasses

import pytest

from core.calibration import PROPOSITIONS
from core.calibration.verbal import scale
from core.report import build, lint
from core.report.document import Bullets, Document, Figure, KeyValues, Notice, Paragraph, Table
from core.report.ratio_data import RatioData
from core.report.ratio_figure import render


def words(document: Document) -> str:
    found: list[str] = []
    for block in document.blocks:
        match block:
            case Paragraph() | Notice():
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


def test_a_ratio_stands_with_all_that_it_needs(make_case) -> None:
    document = build(make_case(log10_lr=1.2))
    text = words(document)
    assert lint(document) == []
    assert "LR 16 (95 % interval 5.0 to 50)\nlog10 LR +1.20 (95 % interval +0.70 to +1.70)" in text
    assert "moderate support for the first proposition rather than the second" in text
    assert "The scores are about 16 times (95 % interval 5.0 to 50) more probable if the speech is synthetic" in text
    assert "log10 LR −2.00 to +2.00 (LR 0.010 to 100)" in text
    assert all(proposition in text for proposition in PROPOSITIONS["neural_codec"])
    assert all(f"{row[0]} | {row[1]} | {row[2]}" in text for row in scale().rows())
    assert "0.27 (0.21 to 0.34) | 0.24 (0.18 to 0.30)" in text
    assert "300 / 300, 48" in text


def test_below_one_the_propositions_are_exchanged(make_case) -> None:
    text = words(build(make_case(log10_lr=-1.6)))
    assert "moderate support for the second proposition rather than the first" in text
    assert "The scores are about 40 times (95 % interval 13 to 100) more probable if the speech is human" in text


def test_at_a_limit_of_the_validation_the_report_says_so(make_case) -> None:
    document = build(make_case(log10_lr=2.0))
    text = words(document)
    assert lint(document) == []
    assert "LR at least 100 (95 % interval 32 to 100)" in text
    assert "The ratio lies on this limit" in text
    assert "The scores are at least 100 times" in text


def test_next_to_one_there_is_no_meaningful_support(make_case) -> None:
    text = words(build(make_case(log10_lr=0.2)))
    assert "no meaningful support either way" in text
    assert "weak support for the first proposition rather than the second (scale" not in text


def test_one_question_may_have_a_ratio_and_the_other_a_reason(make_case) -> None:
    document = build(make_case(log10_lr=1.2, asked=("synthetic",)))
    text = words(document)
    assert lint(document) == []
    assert "Neural codec: No likelihood ratio: AP-022" in text
    assert "Neural codec: none (reasons in the results)." in text


def test_measured_conditions_stand_beside_the_validated_ones(make_case) -> None:
    blocks = build(make_case(log10_lr=1.2)).blocks
    (table,) = [block for block in blocks if isinstance(block, Table) and "conditions of" in block.caption]
    rows = {row[0]: row for row in table.rows}
    assert "synthetic and neural codec" in table.caption
    assert rows["Coding"][2:] == ("MP3, lossless", "MP3, lossless", rows["Coding"][4])
    speech = next(row for row in table.rows if row[0].startswith("Speech"))
    assert speech[2:4] == ("from 2.1 s", "from 1.4 s")
    assert speech[4] in {"inside", "at the edge", "outside"}


def test_without_ratios_nothing_of_them_is_said(make_case) -> None:
    text = words(build(make_case()))
    assert "Cllr (95" not in text
    assert "verbal scale" not in text.lower()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"interval": None}, "P-22"),
        ({"calibration": "nowhere-4711"}, "without its calibration"),
        ({"bounds": None}, "rule 2"),
    ],
)
def test_the_lint_misses_what_a_ratio_lacks(make_case, change, rule: str) -> None:
    document = build(make_case(log10_lr=1.2))
    shown = dataclasses.replace(document.ratios[0], **change)
    (breach,) = lint(dataclasses.replace(document, ratios=(shown,)))
    assert rule in breach


def test_the_lint_misses_the_scale(make_case) -> None:
    document = build(make_case(log10_lr=1.2))
    blocks = tuple(b for b in document.blocks if not (isinstance(b, Table) and b.caption.startswith("The whole scale")))
    assert any("P-07" in breach for breach in lint(dataclasses.replace(document, blocks=blocks)))


def test_figures_of_ratios_are_the_same_each_time_and_mark_the_exhibit(make_case) -> None:
    blocks = build(make_case(log10_lr=1.2)).blocks
    figures = [block for block in blocks if isinstance(block, Figure) and isinstance(block.data, RatioData)]
    data = figures[-1].data
    assert isinstance(data, RatioData)
    assert [tippett.mark for tippett in data.tippetts] == [1.2, 1.2]
    assert data.reach == 3
    assert render(data)[0] == render(data)[0]
    assert figures[-1].data_sha256 == data.sha256()
