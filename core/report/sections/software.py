"""Section 7: what the numbers were made with, and how to make them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.foundation.hashing import canonical_json
from core.foundation.version import NAME
from core.report import numbers
from core.report.document import Block, Code, Column, Heading, KeyValue, KeyValues, Paragraph, Table
from core.report.facts import ReportFacts, Subject
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text


@REPORT_SECTIONS.register("full/7 software")
def software(facts: ReportFacts) -> tuple[Block, ...]:
    """Software and reproducibility."""
    return (
        Heading(text=text("software.heading")),
        Paragraph(text=text("software.intro" if facts.log else "software.intro_loose")),
        *_versions(facts),
        _runs(facts),
        *_plans(facts.examined),
        *repeat(facts),
        *_manifest(facts),
    )


def repeat(facts: ReportFacts) -> tuple[Block, ...]:
    """The command lines that do the work again."""
    note = "software.repeat_note" if facts.log else "software.repeat_note_files"
    return (
        Heading(text=text("software.repeat"), level=2),
        Code(text="\n".join(_commands(facts))),
        Paragraph(text=text(note), style="small"),
    )


def _commands(facts: ReportFacts) -> Iterator[str]:
    if not facts.log:
        for options in dict.fromkeys(_options(subject.plan) for subject in facts.examined):
            yield f"auditrace analyze FILE{options} --json RESULTS.json"
        return
    yield "auditrace case verify CASE"
    for options, ids in _by(facts.examined, lambda subject: _options(subject.plan)).items():
        yield f"auditrace analyze --case CASE {' '.join(ids)}{options}"
    yield f"auditrace report CASE --template {facts.template} --out REPORT.pdf"


def _options(plan: Mapping[str, Any]) -> str:
    parts = [f" --models {','.join(plan['models'])}" if plan["models"] else "", f" --device {plan['device']}"]
    return "".join([*parts, " --reference" if plan["reference"] else ""])


def _by(subjects: Sequence[Subject], key) -> dict[str, list[str]]:
    """Ids of the exhibits that share a value."""
    groups: dict[str, list[str]] = {}
    for subject in subjects:
        groups.setdefault(key(subject), []).append(subject.id)
    return groups


def _versions(facts: ReportFacts) -> Iterator[Block]:
    columns = (
        Column(title=text("software.column_component"), share=50),
        Column(title=text("software.column_version"), share=50, kind="quoted"),
    )
    for setting, ids in _by(facts.examined, lambda s: json.dumps(s.software, sort_keys=True)).items():
        rows = tuple(_components(json.loads(setting), facts.software))
        exhibits = f" ({numbers.ids(ids)})"
        yield Table(columns=columns, rows=rows, caption=text("software.versions_caption") + exhibits)


def _components(made_with: Mapping[str, Any], writer: str) -> Iterator[tuple[str, str]]:
    yield text("software.program", name=NAME), str(made_with.get("version", ""))
    yield text("software.writer"), writer
    yield text("software.device"), str(made_with.get("device", ""))
    yield text("software.reference_mode"), text("methods.yes" if made_with.get("reference_mode") else "methods.no")
    for name, number in made_with.get("packages", {}).items():
        yield name, str(number)


def _runs(facts: ReportFacts) -> Block:
    if not facts.runs:
        return Paragraph(text=text("software.none"))
    columns = (
        Column(title=text("software.column_run"), share=13),
        Column(title=text("software.column_exhibit"), share=10),
        Column(title=text("software.column_time" if facts.log else "software.column_made"), share=31),
        Column(title=text("software.column_sha" if facts.log else "software.column_sha_loose"), share=72, kind="mono"),
    )
    rows = tuple(
        (
            text("software.used", run=run.id) if run.used and facts.log else run.id,
            run.exhibit,
            numbers.moment(run.time),
            run.sha256,
        )
        for run in facts.runs
    )
    caption = text("software.runs_caption" if facts.log else "software.runs_caption_loose")
    return Table(columns=columns, rows=rows, caption=caption)


def _plans(examined: Sequence[Subject]) -> Iterator[Block]:
    for sha256, ids in _by(examined, lambda subject: (subject.run or {}).get("plan_sha256", "")).items():
        plan = next(subject.plan for subject in examined if subject.id == ids[0])
        yield Heading(text=text("software.plan", exhibits=numbers.ids(ids)), level=3)
        yield Code(text=canonical_json(plan).decode())
        yield KeyValues(rows=(KeyValue(key=text("software.plan_sha256"), value=sha256, kind="mono"),))


def _manifest(facts: ReportFacts) -> Iterator[Block]:
    yield Heading(text=text("software.manifest"), level=2)
    yield Paragraph(text=text("software.manifest_note" if facts.log else "software.manifest_note_loose"))
    yield Code(text=canonical_json(facts.manifest).decode())
    yield KeyValues(rows=(KeyValue(key=text("software.manifest_sha256"), value=facts.manifest_sha256, kind="mono"),))
