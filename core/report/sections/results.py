"""Section 5: scores, tracks and figures of each exhibit. Model output, kept apart from evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from core.detectors.card import QUESTIONS
from core.report import numbers, states
from core.report.captions import figure_of, windows_of
from core.report.document import Block, Column, Heading, KeyValue, KeyValues, Notice, PageBreak, Paragraph, Table
from core.report.facts import ReportFacts, Subject, asked
from core.report.sections import REPORT_SECTIONS, ratios, regions
from core.report.sections.exhibits import sound
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
        *comparability(facts),
    ]
    blocks += [Paragraph(text=_resolution(facts)), *_sources(facts)]
    for number, subject in enumerate(facts.examined, 1):
        blocks += [PageBreak()] if len(facts.subjects) > 1 else []
        blocks += _exhibit(facts, subject, number)
    return tuple(blocks)


def _resolution(facts: ReportFacts) -> str:
    steps = sorted({float(subject.plan["segment_s"]) for subject in facts.examined})
    step = numbers.listed([numbers.seconds(value) for value in steps])
    return text("results.track_resolution", step=step, windows=windows_of(facts.models))


def _sources(facts: ReportFacts) -> tuple[Block, ...]:
    """That no source was assessed, said once for those without one."""
    none = [s.id for s in facts.examined if _source(s.result) == text("results.source_none")]
    return (Paragraph(text=text("results.source_none_of", exhibits=numbers.ids(none))),) if none else ()


def comparability(facts: ReportFacts) -> tuple[Block, ...]:
    """A warning where exhibits were not examined alike."""
    alike = len({subject.run["plan_sha256"] for subject in facts.examined if subject.run}) <= 1
    return () if alike else (Paragraph(text=text("results.not_alike")),)


def overview(facts: ReportFacts, caption: str) -> Table:
    """One row for each exhibit."""
    columns = [Column(title=text("results.column_exhibit"), share=10)]
    for question in QUESTIONS:
        columns.append(Column(title=text(f"questions.{question}"), share=15, align="right"))
        columns.append(Column(title=text("results.column_applicable"), share=15))
    columns.append(Column(title=text("results.column_evidence"), share=34))
    return Table(columns=tuple(columns), rows=tuple(map(_overview_row, facts.subjects)), caption=caption)


def _overview_row(subject: Subject) -> tuple[str, ...]:
    if subject.run is None:
        return subject.id, *[""] * (2 * len(QUESTIONS)), text("results.not_examined")
    cells = [cell for q in QUESTIONS for cell in (states.score(subject, q), states.verdict(subject, q))]
    given = any(states.likelihood_ratio(subject, question) for question in QUESTIONS)
    return subject.id, *cells, states.evidence(subject) if given else text("results.lr_none")


def _exhibit(facts: ReportFacts, subject: Subject, number: int) -> Iterator[Block]:
    yield Heading(text=f"5.{number} {subject.id}", level=2)
    yield _origin(facts, subject)
    if subject.is_silent:
        yield Notice(title=text("results.silent_title"), text=text("results.silent"))
    yield _questions(subject)
    if subject.calibrations or ratios.weights(subject):
        yield from ratios.of_exhibit(subject)
    yield _detectors(facts, subject)
    if (track := _track(subject)).rows:
        yield track
    yield from regions.of_exhibit(subject)
    if (source := _source(subject.result)) != text("results.source_none"):
        yield Paragraph(text=source)
    if subject.figure is None:
        yield Paragraph(text=text("results.unopened", reason=subject.no_figure))
    else:
        yield figure_of(facts.models, subject)


def _origin(facts: ReportFacts, subject: Subject) -> KeyValues:
    """Which bytes and which run the numbers below belong to."""
    run = next(run for run in facts.runs if run.id == subject.run_id)
    loose = "" if facts.log else "_loose"
    recorded = text(f"results.run_value{loose}", run=run.id, time=numbers.moment(run.time))
    return KeyValues(
        rows=(
            KeyValue(key=text("exhibits.name"), value=f"{subject.name} ({sound(subject.result)})", kind="quoted"),
            KeyValue(key=text("exhibits.sha256"), value=subject.sha256, kind="mono"),
            KeyValue(key=text("results.run"), value=recorded),
            KeyValue(key=text(f"results.run_sha256{loose}"), value=run.sha256, kind="mono"),
        )
    )


def _questions(subject: Subject) -> Table:
    columns = (
        Column(title=text("results.column_question"), share=13),
        Column(title=text("results.column_score"), share=9, align="right"),
        Column(title=text("results.column_evidence"), share=17),
        Column(title=text("results.column_applicable"), share=13),
        Column(title=text("results.column_reasons"), share=52),
    )
    rows = tuple(
        (
            text(f"questions.{question}"),
            states.score(subject, question),
            states.likelihood_ratio(subject, question) or text("results.lr_none"),
            states.verdict(subject, question),
            "\n".join(subject.result["questions"][question]["reasons"]),
        )
        for question in asked(subject.result)
    )
    return Table(columns=columns, rows=rows, caption=text("results.scores_caption", exhibit=subject.id))


def _detectors(facts: ReportFacts, subject: Subject) -> Table:
    columns = (
        Column(title=text("results.column_detector"), share=10.5),
        Column(title=text("results.column_question"), share=14),
        Column(title=text("results.column_score"), share=9, align="right"),
        Column(title=text("results.column_windows"), share=12.5, align="right"),
        Column(title=text("results.column_low"), share=11, align="right"),
        Column(title=text("results.column_high"), share=11.5, align="right"),
        Column(title=text("results.column_notes"), share=40),
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
            stacks.append([f"{numbers.score(step[question])} ({_span(step)})" for step in steps])
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
