"""Section 5: scores, tracks and figures of each exhibit. Model output, kept apart from evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from core.report import numbers, states
from core.report.captions import figure_of, windows_of
from core.report.document import Block, Column, Heading, Notice, PageBreak, Paragraph, Table
from core.report.facts import ReportFacts, Subject, asked
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text

_EXTREMES = 5
"""Highest and lowest steps of a track that are listed."""


@REPORT_SECTIONS.register("full/5 results")
def results(facts: ReportFacts) -> tuple[Block, ...]:
    """Results: an overview, then each exhibit on pages of its own."""
    heading = Heading(text=text("results.heading"))
    if not facts.examined:
        return heading, Paragraph(text=text("results.none"))
    blocks: list[Block] = [
        heading,
        Notice(title=text("results.model_output"), text=text("cover.summary_uncalibrated")),
        *([overview(facts, text("results.overview_caption"))] if len(facts.subjects) > 1 else []),
    ]
    for number, subject in enumerate(facts.examined, 1):
        blocks += [PageBreak()] if len(facts.subjects) > 1 else []
        blocks += _exhibit(facts, subject, number)
    return tuple(blocks)


def overview(facts: ReportFacts, caption: str) -> Table:
    """One row for each exhibit and question."""
    columns = (
        Column(title=text("results.column_exhibit"), share=12),
        Column(title=text("results.column_question"), share=20),
        Column(title=text("results.column_score"), share=14, align="right"),
        Column(title=text("results.column_applicable"), share=20),
        Column(title=text("results.column_evidence"), share=34),
    )
    rows = []
    for subject in facts.subjects:
        if subject.run is None:
            rows.append((subject.id, text("results.not_examined"), "", "", ""))
            continue
        rows += [_overview_row(subject, question) for question in asked(subject.result)]
    return Table(columns=columns, rows=tuple(rows), caption=caption)


def _overview_row(subject: Subject, question: str) -> tuple[str, ...]:
    return (
        subject.id,
        text(f"questions.{question}"),
        states.score(subject, question),
        text(f"states.{subject.result['questions'][question]['applicability']}"),
        states.likelihood_ratio(subject, question) or text("results.lr_none"),
    )


def _exhibit(facts: ReportFacts, subject: Subject, number: int) -> Iterator[Block]:
    yield Heading(text=f"5.{number} {subject.id}", level=2)
    yield Paragraph(text=subject.name, style="small", kind="quoted")
    yield _questions(subject)
    yield _detectors(facts, subject)
    if (track := _track(subject)).rows:
        yield track
        step = numbers.seconds(subject.plan["segment_s"])
        yield Paragraph(
            text=text("results.track_resolution", step=step, windows=windows_of(facts.models)), style="small"
        )
    yield Paragraph(text=_source(subject.result))
    if subject.figure is None:
        yield Paragraph(text=text("results.unopened", reason=subject.no_figure))
    else:
        yield figure_of(facts.models, subject)


def _questions(subject: Subject) -> Table:
    columns = (
        Column(title=text("results.column_question"), share=16),
        Column(title=text("results.column_score"), share=10, align="right"),
        Column(title=text("results.column_evidence"), share=18),
        Column(title=text("results.column_applicable"), share=16),
        Column(title=text("results.column_reasons"), share=44),
    )
    rows = []
    for question in asked(subject.result):
        row = _overview_row(subject, question)[1:]
        reasons = "\n".join(subject.result["questions"][question]["reasons"])
        rows.append((row[0], row[1], row[3], row[2], reasons))
    return Table(columns=columns, rows=tuple(rows), caption=text("results.scores_caption", exhibit=subject.id))


def _detectors(facts: ReportFacts, subject: Subject) -> Table:
    columns = (
        Column(title=text("results.column_detector"), share=10),
        Column(title=text("results.column_question"), share=16),
        Column(title=text("results.column_score"), share=9, align="right"),
        Column(title=text("results.column_windows"), share=10, align="right"),
        Column(title=text("results.column_low"), share=9, align="right"),
        Column(title=text("results.column_high"), share=9, align="right"),
        Column(title=text("results.column_notes"), share=41),
    )
    labels = {model.key: model.label for model in facts.models}
    rows = tuple(_detector(labels[found["model"]], found) for found in subject.result["detectors"])
    return Table(columns=columns, rows=rows, caption=text("results.detectors_caption", exhibit=subject.id))


def _detector(label: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    scores = [window["score"] for window in found["windows"]]
    return (
        label,
        text(f"questions.{found['question']}"),
        numbers.score(found["score"]),
        str(len(scores)),
        numbers.score(min(scores, default=None)),
        numbers.score(max(scores, default=None)),
        "\n".join(found.get("notes", ())) or text("results.nothing"),
    )


def _track(subject: Subject) -> Table:
    """The highest and lowest steps of each track side by side, in the order of their scores."""
    columns, stacks = [], []
    for question in asked(subject.result):
        for kind, steps in _extremes(subject, question):
            title = text(f"results.{kind}", question=text(f"questions.{question}"))
            columns.append(Column(title=title, share=1))
            stacks.append([f"{numbers.score(step[question])}   {_span(step)}" for step in steps])
    rows = tuple(zip_longest(*stacks, fillvalue=""))
    return Table(columns=tuple(columns), rows=rows, caption=text("results.track_caption", exhibit=subject.id))


def _extremes(subject: Subject, question: str) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The steps with the highest and with the lowest scores, none in both; nothing for a single step."""
    steps = [step for step in subject.result["segments"] if step[question] is not None]
    ranked = sorted(steps, key=lambda step: -step[question])
    count = min(_EXTREMES, len(ranked) // 2)
    return [("highest", ranked[:count]), ("lowest", ranked[::-1][:count])] if count else []


def _span(step: Mapping[str, Any]) -> str:
    return numbers.stretch(step["start_s"], step["end_s"])


def _source(result: Mapping[str, Any]) -> str:
    decision = (result.get("source") or {}).get("decision") or "not assessed"
    return text("results.source_none") if decision == "not assessed" else text("results.source", decision=decision)
