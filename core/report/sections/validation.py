"""Section 4, continued: calibrations, what they were made of, and how they did on clips of known truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.calibration.calibration import MAX_CALIBRATION_LOSS, MAX_CLLR, Calibration
from core.calibration.measured import Interval, Measured
from core.calibration.metrics import equal_error
from core.calibration.verbal import Weight
from core.report import numbers
from core.report.document import Block, Column, Figure, Heading, KeyValue, KeyValues, Kind, Paragraph, Table
from core.report.facts import ReportFacts
from core.report.ratio_data import RatioData, Tippett
from core.report.sections import REPORT_SECTIONS
from core.report.wording import text


@REPORT_SECTIONS.register("full/4 validation")
def validation(facts: ReportFacts) -> tuple[Block, ...]:
    """How scores become likelihood ratios; nothing where no calibration was used."""
    found = list(facts.calibrations.values())
    if not found:
        return ()
    blocks: list[Block] = [Heading(text=text("validation.heading"), level=2), Paragraph(text=text("validation.intro"))]
    for calibration in found:
        rows = tuple(KeyValue(key=key, value=value, kind=kind) for key, value, kind in _facts(calibration))
        blocks += [KeyValues(rows=rows), _measured(calibration)]
    blocks.append(Paragraph(text=text("validation.note"), style="small"))
    return (*blocks, *(_figure(found[at : at + 2]) for at in range(0, len(found), 2)))


def summary(facts: ReportFacts) -> tuple[Block, ...]:
    """Calibrations with their figures, in short."""
    blocks = []
    for calibration in facts.calibrations.values():
        rows = [
            KeyValue(key=text("validation.id"), value=calibration.id, kind="quoted"),
            KeyValue(key=text("validation.made"), value=calibration.made or text("validation.made_unknown")),
        ]
        blocks += [KeyValues(rows=tuple(rows)), _measured(calibration)]
    return tuple(blocks)


def tippett_of(calibration: Calibration, weight: Weight | None = None, label: str = "") -> Tippett:
    """The curves of the last clips that a calibration was measured on, and a ratio among them."""
    last = calibration.measured[-1]
    return Tippett(
        question=calibration.question,
        llrs_for=last.llrs_for,
        llrs_against=last.llrs_against,
        bounds=calibration.bounds,
        mark=weight.log10_lr if weight else None,
        mark_label=label,
    )


def data_of(calibrations: Sequence[Calibration]) -> str:
    """Which clips the curves are of."""
    return numbers.listed(list(dict.fromkeys(found.measured[-1].data for found in calibrations)))


def _facts(found: Calibration) -> Iterator[tuple[str, str, Kind]]:
    yield text("validation.question"), text(f"questions.{found.question}_full"), "text"
    yield text("validation.id"), found.id, "quoted"
    method = text(f"validation.method_{found.method}")
    yield (
        text("validation.method"),
        text("validation.method_value", method=method, models=numbers.listed(found.models)),
        "text",
    )
    key = "validation.data_value" if found.split else "validation.data_value_no_split"
    counts = {"n_for": found.n_for, "n_against": found.n_against, "sources": found.sources}
    yield text("validation.data"), text(key, split=found.split, **counts), "text"
    if found.manifest_sha256:
        yield text("validation.manifest"), found.manifest_sha256, "mono"
    yield text("validation.limits"), Weight(question=found.question, log10_lr=0.0, bounds=found.bounds).limits, "text"
    yield text("validation.made"), found.made or text("validation.made_unknown"), "text"
    if found.software:
        yield text("validation.made_with"), found.software, "quoted"
    usable = text("validation.usable", cllr=MAX_CLLR, loss=MAX_CALIBRATION_LOSS)
    yield text("validation.decision"), found.refusal or usable, "text"


def _measured(found: Calibration) -> Table:
    columns = (
        Column(title=text("validation.column_clips"), share=22),
        Column(title=text("validation.column_n"), share=17),
        Column(title=text("validation.column_cllr"), share=18),
        Column(title=text("validation.column_cllr_min"), share=19),
        Column(title=text("validation.column_eer"), share=18),
        Column(title=text("validation.column_at_limits"), share=18),
    )
    rows = tuple(_row(found, measured) for measured in found.measured)
    caption = text("validation.caption", question=text(f"questions.{found.question}"))
    return Table(columns=columns, rows=rows, caption=caption)


def _row(found: Calibration, measured: Measured) -> tuple[str, ...]:
    return (
        measured.data,
        f"{measured.n_for} / {measured.n_against}, {measured.sources}",
        _cost(measured.cllr, measured.cllr_interval),
        _cost(measured.cllr_min, measured.cllr_min_interval),
        _equal_error(measured),
        " / ".join(f"{share:.1f}" for share in found.at_limits_pct(measured)),
    )


def _cost(value: float, interval: Interval) -> str:
    return f"{value:.2f} ({interval[0]:.2f} to {interval[1]:.2f})"


def _equal_error(measured: Measured) -> str:
    """With its interval, where the calibration holds one."""
    shown = numbers.per_cent(_equal_error_pct(measured))
    if measured.eer_interval_pct is None:
        return text("validation.eer_no_interval", eer=shown)
    low, high = map(numbers.per_cent, measured.eer_interval_pct)
    return text("validation.eer_interval", eer=shown, low=low, high=high)


def _equal_error_pct(measured: Measured) -> float:
    ratios = [*measured.llrs_for, *measured.llrs_against]
    return 100 * equal_error(ratios, [True] * measured.n_for + [False] * measured.n_against)[0]


def _figure(calibrations: Sequence[Calibration]) -> Figure:
    data = RatioData(tippetts=tuple(tippett_of(found) for found in calibrations))
    return Figure(
        data=data,
        exhibit="",
        caption=text("validation.figure", data=data_of(calibrations)),
        parameters=(text("validation.figure_parameters"),),
        data_sha256=data.sha256(),
    )
