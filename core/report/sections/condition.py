"""Section 3: the measured condition of each recording."""

from __future__ import annotations

from collections.abc import Sequence

from core.report import numbers
from core.report.document import Block, Column, Heading, Paragraph, Table
from core.report.facts import ReportFacts, Subject
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text

_MEASURES: tuple[tuple[str, int, str], ...] = (
    ("speech_s", 1, "s"),
    ("bandwidth_hz", 0, "Hz"),
    ("snr_db", 0, "dB"),
    ("clipped_pct", 2, "%"),
    ("peak_dbfs", 1, "dBFS"),
    ("rms_dbfs", 1, "dBFS"),
    ("dc_offset", 4, ""),
    ("effective_bits", 0, ""),
    ("digital_silence_pct", 1, "%"),
)
"""Name in the run's `condition`, decimals, unit."""
_PER_TABLE = 6
"""Exhibits side by side."""


@REPORT_SECTIONS.register("full/3 condition")
def condition(facts: ReportFacts) -> tuple[Block, ...]:
    """Condition of the signal."""
    heading = Heading(text=text("condition.heading"))
    if not facts.examined:
        return heading, Paragraph(text=text("condition.none"))
    tables = -(-len(facts.examined) // _PER_TABLE)
    size = -(-len(facts.examined) // tables)
    groups = [facts.examined[i : i + size] for i in range(0, len(facts.examined), size)]
    notices = _notices(facts.examined)
    return (
        heading,
        Paragraph(text=text("condition.intro")),
        *[_table(group) for group in groups],
        *([notices] if notices.rows else []),
    )


def value(subject: Subject, name: str) -> str:
    """One measured value as it is written everywhere in the report."""
    if name == "effective_bits" and subject.result["condition"].get(name) is None:
        return text("condition.no_bits")
    places, unit = next((places, unit) for known, places, unit in _MEASURES if known == name)
    written = numbers.decimals(subject.result["condition"].get(name), places, unit)
    is_bound = name == "snr_db" and not subject.result["condition"].get("snr_measured", True)
    return text("condition.at_least", value=written) if is_bound else written


def _table(subjects: Sequence[Subject]) -> Table:
    columns = (
        Column(title=text("condition.measure"), share=34),
        *[Column(title=subject.id, share=66 / len(subjects)) for subject in subjects],
    )
    measured = [(text(f"condition.{name}"), *[value(s, name) for s in subjects]) for name, _, _ in _MEASURES]
    words = [
        (text(f"condition.{name}"), *[_words(subject, name) for subject in subjects])
        for name in ("codec", "channel_note")
    ]
    return Table(columns=columns, rows=(*measured, *words), caption=text("condition.caption"))


def _words(subject: Subject, name: str) -> str:
    if name == "channel_note" and subject.result["channels"] == 1:
        return text("condition.mono")
    return subject.result["condition"].get(name) or numbers.NONE


def _notices(subjects: Sequence[Subject]) -> Table:
    columns = (
        Column(title=text("states.exhibit"), share=12),
        Column(title=text("condition.notice_code"), share=12),
        Column(title=text("condition.column_notice"), share=76, kind="quoted"),
    )
    rows = tuple(
        (subject.id, notice["code"], notice["message"])
        for subject in subjects
        for notice in subject.result["container"].get("notices", ())
    )
    return Table(columns=columns, rows=rows, caption=text("condition.notices_caption"))
