"""Where in an exhibit: stretches with high scores, how short they can be, and how often such stretches were right."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.finding import LocalisationResult, Region
from core.calibration.localisation import Localisation
from core.detectors.card import QUESTIONS
from core.report import numbers
from core.report.document import Block, Column, Paragraph, Table
from core.report.facts import Subject
from core.report.wording import text


def of_exhibit(subject: Subject) -> Iterator[Block]:
    """The regions of an exhibit, or that there are none and why; nothing for runs that looked for none."""
    if not subject.run or not subject.run.get("localisation"):
        return
    localised = subject.finding.localisation
    found = [localised[question] for question in QUESTIONS if question in localised]
    if any(result.regions for result in found):
        yield _table(subject, [region for result in found for region in result.regions])
        yield from (
            Paragraph(text=_scale(result), style="small") for result in found if result.regions and result.scale
        )
    for words in dict.fromkeys(map(_said, found)):
        yield Paragraph(text=words, style="small")


def _table(subject: Subject, regions: list[Region]) -> Table:
    columns = (
        Column(title=text("results.column_question"), share=25),
        Column(title=text("results.column_start"), share=18, align="right"),
        Column(title=text("results.column_end"), share=18, align="right"),
        Column(title=text("results.column_mean"), share=18, align="right"),
        Column(title=text("results.column_ends"), share=21, align="right"),
    )
    rows = tuple(map(_row, sorted(regions, key=lambda region: (region.start_s, region.question))))
    return Table(columns=columns, rows=rows, caption=text("results.regions_caption", exhibit=subject.id))


def _row(region: Region) -> tuple[str, ...]:
    ends = (numbers.seconds(value) for value in (region.start_s, region.end_s))
    name = text(f"questions.{region.question}")
    return name, *ends, numbers.score(region.score), f"\u00b1{numbers.seconds(region.resolution_s)}"


def _scale(result: LocalisationResult) -> str:
    return text("results.regions_scale", question=text(f"questions.{result.question}"), scale=result.scale)


def _said(result: LocalisationResult) -> str:
    question, setting = text(f"questions.{result.question}"), result.setting
    if result.reason or setting is None or setting.shortest_s is None:
        return text("results.regions_not", question=question, reason=result.reason)
    shortest = numbers.seconds(setting.shortest_s)
    said = [] if result.regions else [text("results.regions_none", shortest=shortest)]
    said += [_note(setting.shortest_s, setting)] if setting.measured else []
    return text("results.regions_not", question=question, reason=" ".join(said))


def _note(shortest_s: float, setting: Localisation) -> str:
    last = setting.measured[-1]
    hits, inserts = setting.found_from(shortest_s)
    found = [
        text("results.regions_found", found=one.found, inserts=one.inserts, length=numbers.seconds(one.length_s))
        for one in last.by_length
    ]
    rate = last.false_per_minute
    unknown = text("results.regions_alarms_unknown")
    return text(
        "results.regions_note",
        shortest=numbers.seconds(shortest_s),
        data=last.data,
        hits=hits,
        inserts=inserts,
        found=numbers.listed(found),
        alarms=unknown if rate is None else text("results.regions_alarms", rate=numbers.plain(rate)),
    )
