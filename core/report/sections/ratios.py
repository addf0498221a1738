"""What the scores of an exhibit weigh: likelihood ratios or the reason for none, conditions of validity, figures."""

from __future__ import annotations

from collections.abc import Iterator

from core.calibration import PROPOSITIONS
from core.calibration.verbal import Weight, scale, why_none
from core.detectors.card import Question
from core.ood.validated import (
    Envelope,
    Limit,
    Quantity,
    coding_in_words,
    coding_verdict,
    codings_in_words,
)
from core.report import numbers, states
from core.report.document import Block, Column, Figure, Heading, KeyValue, KeyValues, Paragraph, Table
from core.report.facts import ReportFacts, Subject, asked
from core.report.ratio_data import RatioData, ScaleRow
from core.report.sections.condition import value
from core.report.sections.validation import data_of, tippett_of
from core.report.wording import text

_UNITS: dict[Quantity, tuple[int, str]] = {
    "speech_s": (1, "s"),
    "bandwidth_hz": (0, "Hz"),
    "snr_db": (0, "dB"),
    "clipped_pct": (2, "%"),
}


def weights(subject: Subject) -> dict[Question, Weight]:
    """The likelihood ratios of an exhibit."""
    found = {question: states.weight(subject, question) for question in asked(subject.result)}
    return {weight.question: weight for weight in found.values() if weight}


def any_ratio(facts: ReportFacts) -> bool:
    """Whether the report gives any likelihood ratio."""
    return any(weights(subject) for subject in facts.examined)


def of_exhibit(subject: Subject) -> Iterator[Block]:
    """All that is said of the weight of an exhibit's scores."""
    found = weights(subject)
    yield Heading(text=text("ratios.heading", exhibit=subject.id), level=3)
    for question in asked(subject.result):
        if weight := found.get(question):  # pyright: ignore[reportArgumentType, reportCallIssue]
            yield _ratio(subject, weight)
        else:
            reason = why_none(subject.result["questions"][question]["reasons"])
            yield Paragraph(text=text("ratios.none", question=text(f"questions.{question}"), reason=reason))
    yield from _envelopes(subject)
    if found:
        yield _figure(subject, found)


def on_scale(facts: ReportFacts) -> RatioData:
    """All likelihood ratios of a report on the verbal scale."""
    return RatioData(rows=tuple(_row(s, weight) for s in facts.examined for weight in weights(s).values()))


def scale_parameters() -> str:
    """How a picture of the scale is read."""
    used = scale()
    return text("ratios.parameters_scale", name=used.name, version=used.version)


def _ratio(subject: Subject, weight: Weight) -> KeyValues:
    h1, h2 = PROPOSITIONS[weight.question]
    limits = text("ratios.limit_hit", limits=weight.limits) if weight.limit else weight.limits
    used = weight.scale
    rows = (
        ("ratios.question", text(f"questions.{weight.question}_full")),
        ("ratios.h1", h1),
        ("ratios.h2", h2),
        ("ratios.ratio", f"{weight.ratio}\n{weight.log_ratio}"),
        ("ratios.limits", limits or numbers.NONE),
        ("ratios.words", text("ratios.words_value", words=weight.words, name=used.name, version=used.version)),
        ("ratios.sentence", weight.sentence),
        ("ratios.calibration", subject.result["questions"][weight.question].get("calibration") or numbers.NONE),
    )
    return KeyValues(rows=tuple(KeyValue(key=text(key), value=words) for key, words in rows))


def _envelopes(subject: Subject) -> Iterator[Table]:
    """Measured against validated conditions: once where the questions were validated on the same ones."""
    shared: dict[Envelope, list[str]] = {}
    for question, calibration in subject.calibrations.items():
        shared.setdefault(calibration.envelope, []).append(text(f"questions.{question}").lower())
    for envelope, questions in shared.items():
        if envelope.limits:
            yield _envelope(subject, envelope, numbers.listed(questions))


def _envelope(subject: Subject, envelope: Envelope, questions: str) -> Table:
    columns = (
        Column(title=text("ratios.column_measure"), share=30),
        Column(title=text("ratios.column_measured"), share=20),
        Column(title=text("ratios.column_edge"), share=20),
        Column(title=text("ratios.column_outside"), share=20),
        Column(title=text("ratios.column_place"), share=12),
    )
    rows = [_limit(subject, limit) for limit in envelope.limits]
    stream, condition = subject.finding.stream, subject.finding.condition
    codings = codings_in_words(envelope).replace(", ", "\n")
    place = coding_verdict(envelope, condition, stream)
    rows.append((text("ratios.coding"), coding_in_words(stream), codings, codings, text(f"ratios.{place}")))
    caption = text("ratios.envelope_caption", exhibit=subject.id, questions=questions)
    return Table(columns=columns, rows=tuple(rows), caption=caption)


def _limit(subject: Subject, limit: Limit) -> tuple[str, ...]:
    key = "ratios.to" if limit.quantity == "clipped_pct" else "ratios.from"
    ends = [text(key, value=numbers.decimals(end, *_UNITS[limit.quantity])) for end in (limit.edge, limit.outside)]
    place = limit.verdict(subject.finding.condition)
    name, measured = text(f"condition.{limit.quantity}"), value(subject, limit.quantity)
    return name, measured, *ends, text(f"ratios.{place}") if place else numbers.NONE


def _figure(subject: Subject, found: dict[Question, Weight]) -> Figure:
    known = [calibration for q, calibration in subject.calibrations.items() if q in found]
    data = RatioData(
        rows=tuple(_row(subject, weight) for weight in found.values()),
        tippetts=tuple(tippett_of(c, found[c.question], subject.id) for c in known),
    )
    notes = [text("ratios.parameters_tippett", data=data_of(known))] if known else []
    return Figure(
        data=data,
        exhibit=subject.id,
        caption=text("ratios.figure", exhibit=subject.id),
        parameters=(scale_parameters(), *notes),
        data_sha256=data.sha256(),
    )


def _row(subject: Subject, weight: Weight) -> ScaleRow:
    question = text(f"questions.{weight.question}").lower()
    return ScaleRow(label=text("ratios.row", exhibit=subject.id, question=question), weight=weight)
