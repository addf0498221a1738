"""The rules of PRACTICE section 3: a built report keeps them, and a breach of each is found."""

from __future__ import annotations

import dataclasses

import pytest

from core.report import build, lint
from core.report.document import (
    Column,
    Document,
    Figure,
    KeyValue,
    KeyValues,
    Kind,
    ModelShown,
    Paragraph,
    RatioShown,
    Table,
)

EMPTY = Document(
    title="t", report_id="r", state="DRAFT", number="1", examiner="A", made_at="2026-11-21T09:00:00+00:00",
    manifest_sha256="0" * 64, software="s", blocks=(),
)  # fmt: skip


def saying(text: str, kind: Kind = "text") -> Document:
    return dataclasses.replace(EMPTY, blocks=(Paragraph(text=text, kind=kind),))


@pytest.mark.parametrize("template", ["full", "screening"])
def test_a_built_report_keeps_the_rules(make_case, wav, template: str) -> None:
    case = make_case(exhibits=2)
    case.add(wav("not examined.wav"))
    assert lint(build(case, template)) == []


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("The recording is 97 % fake.", "rule 1"),
        ("Fake: 97.3 %", "rule 1"),
        ("97 per cent synthetic", "rule 1"),
        ("There is a high probability that the speaker is a machine.", "rule 1"),
        ("It is likely that the voice was cloned.", "rule 1"),
        ("The voice is probably synthetic.", "rule 1"),
        ("Q1 is fake.", "rule 1"),
        ("The method makes no errors.", "rule 3"),
        ("The method is 100 % reliable.", "rule 3"),
        ("to a degree of scientific certainty", "rule 3"),
        ("The recording is authentic.", "rule 4"),
        ("Made at 2026-11-21 09:00:00.", "rule 7"),
        ("As ISO 21043-4 demands.", "rule 12"),
        ("Follows SWGDE 16-A-001.", "rule 12"),
        ("The speech was made with HiFi-GAN.", "P-47"),
        (f"The file has the hash {'ab' * 32}.", "rule 6"),
        ("The file has the hash 12345678…9abcdef0.", "rule 6"),
    ],
)
def test_a_bad_sentence_is_caught(sentence: str, rule: str) -> None:
    found = lint(saying(sentence))
    assert found
    assert all(rule in breach for breach in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "Made at 2026-11-21 09:00:00 UTC.",
        "As ISO 21043-4:2025 demands.",
        "Follows SWGDE 16-A-001, version of 2017.",
        f"SHA-256 {'ab' * 32}",
        "The question of authenticity is not answered here.",
        "Clipped: 12.0 % of samples.",
        "EER 7.3 % on synthetic speech of the test set",
    ],
)
def test_a_good_sentence_passes(sentence: str) -> None:
    assert lint(saying(sentence)) == []


def test_words_of_others_are_not_judged() -> None:
    assert lint(saying("authentic 100 % real.wav", kind="quoted")) == []


def test_every_place_that_can_hold_words_is_read() -> None:
    bad = "It is authentic."
    column = Column(title="Result", share=1)
    places = (
        Table(columns=(column,), rows=((bad,),)),
        Table(columns=(column,), rows=(), caption=bad),
        Table(columns=(dataclasses.replace(column, title=bad),), rows=()),
        KeyValues(rows=(KeyValue(key="k", value=bad),)),
        KeyValues(rows=(KeyValue(key=bad, value="v"),)),
    )
    for block in places:
        assert len(lint(dataclasses.replace(EMPTY, blocks=(block,)))) == 1


def test_a_hash_named_by_its_column_passes() -> None:
    row = ("ab" * 32,)
    named = Table(columns=(Column(title="SHA-256", share=1, kind="mono"),), rows=(row,))
    nameless = Table(columns=(Column(title="Digest", share=1, kind="mono"),), rows=(row,))
    assert lint(dataclasses.replace(EMPTY, blocks=(named,))) == []
    assert "rule 6" in lint(dataclasses.replace(EMPTY, blocks=(nameless,)))[0]


@pytest.mark.parametrize(("bounds", "caught"), [((-2.0, 2.0), False), ((-1.0, 1.0), True), (None, True)])
def test_a_ratio_outside_its_bounds_is_caught(bounds, caught: bool) -> None:
    shown = RatioShown(
        exhibit="Q1", question="synthetic", log10_lr=1.5, interval=(1.0, 2.0), bounds=bounds, calibration="c"
    )
    found = lint(dataclasses.replace(EMPTY, ratios=(shown,)))
    assert any("bounds of its validation" in breach for breach in found) == caught


@pytest.mark.parametrize("missing", ["version", "sha256", "principle"])
def test_a_model_must_be_described(missing: str) -> None:
    model = ModelShown(id="a/b", version="1", sha256="ab" * 32, principle="What it is.")
    said = Paragraph(text=f"a/b, SHA-256 {'ab' * 32}")
    whole = dataclasses.replace(EMPTY, blocks=(said,), models=(model,))
    assert lint(whole) == []
    partly = dataclasses.replace(whole, models=(dataclasses.replace(model, **{missing: ""}),))
    assert len(lint(partly)) == 1
    assert len(lint(dataclasses.replace(whole, blocks=()))) == 1


def test_a_figure_without_its_parameters_is_caught(make_case) -> None:
    document = build(make_case())
    blocks = tuple(
        dataclasses.replace(block, parameters=()) if isinstance(block, Figure) else block for block in document.blocks
    )
    assert lint(dataclasses.replace(document, blocks=blocks)) == ["figure 1: rule 5: a figure without its parameters"]
