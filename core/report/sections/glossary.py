"""Annex B: words that a court need not know."""

from __future__ import annotations

from core.report.document import Block, Column, Heading, Table
from core.report.facts import ReportFacts
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text, texts


@REPORT_SECTIONS.register("full/9 glossary")
def glossary(facts: ReportFacts) -> tuple[Block, ...]:
    """Words used."""
    del facts
    columns = (
        Column(title=text("glossary.column_word"), share=26),
        Column(title=text("glossary.column_meaning"), share=74),
    )
    rows = tuple((word, meaning) for word, meaning in texts("glossary.words"))
    return Heading(text=text("glossary.heading")), Table(columns=columns, rows=rows)
