"""Annex A: extract of the case's log with the hash of its head."""

from __future__ import annotations

from core.case import LogEntry
from core.report import numbers
from core.report.document import Block, Column, Heading, KeyValue, KeyValues, PageBreak, Paragraph, Table
from core.report.facts import ReportFacts
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text

_FIRST, _LAST = 20, 100
"""Rows printed of a log that is longer than both together."""
_LONGEST_ID = 12


@REPORT_SECTIONS.register("full/8 log")
def log(facts: ReportFacts) -> tuple[Block, ...]:
    """Extract of the log."""
    if not facts.log:
        return Heading(text=text("log.heading_none")), Paragraph(text=text("log.none"))
    return (
        PageBreak(),
        Heading(text=text("log.heading")),
        Paragraph(text=text("log.intro")),
        head(facts),
        _rows(facts.log),
    )


def head(facts: ReportFacts) -> KeyValues:
    """The row the report stands on."""
    last = facts.log[-1]
    where = text("log.head_value", row=last.sequence, time=numbers.moment(last.time))
    return KeyValues(
        rows=(
            KeyValue(key=text("log.head"), value=where),
            KeyValue(key=text("log.head_sha256"), value=last.hash, kind="mono"),
        )
    )


def _rows(entries: tuple[LogEntry, ...]) -> Table:
    columns = (
        Column(title=text("log.column_row"), share=9, align="right"),
        Column(title=text("log.column_time"), share=25),
        Column(title=text("log.column_who"), share=27, kind="quoted"),
        Column(title=text("log.column_action"), share=17, kind="quoted"),
        Column(title=text("log.column_subject"), share=10, kind="quoted"),
        Column(title=text("log.column_sha"), share=23, kind="mono"),
    )
    shown = entries if len(entries) <= _FIRST + _LAST else (*entries[:_FIRST], *entries[-_LAST:])
    return Table(columns=columns, rows=tuple(map(_row, shown)), caption=_caption(entries, shown))


def _caption(entries: tuple[LogEntry, ...], shown: tuple[LogEntry, ...]) -> str:
    if len(shown) == len(entries):
        return text("log.caption", first=1, last=len(entries), count=len(entries))
    return text("log.caption_some", first_count=_FIRST, last_count=_LAST, count=len(entries))


def _row(entry: LogEntry) -> tuple[str, ...]:
    time = numbers.moment(entry.time)
    return str(entry.sequence), time, entry.who, entry.action, _subject(entry), numbers.short_hash(entry.hash)


def _subject(entry: LogEntry) -> str:
    """The exhibit, run or report; of notes, whose ids are long, the exhibit that they are on."""
    own = str(entry.data.get("id", ""))
    return own if len(own) <= _LONGEST_ID else str(entry.data.get("exhibit") or "")
