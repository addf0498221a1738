"""The screening statement: two pages for a few exhibits."""

from __future__ import annotations

from core.report.document import Block, Bullets, Column, Heading, Paragraph, Table
from core.report.facts import Model, ReportFacts
from core.report.sections import REPORT_SECTIONS, scale, validation
from core.report.sections.cover import case_facts, exhibits_table, ratios_block, summary, unusable
from core.report.sections.limitations import by_exhibit
from core.report.sections.log import head
from core.report.sections.methods import window
from core.report.sections.ratios import any_ratio
from core.report.sections.results import comparability, overview
from core.report.sections.software import repeat
from core.report.wording import text, texts


@REPORT_SECTIONS.register("screening/1 statement")
def statement(facts: ReportFacts) -> tuple[Block, ...]:
    """First page: what was found."""
    return (
        Paragraph(text=text("report.title_screening"), style="title"),
        Paragraph(text=text("report.draft_line"), style="subtitle"),
        case_facts(facts),
        Heading(text=text("screening.heading"), level=2),
        Paragraph(text=text("screening.scope")),
        Paragraph(text=summary(facts), style="lead"),
        *ratios_block(facts),
        Heading(text=text("cover.exhibits"), level=2),
        exhibits_table(facts),
        *unusable(facts, full=False),
        Heading(text=text("screening.results"), level=2),
        overview(facts, text("screening.results_caption")),
        *comparability(facts),
    )


@REPORT_SECTIONS.register("screening/2 basis")
def basis(facts: ReportFacts) -> tuple[Block, ...]:
    """Second page: what it rests on."""
    return (
        Heading(text=text("screening.basis"), level=2),
        _hashes(facts),
        _models(facts),
        *validation.summary(facts),
        *([scale.table(facts)] if any_ratio(facts) else []),
        Heading(text=text("screening.limits"), level=2),
        Bullets(items=texts("screening.limit_items")),
        by_exhibit(facts),
        *repeat(facts),
        *([head(facts)] if facts.log else []),
    )


def _hashes(facts: ReportFacts) -> Table:
    columns = (
        Column(title=text("states.exhibit"), share=12),
        Column(title=text("exhibits.sha256"), share=88, kind="mono"),
    )
    rows = tuple((subject.id, subject.sha256) for subject in facts.subjects)
    return Table(columns=columns, rows=rows, caption=text("screening.hashes_caption"))


def _models(facts: ReportFacts) -> Table:
    columns = (
        Column(title=text("screening.column_model"), share=24, kind="quoted"),
        Column(title=text("screening.column_window"), share=20),
        Column(title=text("screening.column_sha"), share=60, kind="mono"),
    )
    rows = tuple((_name(model), window(model), model.sha256) for model in facts.models)
    return Table(columns=columns, rows=rows, caption=text("screening.models_caption"))


def _name(model: Model) -> str:
    return f"{model.label}: {model.id}, {model.card.get('version') or text('methods.unstated')}"
