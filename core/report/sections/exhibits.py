"""Section 2: each exhibit's file, what its container says, and every time its bytes were hashed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.foundation.units import format_bytes
from core.report import numbers
from core.report.document import Block, Column, Heading, KeyValue, KeyValues, Kind, Paragraph, Table
from core.report.facts import HashCheck, ReportFacts, Subject
from core.report.sections import REPORT_SECTIONS
from core.report.sections.cover import unusable
from core.report.wording import text

_SHORT = 400
"""Characters of container facts that are set in one run."""
_MANY = 6
"""From here on the exhibits of this section are not in the table of contents; they are under the results."""


@REPORT_SECTIONS.register("full/2 exhibits")
def exhibits(facts: ReportFacts) -> tuple[Block, ...]:
    """Exhibits and integrity."""
    blocks: list[Block] = [Heading(text=text("exhibits.heading")), Paragraph(text=text("exhibits.intro"))]
    level = 2 if len(facts.subjects) <= _MANY else 3
    for number, subject in enumerate(facts.subjects, 1):
        blocks += [Heading(text=f"2.{number} {subject.id}", level=level), _facts(subject)]
        if twins := [s.id for s in facts.subjects if s.sha256 == subject.sha256 and s.id != subject.id]:
            blocks.append(Paragraph(text=text("exhibits.duplicate", exhibits=numbers.ids(twins))))
        if subject.run is None:
            blocks.append(Paragraph(text=text("exhibits.not_examined")))
        if len(subject.checks) > 1:
            blocks.append(_checks(subject))
    return (*blocks, *unusable(facts, full=True))


def _facts(subject: Subject) -> KeyValues:
    rows: list[tuple[str, str, Kind]] = [
        (text("exhibits.role"), text(f"exhibits.{subject.role}"), "text"),
        (text("exhibits.name"), subject.name, "quoted"),
        (text("exhibits.received_path"), subject.received_path, "quoted"),
        (text("exhibits.size"), _size(subject), "text"),
        (text("exhibits.sha256"), subject.sha256, "mono"),
    ]
    if len(subject.checks) == 1:
        rows.append((text("exhibits.only_check"), _only_check(subject.checks[0]), "text"))
    if subject.run:
        rows += _stream(subject)
    return KeyValues(rows=tuple(KeyValue(key=key, value=value, kind=kind) for key, value, kind in rows))


def _size(subject: Subject) -> str:
    if subject.size_bytes is None:
        return numbers.NONE
    return text("exhibits.size_value", pretty=format_bytes(subject.size_bytes), bytes=subject.size_bytes)


def _stream(subject: Subject) -> Iterator[tuple[str, str, Kind]]:
    result = subject.result
    container = result["container"]
    encoding = container.get("pcm_encoding") or text("methods.unstated")
    yield text("exhibits.pcm_sha256", encoding=encoding), result["pcm_sha256"], "mono"
    yield text("exhibits.container"), _coding(container), "quoted"
    yield text("exhibits.sound"), sound(result), "text"
    yield text("exhibits.decoder"), container.get("decoder") or text("methods.unstated"), "quoted"
    if facts := _pairs(container.get("facts")):
        yield text("exhibits.facts"), facts, "quoted"
    yield text("exhibits.tags"), _pairs(container.get("tags")) or text("exhibits.no_tags"), "quoted"


def _coding(container: dict) -> str:
    parts = [f"{container.get('format', '')}, {container.get('codec', '')}".strip(", ")]
    if container.get("bits"):
        parts.append(text("exhibits.bits", bits=container["bits"]))
    if container.get("bit_rate"):
        parts.append(text("exhibits.bit_rate", bit_rate=container["bit_rate"]))
    return ", ".join(parts)


def sound(result: Mapping[str, Any]) -> str:
    """Rate, channels and length."""
    channels = text("exhibits.channel" if result["channels"] == 1 else "exhibits.channels", count=result["channels"])
    duration = numbers.seconds(result["duration_s"])
    return text("exhibits.sound_value", rate=result["sample_rate"], channels=channels, duration=duration)


def _pairs(pairs) -> str:
    """In one line where they are short, each on its own where they are not."""
    parts = [f"{name}: {value}" for name, value in pairs or ()]
    return ("\n" if len("; ".join(parts)) > _SHORT else "; ").join(parts)


def _only_check(check: HashCheck) -> str:
    what = text(f"exhibits.{check.what}", run=check.run)
    return f"{numbers.moment(check.time)}: {what} {_outcome(check).capitalize()}."


def _checks(subject: Subject) -> Table:
    columns = (
        Column(title=text("exhibits.column_time"), share=26),
        Column(title=text("exhibits.column_check"), share=60),
        Column(title=text("exhibits.column_result"), share=14),
    )
    rows = tuple((numbers.moment(c.time), text(f"exhibits.{c.what}", run=c.run), _outcome(c)) for c in subject.checks)
    return Table(columns=columns, rows=rows, caption=text("exhibits.checks", exhibit=subject.id))


def _outcome(check: HashCheck) -> str:
    if check.equal is None:
        return text("exhibits.computed")
    return text("exhibits.equal" if check.equal else "exhibits.differs")
