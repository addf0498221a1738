"""An evaluation as files: results.json, results.csv (one figure a line), scores.csv (one clip a line)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from core.evaluation.result import ClipScore, Evaluation, LrRow, Probe, Row
from core.foundation.version import package_versions, version

SCHEMA = "auditrace.evaluation/1"
_HEAD = ("model", "data", "split", "question", "condition", "dimension", "group", "n_for", "n_against")
RESULT_COLUMNS = (*_HEAD, "figure", "value", "low", "high", "reason")
SCORE_COLUMNS = (
    *("model", "data", "path", "sha256", "label", "split", "question", "truth", "condition", "score"),
    *("called", "log10_lr", "applicability", "generator", "family", "source", "speaker", "language"),
    *("lossy_origin", "seconds", "original_rate"),
)


def to_json(found: Evaluation) -> dict[str, Any]:
    """Everything but the curves and single scores; the same numbers each time but for `made_at` and `seconds`."""
    return {
        "schema": SCHEMA,
        "software": {"version": version(), "packages": package_versions()},
        "made_at": found.made_at,
        "seconds": round(found.seconds, 1),
        "note": "An equal error rate is a figure of a data set. It says nothing about a single recording.",
        "plan": asdict(found.plan),
        "models": [asdict(model) for model in found.models],
        "data": [asdict(one) for one in found.data],
        "conditions": [asdict(replace(one, change=None)) for one in found.conditions],
        "thresholds": [
            {"model": model, "question": question, **asdict(one)} for (model, question), one in found.thresholds.items()
        ],
        "rows": [asdict(row) for row in found.rows],
        "likelihood_ratios": [asdict(row) for row in found.lr_rows],
        "probes": [asdict(probe) for probe in found.probes],
        "unusable": [asdict(one) for one in found.unusable],
    }


def json_bytes(found: Evaluation) -> bytes:
    """results.json."""
    return (json.dumps(to_json(found), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def results_csv(found: Evaluation) -> bytes:
    """results.csv: one figure a line, rates in 0..1, costs in bits."""
    lines = [line for row in found.rows for line in _of_row(row)]
    lines += [line for row in found.lr_rows for line in _of_lr_row(row)]
    lines += [_of_probe(probe) for probe in found.probes]
    return _written(RESULT_COLUMNS, lines)


def scores_csv(found: Evaluation) -> bytes:
    """scores.csv: one line for each model, clip, question and condition."""
    return _written(SCORE_COLUMNS, [_of_score(one) for one in found.scores])


def figures_of(row: Row) -> Iterator[tuple[str, float | int | None, tuple[float, float] | None]]:
    """Name, value and interval of each of a row's figures."""
    m = row.measures
    for name in ("threshold", "missed", "false_alarms", "hter"):
        yield name, getattr(m, name), None
    yield "eer_against_all", row.against_all, None
    yield "ratio_to_clean", row.ratio_to_clean, None
    if (s := m.separation) is not None:
        yield "eer", s.eer, s.eer_by_source
        yield "eer_speakers_drawn", s.eer, s.eer_by_speaker
        for name in ("eer_hull", "eer_asvspoof", "auc", "fpr95", "cllr_raw", "cllr_min"):
            yield name, getattr(s, name), None
    if (d := m.decisions) is not None:
        for name in ("accuracy", "f1_macro", "f1_micro", "f1_weighted"):
            yield name, getattr(d, name), None
        for number, label in enumerate(d.labels):
            for name in ("precision", "recall", "f1"):
                yield f"{name} {label}", getattr(d, name)[number], None
            for other, called in enumerate(d.labels):
                yield f"is {label}, called {called}", d.confusion[number][other], None


def _of_row(row: Row) -> Iterator[dict[str, object]]:
    head = {name: getattr(row, name) for name in _HEAD[:7]}
    head |= {"n_for": row.measures.n_for, "n_against": row.measures.n_against}
    if row.measures.separation is None:
        yield head | {"figure": "eer", "value": None, "reason": row.measures.reason}
    for name, value, interval in figures_of(row):
        if value is not None:
            low, high = interval or (None, None)
            yield head | {"figure": name, "value": value, "low": low, "high": high}


def _of_lr_row(row: LrRow) -> Iterator[dict[str, object]]:
    head = {name: getattr(row, name) for name in ("model", "data", "split", "question", "condition")}
    head |= {"group": "clips with a likelihood ratio", "n_for": row.n_for, "n_against": row.n_against}
    for name in ("cllr", "cllr_min"):
        value = getattr(row, name)
        yield head | {"figure": name, "value": value, "reason": "" if value is not None else row.reason}
    for name in (
        "n",
        "refused",
        "outside",
        "strongly_misled",
        "against_at_limit",
        "for_at_limit",
        "genuine",
        "genuine_from_10",
    ):
        yield head | {"figure": name, "value": getattr(row, name)}


def _of_probe(probe: Probe) -> dict[str, object]:
    head = {name: getattr(probe, name) for name in ("data", "split", "question")}
    low, high = probe.interval or (None, None)
    figure: dict[str, object] = {"figure": "eer", "value": probe.eer, "low": low, "high": high, "reason": probe.verdict}
    return head | figure | {"model": f"shortcut: {probe.name}"}


def _of_score(one: ClipScore) -> dict[str, object]:
    clip = one.read.clip
    plain = ("label", "split", "generator", "family", "source", "speaker", "language", "lossy_origin")
    return {name: getattr(clip, name) for name in plain} | {
        "model": one.model,
        "data": one.read.data,
        "path": clip.path.as_posix(),
        "sha256": one.read.sha256,
        "question": one.question,
        "truth": clip.truth(one.question),
        "condition": one.condition,
        "score": one.scored.score,
        "called": int(one.scored.score > one.threshold),
        "log10_lr": one.scored.log10_lr,
        "applicability": one.scored.applicability,
        "seconds": round(one.read.seconds, 3),
        "original_rate": one.read.original_rate,
    }


def _written(columns: tuple[str, ...], lines: list[Mapping[str, object]] | list[dict[str, object]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in line.items()} for line in lines)
    return text.getvalue().encode()
