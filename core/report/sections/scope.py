"""Section 1: what was and what was not done, and which propositions stand against each other."""

from __future__ import annotations

from collections.abc import Iterator

from core.calibration import PROPOSITIONS
from core.case.blind_tests import BEGUN, ENDED
from core.case.desk import LISTENED
from core.detectors.card import QUESTIONS
from core.report.document import Block, Bullets, Column, Heading, Paragraph, Table
from core.report.facts import ReportFacts
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text, texts


@REPORT_SECTIONS.register("full/1 scope")
def scope(facts: ReportFacts) -> tuple[Block, ...]:
    """Scope and propositions; but for listening the same for every case until a case can hold its own questions."""
    return (
        Heading(text=text("scope.heading")),
        Heading(text=text("scope.done"), level=2),
        Bullets(items=tuple(_done(facts))),
        Heading(text=text("scope.not_done"), level=2),
        Bullets(items=tuple(_not_done(facts))),
        Heading(text=text("scope.propositions"), level=2),
        _propositions(),
        Paragraph(text=text("scope.both")),
        Paragraph(text=text("scope.conditional")),
    )


def _done(facts: ReportFacts) -> Iterator[str]:
    yield from texts("scope.done_items")
    if _has(facts, LISTENED):
        yield text("scope.listened")
    if _has(facts, BEGUN, ENDED):
        yield text("scope.blind")


def _not_done(facts: ReportFacts) -> Iterator[str]:
    if not _has(facts, LISTENED):
        yield text("scope.not_listened" if facts.log else "scope.no_case")
    yield text("scope.not_compared_but_blind" if _has(facts, BEGUN, ENDED) else "scope.not_compared")
    yield from texts("scope.not_done_items")


def _has(facts: ReportFacts, *actions: str) -> bool:
    return any(entry.action in actions for entry in facts.log)


def _propositions() -> Table:
    columns = (
        Column(title=text("scope.column_question"), share=24),
        Column(title=text("scope.column_h1"), share=42),
        Column(title=text("scope.column_h2"), share=34),
    )
    rows = tuple((text(f"questions.{question}_full"), *PROPOSITIONS[question]) for question in QUESTIONS)
    return Table(columns=columns, rows=rows, caption=text("scope.propositions_caption"))
