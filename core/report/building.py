"""From facts to a document. Selects, orders and rounds; computes no results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.audio import Recording
from core.case import Case
from core.explain.attribution import Attribution
from core.foundation.progress import SILENT, Progress
from core.report import errors, gathering
from core.report.document import Block, Document, Figure, ModelShown, RatioShown, Table
from core.report.facts import ReportFacts, asked
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text


def build(case: Case, template: str = "full", *, as_of: int | None = None, progress: Progress = SILENT) -> Document:
    """The report of a case as it stands now, or as it stood at a row of its log.

    The log's chain, the runs and the working copies shown are checked on the way. The same case in the same state
    gives the same document.

    Args:
        case: An open case.
        template: `full` or `screening`.
        as_of: Row of the log to stand on.
        progress: Told of the reading of the recordings.

    Raises:
        IntegrityError: something in the case was changed (EV-…).
        ReportError: no exhibits (RE-001), no such template (RE-005), a run that lacks something (RE-006).
    """
    _check_template(template)
    return document_of(gathering.from_case(case, template, as_of, progress))


def build_from_runs(
    runs: Sequence[Mapping[str, Any]],
    recordings: Sequence[Recording],
    *,
    number: str = "",
    examiner: str = "",
    made_at: str,
    template: str = "full",
    attributions: Mapping[str, Sequence[Attribution]] | None = None,
    unusable: Sequence[tuple[str, str, str]] = (),
    progress: Progress = SILENT,
) -> Document:
    """The report of runs that were made without a case; the recordings are called Q1, Q2 … in their order.

    Recordings that could not be used are given as (path, code, message) and listed.

    Raises:
        IntegrityError: a recording is not the one its run was made on (EV-010).
        ReportError: no runs (RE-001), no such template (RE-005), a run that lacks something (RE-006).
    """
    _check_template(template)

    facts = gathering.from_runs(
        runs,
        recordings,
        template,
        number=number,
        examiner=examiner,
        made_at=made_at,
        attributions=attributions,
        unusable=unusable,
        progress=progress,
    )
    return document_of(facts)


def templates() -> list[str]:
    """The kinds of report there are."""
    return sorted({name.partition("/")[0] for name in REPORT_SECTIONS.names()})


def document_of(facts: ReportFacts) -> Document:
    """The document of some facts."""
    names = [name for name in REPORT_SECTIONS.names() if name.startswith(f"{facts.template}/")]
    blocks = [block for name in names for block in REPORT_SECTIONS[name](facts)]
    full = facts.template == "full"
    return Document(
        title=text("report.title" if full else "report.title_screening"),
        report_id=facts.report_id,
        state=text("report.draft"),
        number=facts.number,
        examiner=facts.examiner,
        made_at=facts.made_at,
        manifest=facts.manifest,
        manifest_sha256=facts.manifest_sha256,
        software=facts.software,
        blocks=_numbered(blocks),
        models=_models(facts),
        ratios=_ratios(facts),
    )


def _numbered(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Figures and captioned tables numbered in their order."""
    figures = tables = 0
    numbered: list[Block] = []
    for block in blocks:
        if isinstance(block, Figure):
            figures += 1
            block = replace(block, number=figures)
        elif isinstance(block, Table) and block.caption:
            tables += 1
            block = replace(block, number=tables)
        numbered.append(block)
    return tuple(numbered)


def _models(facts: ReportFacts) -> tuple[ModelShown, ...]:
    return tuple(
        ModelShown(
            id=model.id,
            version=str(model.card.get("version", "")),
            sha256=model.sha256,
            principle=str(model.card.get("summary", "")),
        )
        for model in facts.models
    )


def _ratios(facts: ReportFacts) -> tuple[RatioShown, ...]:
    shown = []
    for subject in facts.examined:
        for question in asked(subject.result):
            result = subject.result["questions"][question]
            if result["log10_lr"] is not None:
                shown.append(
                    RatioShown(
                        exhibit=subject.id,
                        question=question,
                        log10_lr=result["log10_lr"],
                        interval=tuple(result["interval"]) if result["interval"] else None,
                        bounds=tuple(result["bounds"]) if result["bounds"] else None,
                        calibration=result.get("calibration", ""),
                    )
                )
    return tuple(shown)


def _check_template(template: str) -> None:
    if template not in templates():
        raise errors.no_template(template, templates())
