"""Section 4: the method, each model with where it comes from and where it fails, and the parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from core.analysis.plan import AnalysisPlan
from core.report import numbers
from core.report.document import Block, Bullets, Column, Heading, KeyValue, KeyValues, Kind, Paragraph, Table
from core.report.facts import Model, ReportFacts, Subject
from core.report.sections import REPORT_SECTIONS
from core.report.wording import has, text


@REPORT_SECTIONS.register("full/4 methods")
def methods(facts: ReportFacts) -> tuple[Block, ...]:
    """Methods."""
    heading = Heading(text=text("methods.heading"))
    if not facts.examined:
        return heading, Paragraph(text=text("methods.none"))
    blocks: list[Block] = [heading, Paragraph(text=text("methods.intro")), Paragraph(text=text("methods.decision"))]
    for model in facts.models:
        blocks += _model(model)
    blocks += [Heading(text=text("methods.plan"), level=2), *_plans(facts.examined)]
    return tuple(blocks)


def _model(model: Model) -> list[Block]:
    title = model.card.get("title") or model.id
    blocks: list[Block] = [Heading(text=text("methods.model_heading", label=model.label, title=title), level=2)]
    blocks.append(KeyValues(rows=tuple(KeyValue(key=k, value=v, kind=kind) for k, v, kind in _facts(model))))
    if not model.card:
        return [*blocks, Paragraph(text=text("methods.no_card"))]
    rates = _error_rates(model)
    if rates.rows:
        blocks += [rates, Paragraph(text=text("methods.results_note"), style="small")]
    else:
        blocks.append(Paragraph(text=text("methods.no_results")))
    if limits := tuple(model.card.get("limits", ())):
        blocks += [Heading(text=text("methods.limits"), level=3), Bullets(items=limits, kind="quoted")]
    return blocks


def _facts(model: Model) -> Iterator[tuple[str, str, Kind]]:
    card = model.card
    yield text("methods.id"), model.id, "quoted"
    yield text("methods.version"), str(card.get("version") or text("methods.unstated")), "quoted"
    yield text("methods.sha256"), model.sha256, "mono"
    if not card:
        return
    yield text("methods.principle"), card.get("summary") or text("methods.unstated"), "quoted"
    yield text("methods.architecture"), _architecture(card), "quoted"
    yield text("methods.answers"), numbers.listed([text(f"questions.{a['question']}") for a in card["answers"]]), "text"
    yield text("methods.window"), window(model), "text"
    yield text("methods.resampling"), text(f"methods.resampling_{card['resampling']}"), "text"
    yield text("methods.short_input"), text(f"methods.short_{card['short_input'].replace(' ', '')}"), "text"
    yield text("methods.origin"), text(f"methods.origin_{card['origin']}"), "text"
    yield text("methods.training_data"), card.get("training_data") or text("methods.unstated"), "quoted"
    manifests = [sha256 for sha256 in (card.get("training_manifest_sha256") or "").split("+") if sha256]
    for number, sha256 in enumerate(manifests, 1):
        which = f" {number}/{len(manifests)}" if len(manifests) > 1 else ""
        yield text("methods.training_manifest", which=which), sha256, "mono"
    yield text("methods.reference"), card.get("reference") or text("methods.unstated"), "quoted"
    yield text("methods.licence"), card.get("licence") or text("methods.unstated"), "quoted"


def window(model: Model) -> str:
    """Window, step and rate of a model's input."""
    if model.window_s is None or model.hop_s is None:
        return text("methods.unstated")
    rate = model.card["sample_rate"]
    return text("methods.window_value", window=f"{model.window_s:.2f}", hop=f"{model.hop_s:.2f}", rate=rate)


def _architecture(card: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name} {value}" for name, value in sorted(card.get("front_end_args", {}).items()))
    args = f" ({given})" if given else ""
    return text("methods.architecture_value", architecture=card["architecture"], front_end=card["front_end"], args=args)


def _error_rates(model: Model) -> Table:
    """A row for each test set and condition, the questions side by side."""
    stated = [row for row in model.card.get("results", ()) if "eer_pct" in row]
    questions = list(dict.fromkeys(str(row.get("question", "")) for row in stated))
    found = {(*_place(row), str(row.get("question", ""))): _error_rate(row) for row in stated}
    columns = [
        Column(title=text("methods.column_set"), share=18, kind="quoted"),
        Column(title=text("methods.column_condition"), share=28, kind="quoted"),
        *[column for question in questions for column in _rate_columns(question)],
    ]
    rows = [
        (*place, *[cell for question in questions for cell in found.get((*place, question), ("", "", ""))])
        for place in dict.fromkeys(map(_place, stated))
    ]
    used = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    return Table(
        columns=tuple(columns[i] for i in used),
        rows=tuple(tuple(row[i] for i in used) for row in rows),
        caption=text("methods.results_caption", label=model.label),
    )


def _place(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("set", "")), str(row.get("condition", ""))


def _rate_columns(question: str) -> tuple[Column, ...]:
    name = f"{text(f'questions.{question}')}\n" if has(f"questions.{question}") else ""
    return (
        Column(title=name + text("methods.column_eer"), share=17, align="right"),
        Column(title=text("methods.column_interval"), share=18, align="right"),
        Column(title=text("methods.column_n"), share=11, align="right"),
    )


def _error_rate(row: Mapping[str, Any]) -> tuple[str, str, str]:
    low, high = row.get("low"), row.get("high")
    interval = f"{numbers.per_cent(low)} to {numbers.per_cent(high)}" if low is not None and high is not None else ""
    return numbers.per_cent(row["eer_pct"]), interval, numbers.plain(row.get("n"))


def _plans(examined: Sequence[Subject]) -> list[Table]:
    """One table for each different recipe."""
    by_hash: dict[str, list[Subject]] = {}
    for subject in examined:
        by_hash.setdefault((subject.run or {}).get("plan_sha256", ""), []).append(subject)
    return [_plan(sha256, subjects) for sha256, subjects in by_hash.items()]


def _plan(sha256: str, subjects: Sequence[Subject]) -> Table:
    columns = (
        Column(title=text("methods.column_parameter"), share=40),
        Column(title=text("methods.column_value"), share=60, kind="quoted"),
    )
    used = numbers.ids([subject.id for subject in subjects])
    caption = text("methods.plan_caption", sha=numbers.short_hash(sha256), exhibits=used)
    return Table(columns=columns, rows=tuple(_parameters(subjects[0].plan)), caption=caption)


def _parameters(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    known = [field.name for field in fields(AnalysisPlan) if field.name in plan]
    for name in [*known, *sorted(plan.keys() - set(known))]:
        label = text(f"methods.plan_{name}") if has(f"methods.plan_{name}") else name
        yield label, _parameter(name, plan[name])


def _parameter(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return text("methods.yes" if value else "methods.no")
    if name == "channel":
        return text("methods.channel_mix") if value == "mix" else text("methods.channel_one", channel=value)
    if name == "segment_s":
        return numbers.seconds(value)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
