"""Annex C: the verbal scale, whole (P-07)."""

from __future__ import annotations

from core.calibration.verbal import Scale, scale
from core.report import numbers
from core.report.document import Block, Column, Heading, KeyValue, KeyValues, Paragraph, Table
from core.report.facts import ReportFacts
from core.report.sections import REPORT_SECTIONS
from core.report.sections.ratios import any_ratio, weights
from core.report.wording import text


@REPORT_SECTIONS.register("full/9 scale")
def verbal_scale(facts: ReportFacts) -> tuple[Block, ...]:
    """The scale with the exhibits in their bands; nothing in a report without ratios."""
    if not any_ratio(facts):
        return ()
    used = scale()
    rows = (("scale.name", used.name), ("scale.version", used.version), ("scale.source", used.source))
    facts_of = KeyValues(rows=tuple(KeyValue(key=text(key), value=words) for key, words in (*rows, _edges(used))))
    return (
        Heading(text=text("scale.heading")),
        facts_of,
        table(facts),
        Paragraph(text=text("scale.note"), style="small"),
    )


def table(facts: ReportFacts) -> Table:
    """All bands, the neutral class first, with the exhibits whose ratios lie in them."""
    columns = (
        Column(title=text("scale.column_lr"), share=22),
        Column(title=text("scale.column_log"), share=16),
        Column(title=text("scale.column_words"), share=46),
        Column(title=text("scale.column_here"), share=22),
    )
    used = scale()
    here: dict[int, list[str]] = {}
    for subject in facts.examined:
        for question, weight in weights(subject).items():
            band = used.band(weight.log10_lr)
            place = used.bands.index(band) + 1 if band else 0
            key = "ratios.row_exchanged" if band and weight.is_exchanged else "ratios.row"
            name = text(f"questions.{question}").lower()
            here.setdefault(place, []).append(text(key, exhibit=subject.id, question=name))
    rows = tuple((*row, numbers.listed(here[place]) if place in here else "") for place, row in enumerate(used.rows()))
    return Table(columns=columns, rows=rows, caption=text("scale.caption"))


def _edges(used: Scale) -> tuple[str, str]:
    return "scale.edges", used.edges
