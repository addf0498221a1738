"""The first page: what this is, of what, and what it says in one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from core.calibration.verbal import Weight
from core.report import numbers, states
from core.report.document import (
    Block,
    Bullets,
    Column,
    Contents,
    Figure,
    Heading,
    KeyValue,
    KeyValues,
    PageBreak,
    Paragraph,
    Table,
)
from core.report.facts import ReportFacts, asked
from core.report.sections import REPORT_SECTIONS, ratios
from core.report.wording import text

_MOST_ITEMS = 4
"""Likelihood ratios that the first page says in sentences; the scale shows all."""


@REPORT_SECTIONS.register("full/0 cover")
def cover(facts: ReportFacts) -> tuple[Block, ...]:
    """Title, case, summary, exhibits with their states, table of contents."""
    return (
        Paragraph(text=text("report.title"), style="title"),
        Paragraph(text=text("report.draft_line"), style="subtitle"),
        case_facts(facts),
        Heading(text=text("cover.summary"), level=2),
        Paragraph(text=summary(facts), style="lead"),
        *ratios_block(facts),
        Heading(text=text("cover.exhibits"), level=2),
        exhibits_table(facts),
        *unusable(facts, full=False),
        Paragraph(text=text("cover.states_note"), style="small"),
        Contents(),
        PageBreak(),
    )


def case_facts(facts: ReportFacts) -> KeyValues:
    """Whose report on what."""
    rows = (
        ("report.report_id", facts.report_id),
        ("report.case_number", facts.number or text("report.no_case")),
        ("report.examiner", facts.examiner or text("report.not_named")),
        ("report.made_at" if facts.log else "report.examined_at", numbers.moment(facts.made_at)),
    )
    return KeyValues(rows=tuple(KeyValue(key=text(key), value=value, kind="quoted") for key, value in rows))


def summary(facts: ReportFacts) -> str:
    """One paragraph in plain words."""
    count = len(facts.subjects)
    items = text("cover.one_exhibit") if count == 1 else text("cover.exhibits_count", count=count)
    parts = [text("cover.summary_what", count=items), text("cover.summary_uncalibrated")]
    parts.append(text("cover.summary_some_lr" if ratios.any_ratio(facts) else "cover.summary_no_lr"))
    outside = [s.id for s in facts.examined if "outside" in _verdicts(s.result)]
    missing = [s.id for s in facts.subjects if s.run is None]
    silent = [s.id for s in facts.subjects if s.is_silent]
    if facts.unusable:
        parts.insert(1, _unusable_count(len(facts.unusable)))
    if silent:
        parts.append(text("cover.summary_silent", exhibits=numbers.ids(silent)))
    if outside := [name for name in outside if name not in silent]:
        parts.append(text("cover.summary_outside", exhibits=numbers.ids(outside)))
    if missing:
        parts.append(text("cover.summary_not_examined", exhibits=numbers.ids(missing)))
    return " ".join([*parts, text("cover.summary_draft"), text("cover.results_only")])


def ratios_block(facts: ReportFacts) -> tuple[Block, ...]:
    """The likelihood ratios in words and on the scale; nothing where there are none."""
    data = ratios.on_scale(facts)
    if not data.rows:
        return ()
    found = [(s.id, weight) for s in facts.examined for weight in ratios.weights(s).values()]
    return (
        Heading(text=text("cover.ratios"), level=2),
        Bullets(items=tuple(_ratio_items(found))),
        Figure(
            data=data,
            exhibit="",
            caption=text("ratios.figure_cover"),
            parameters=(ratios.scale_parameters(),),
            data_sha256=data.sha256(),
        ),
    )


def _ratio_items(found: Sequence[tuple[str, Weight]]) -> Iterator[str]:
    """The first few in words; that there are others, and where their words are."""
    yield from (_ratio_item(name, weight) for name, weight in found[:_MOST_ITEMS])
    if rest := dict.fromkeys(name for name, _ in found[_MOST_ITEMS:]):
        yield text("cover.ratio_rest", exhibits=numbers.ids(list(rest)))


def _ratio_item(exhibit: str, weight: Weight) -> str:
    return text(
        "cover.ratio_item",
        exhibit=exhibit,
        question=text(f"questions.{weight.question}").lower(),
        words=weight.words,
        sentence=weight.sentence,
        ratio=weight.ratio,
        limits=weight.limits or numbers.NONE,
    )


def exhibits_table(facts: ReportFacts) -> Table:
    """Each exhibit with its three states."""
    shares = (25, 20, 21, 30) if ratios.any_ratio(facts) else (28, 23, 24, 21)
    file, intact, applicable, evidence = shares
    columns = (
        Column(title=text("states.exhibit"), share=8),
        Column(title=text("states.file"), share=file, kind="quoted"),
        Column(title=text("states.intact"), share=intact),
        Column(title=text("states.applicable"), share=applicable),
        Column(title=text("states.evidence"), share=evidence),
    )
    rows = tuple(
        (s.id, f"{s.name}\n{numbers.short_hash(s.sha256)}", states.intact(s), states.applicable(s), states.evidence(s))
        for s in facts.subjects
    )
    return Table(columns=columns, rows=rows)


def unusable(facts: ReportFacts, *, full: bool) -> tuple[Block, ...]:
    """Recordings that were given and could not be used: names with codes, or paths with the whole messages."""
    if not facts.unusable:
        return ()
    columns = (
        Column(title=text("unusable.path" if full else "exhibits.name"), share=40, kind="quoted"),
        Column(title=text("condition.notice_code"), share=12),
        Column(title=text("unusable.message"), share=48, kind="quoted"),
    )
    rows = tuple(
        (one.path, one.code, one.message) if full else (PurePath(one.path).name, one.code, _first_sentence(one.message))
        for one in facts.unusable
    )
    return (Table(columns=columns, rows=rows, caption=text("unusable.caption")),)


def _first_sentence(message: str) -> str:
    return re.split(r"(?<=[.!?])\s", message.strip(), maxsplit=1)[0]


def _unusable_count(count: int) -> str:
    return text("unusable.one") if count == 1 else text("unusable.several", count=count)


def _verdicts(result) -> set[str]:
    return {result["questions"][question]["applicability"] for question in asked(result)}
