"""Tables of an evaluation's page: figures as text, nothing computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.detectors.card import QUESTIONS
from core.evaluation.groups import DIMENSIONS
from core.evaluation.result import Evaluation, LrRow, Row
from core.report.evaluation.cells import NONE, Table, count, interval, percent, plain, question
from core.report.wording import text

_SHOWN_GROUPS = 60


def data_table(found: Evaluation) -> Table:
    """Which data."""
    return Table(
        title=text("evaluation.data_title"),
        note=text("evaluation.data_note"),
        head=("Data set", "Split", "Clips", "Sources", "Speakers", "SHA-256 of the manifest", "SHA-256 over the clips"),
        rows=tuple(
            (one.name, one.split, str(one.n), str(one.sources), str(one.speakers), one.sha256, one.clips_sha256)
            for one in found.data
        ),
        words=2,
    )


def model_table(found: Evaluation) -> Table:
    """Which models, and where their decisions are made."""
    rows = []
    for model in found.models:
        places = (
            f"{question(q)}: {found.thresholds[model.name, q].value:+.3f} ({found.thresholds[model.name, q].origin})"
            for q in model.questions
        )
        rows.append(
            (f"{model.name} {model.version}".strip(), "; ".join(places), " ".join(model.remarks) or NONE, model.sha256)
        )
    return Table(
        title=text("evaluation.models_title"),
        note=text("evaluation.models_note"),
        head=("Model", "Decision threshold", "Remarks", "SHA-256"),
        rows=tuple(rows),
        words=4,
    )


def separation_table(found: Evaluation) -> Table:
    """The main figures."""
    rows = [row for row in found.rows if row.dimension in ("", "subset") and _kind(found, row) in ("clean", "control")]
    return Table(
        title=text("evaluation.separation_title"),
        note=text("evaluation.separation_note", draws=found.plan.draws),
        head=(
            *("Model", "Data", "Question", "Clips", "For / against", "EER %", "by source", "by speaker"),
            *("hull EER %", "AUC", "FPR95 %", "Cllr raw", "Cllr min"),
        ),
        rows=tuple(_separation(row) for row in rows),
        words=4,
    )


def _separation(row: Row) -> tuple[str, ...]:
    s = row.measures.separation
    clips = row.group if row.dimension else row.condition
    head = (row.model, row.data, question(row.question), clips, f"{row.measures.n_for} / {row.measures.n_against}")
    if s is None:
        return (*head, *(NONE,) * 8)
    return (
        *(*head, percent(s.eer), interval(s.eer_by_source), interval(s.eer_by_speaker), percent(s.eer_hull)),
        *(plain(s.auc, 3), percent(s.fpr95), plain(s.cllr_raw), plain(s.cllr_min)),
    )


def decision_table(found: Evaluation) -> Table:
    """What a fixed threshold does."""
    rows = []
    for row in found.select():
        m, d = row.measures, row.measures.decisions
        missed = _share(m.missed, m.missed_count, m.n_for)
        alarms = _share(m.false_alarms, m.false_alarm_count, m.n_against)
        scores = (
            (
                percent(d.accuracy),
                percent(d.f1_macro),
                percent(d.f1_micro),
                percent(d.f1_weighted),
                percent(d.f1[1]),
                percent(d.f1[0]),
            )
            if d
            else (NONE,) * 6
        )
        rows.append((row.model, row.data, question(row.question), missed, alarms, percent(m.hter), *scores))
    return Table(
        title=text("evaluation.decisions_title"),
        note=text("evaluation.decisions_note"),
        head=(
            *("Model", "Data", "Question", "Missed %", "False alarms %", "HTER %", "Accuracy %"),
            *("F1 macro %", "micro", "weighted", "for", "against"),
        ),
        rows=tuple(rows),
        words=3,
    )


def _share(share: float | None, part: int, whole: int) -> str:
    return NONE if share is None else f"{percent(share)} ({count(part, whole)})"


def lr_table(found: Evaluation) -> Table | None:
    """What the suite's likelihood ratios are worth."""
    if not found.lr_rows:
        return None
    return Table(
        title=text("evaluation.lr_title"),
        note=text("evaluation.lr_note"),
        head=(
            *("Data", "Question", "Clips", "LR refused", "Gate: outside", "Cllr", "Cllr min", "difference"),
            *("genuine, LR ≥ 10", "against, LR ≥ 10", "against, at upper limit", "for, at lower limit"),
        ),
        rows=tuple(_lr(row) for row in found.lr_rows),
        words=3,
    )


def _lr(row: LrRow) -> tuple[str, ...]:
    loss = row.cllr - row.cllr_min if row.cllr is not None and row.cllr_min is not None else None
    return (
        *(row.data, question(row.question), row.condition, count(row.refused, row.n), count(row.outside, row.n)),
        *(plain(row.cllr, 3), plain(row.cllr_min, 3), plain(loss, 3)),
        *(count(row.genuine_from_10, row.genuine), count(row.strongly_misled, row.n_against)),
        *(count(row.against_at_limit, row.n_against), count(row.for_at_limit, row.n_for)),
    )


def robustness_tables(found: Evaluation) -> Iterable[Table]:
    """One table a model, data set and question: every condition against the clips as they are."""
    for clean in found.select():
        same = [
            row
            for row in found.rows
            if not row.dimension and (row.model, row.data, row.question) == (clean.model, clean.data, clean.question)
        ]
        if len(same) > 1:
            yield Table(
                title=text(
                    "evaluation.robustness_title", model=clean.model, data=clean.data, question=question(clean.question)
                ),
                note=text("evaluation.robustness_note"),
                head=(
                    "Condition",
                    "Keeps the band",
                    "EER %",
                    "95 % interval",
                    "to clean",
                    "Missed %",
                    "False alarms %",
                ),
                rows=tuple(_robustness(found, row) for row in same),
                words=2,
            )


def _robustness(found: Evaluation, row: Row) -> tuple[str, ...]:
    keeps = next(one.keeps_band for one in found.conditions if one.name == row.condition)
    m, s = row.measures, row.measures.separation
    return (
        *(row.condition, "yes" if keeps else "no", percent(s and s.eer), interval(s and s.eer_by_source)),
        *(plain(row.ratio_to_clean), percent(m.missed), percent(m.false_alarms)),
    )


def group_tables(found: Evaluation) -> Iterable[Table]:
    """One table a dimension: every group of every model, data set and question; the largest first."""
    for dimension in DIMENSIONS:
        rows = found.select(dimension)
        for clean in found.select():
            same = [r for r in rows if (r.model, r.data, r.question) == (clean.model, clean.data, clean.question)]
            if not same:
                continue
            shown, left = same[:_SHOWN_GROUPS], max(len(same) - _SHOWN_GROUPS, 0)
            yield Table(
                title=text(
                    "evaluation.groups_title",
                    dimension=dimension,
                    model=clean.model,
                    data=clean.data,
                    question=question(clean.question),
                ),
                note=text("evaluation.groups_left", left=left) if left else "",
                head=(
                    dimension.capitalize(),
                    "For / against",
                    "EER within %",
                    "EER against all %",
                    "Missed",
                    "False alarms",
                ),
                rows=tuple(_group(row) for row in shown),
            )


def _group(row: Row) -> tuple[str, ...]:
    m = row.measures
    return (
        *(
            row.group,
            f"{m.n_for} / {m.n_against}",
            percent(m.separation and m.separation.eer),
            percent(row.against_all),
        ),
        *(count(m.missed_count, m.n_for), count(m.false_alarm_count, m.n_against)),
    )


def cross_tables(found: Evaluation) -> Iterable[Table]:
    """Models against data sets and families: EER of the clips for the proposition against all that are against it."""
    if len(found.models) * len(found.data) < 2:
        return
    for asked in QUESTIONS:
        whole = found.select(question=asked)
        families = found.select("family", question=asked)
        columns = list(
            dict.fromkeys([(r.data, r.group) for r in [*whole, *(f for f in families if f.against_all is not None)]])
        )
        cells = {(r.model, r.data, r.group): r.measures.separation and r.measures.separation.eer for r in whole}
        cells |= {(r.model, r.data, r.group): r.against_all for r in families}
        if whole:
            yield Table(
                title=text("evaluation.cross_title", question=question(asked)),
                note=text("evaluation.cross_note"),
                head=("Model", *(f"{data}: {group}" for data, group in columns)),
                rows=tuple(
                    (model, *(percent(cells.get((model, *column))) for column in columns))
                    for model in dict.fromkeys(row.model for row in whole)
                ),
            )


def probe_table(found: Evaluation) -> Table | None:
    """What shortcuts achieve on the same clips, and the models beside them."""
    if not found.probes:
        return None
    rows: list[Sequence[str]] = [
        (
            *(probe.name or NONE, probe.data, question(probe.question) if probe.question else NONE, probe.verdict),
            *(percent(probe.eer), interval(probe.interval)),
        )
        for probe in found.probes
    ]
    for row in found.select():
        s = row.measures.separation
        figures = (percent(s and s.eer), interval(s and s.eer_by_source))
        rows.append((row.model, row.data, question(row.question), NONE, *figures))
    return Table(
        title=text("evaluation.probes_title"),
        note=text("evaluation.probes_note"),
        head=("Probe or model", "Data", "Question", "Verdict", "EER %", "95 % interval"),
        rows=tuple(tuple(row) for row in rows),
        words=4,
    )


def unusable_table(found: Evaluation) -> Table | None:
    """Clips that could not be scored."""
    if not found.unusable:
        return None
    return Table(
        title=text("evaluation.unusable_title"),
        note=text("evaluation.unusable_note"),
        head=("Data", "Clip", "Code", "Why"),
        rows=tuple((one.data, one.path, one.code, one.message) for one in found.unusable),
        words=4,
    )


def _kind(found: Evaluation, row: Row) -> str:
    return next(one.kind for one in found.conditions if one.name == row.condition)
