"""Section 1: what was and what was not done, and which propositions stand against each other."""

from __future__ import annotations

from core.calibration import PROPOSITIONS
from core.case.desk import LISTENED
from core.detectors.card import QUESTIONS
from core.report.document import Block, Bullets, Column, Heading, Paragraph, Table
from core.report.facts import ReportFacts
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text, texts


@REPORT_SECTIONS.register("full/1 scope")
def scope(facts: ReportFacts) -> tuple[Block, ...]:
    """Scope and propositions; but for listening the same for every case until a case can hold its own questions."""
    listened = any(entry.action == LISTENED for entry in facts.log)
    done, not_done = texts("scope.done_items"), texts("scope.not_done_items")
    return (
        Heading(text=text("scope.heading")),
        Heading(text=text("scope.done"), level=2),
        Bullets(items=(*done, text("scope.listened")) if listened else done),
        Heading(text=text("scope.not_done"), level=2),
        Bullets(items=not_done if listened else (text("scope.not_listened"), *not_done)),
        Heading(text=text("scope.propositions"), level=2),
        _propositions(),
        Paragraph(text=text("scope.both")),
        Paragraph(text=text("scope.conditional")),
    )


def _propositions() -> Table:
    columns = (
        Column(title=text("scope.column_question"), share=24),
        Column(title=text("scope.column_h1"), share=42),
        Column(title=text("scope.column_h2"), share=34),
    )
    rows = tuple((text(f"questions.{question}_full"), *PROPOSITIONS[question]) for question in QUESTIONS)
    return Table(columns=columns, rows=rows, caption=text("scope.propositions_caption"))
