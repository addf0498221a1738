"""Section 6: general limitations, and those that follow from the measured condition of each exhibit (P-42)."""

from __future__ import annotations

from collections.abc import Iterator

from core.ood.envelope import GOOD_BANDWIDTH_HZ, GOOD_SNR_DB, GOOD_SPEECH_S, MAX_CLIPPED_PCT
from core.report import numbers
from core.report.document import Block, Bullets, Column, Heading, Table
from core.report.facts import Model, ReportFacts, Subject
from core.report.sections import REPORT_SECTIONS
from core.report.sections.condition import value
from core.report.sections.ratios import any_ratio
from core.report.wording import text, texts

_LOSSLESS = (
    "pcm",
    "flac",
    "alac",
    "float",
    "double",
    "wavpack",
    "monkey",
    "tta",
    "tak",
    "shorten",
    "lossless",
    "truehd",
)


_LONG = ("AP-046", "AP-064")
"""Codes of reasons that more speech gives than the validation's recordings held."""


@REPORT_SECTIONS.register("full/6 limitations")
def limitations(facts: ReportFacts) -> tuple[Block, ...]:
    """Limitations."""
    return (
        Heading(text=text("limitations.heading")),
        Heading(text=text("limitations.general"), level=2),
        Bullets(items=texts("limitations.general_items")),
        *([Bullets(items=texts("limitations.ratio_items"))] if any_ratio(facts) else []),
        Heading(text=text("limitations.by_exhibit"), level=2),
        by_exhibit(facts),
    )


def by_exhibit(facts: ReportFacts) -> Table:
    """What the condition of each exhibit takes away."""
    columns = (
        Column(title=text("limitations.column_exhibit"), share=16),
        Column(title=text("limitations.column_found"), share=30),
        Column(title=text("limitations.column_means"), share=54),
    )
    found = {subject.id: list(_found(subject, facts.models)) for subject in facts.examined}
    rows = [(name, measured, text(f"limitations.{key}")) for name, all_ in found.items() for key, measured in all_]
    free = [name for name, all_ in found.items() if not all_]
    missing = [subject.id for subject in facts.subjects if subject.run is None]
    rows += [(numbers.ids(free), text("limitations.none_found"), text("limitations.none"))] if free else []
    rows += [(numbers.ids(missing), text("limitations.not_examined"), text("limitations.none"))] if missing else []
    return Table(columns=columns, rows=tuple(rows), caption=text("limitations.caption"))


def _found(subject: Subject, models: tuple[Model, ...]) -> Iterator[tuple[str, str]]:
    """Names of the limitations that apply, each with what was measured."""
    measured = subject.result["condition"]
    speech_s = measured["speech_s"] or 0.0
    if speech_s <= 0:
        yield "silent", text("limitations.silent_found")
    elif speech_s < GOOD_SPEECH_S:
        yield "short", text("limitations.short_found", speech=value(subject, "speech_s"))
    if any(reason.startswith(_LONG) for answer in subject.result["questions"].values() for reason in answer["reasons"]):
        yield "long", text("limitations.long_found", speech=value(subject, "speech_s"))
    if speech_s > 0 and (measured["bandwidth_hz"] or 0.0) < GOOD_BANDWIDTH_HZ:
        yield "narrow", text("limitations.narrow_found", bandwidth=value(subject, "bandwidth_hz"))
    if not _is_lossless(subject):
        yield "transcoded", text("limitations.transcoded_found", codec=measured["codec"])
    snr_db = measured["snr_db"] if measured.get("snr_measured", True) else None
    if speech_s > 0 and snr_db is not None and snr_db < GOOD_SNR_DB:
        yield "noisy", text("limitations.noisy_found", snr=value(subject, "snr_db"))
    if (measured["clipped_pct"] or 0.0) > MAX_CLIPPED_PCT:
        yield "clipped", text("limitations.clipped_found", clipped=value(subject, "clipped_pct"))
    rate = subject.result["sample_rate"]
    if any(model.card and rate < model.card["sample_rate"] for model in models):
        yield "rate", text("limitations.rate_found", rate=f"{rate} Hz")


def _is_lossless(subject: Subject) -> bool:
    """Whether neither the file's coding nor traces of an earlier one are lossy."""
    coding = (subject.result["container"].get("codec") or "").lower()
    traces = (subject.result["condition"].get("codec") or "").lower()
    return any(name in coding for name in _LOSSLESS) and "lossy" not in traces.replace("no lossy", "")
