"""`auditrace evaluate`: how good models, or the suite that ships, are on a data set."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.console import Console
from core.foundation.errors import UsageError
from core.foundation.files import save
from core.foundation.progress import span

if TYPE_CHECKING:
    from core.evaluation.result import Evaluation, LrRow, Row

_SOME_UNUSABLE, _NOT_INTACT = 3, 4
_ALTERED = "DA-014"
_NAMED = 10


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    p = commands.add_parser("evaluate", help="measure models on a data set", parents=[common])
    p.add_argument("models", nargs="+", metavar="MODEL", help="ids, folders of packs, or `suite` for all that ships")
    p.add_argument("--data", action="append", required=True, metavar="MANIFEST.csv", help="may be given several times")
    p.add_argument("--out", required=True, metavar="DIR", help="results; scores kept there are used again")
    p.add_argument("--split", default="", metavar="NAME", help="test where there is one, else all, if left out")
    p.add_argument("--perturb", default="", metavar="NAME,...", help="robustness sweep: kinds, or all")
    p.add_argument("--threshold", type=float, help="decision threshold; equal errors on --threshold-split if left out")
    p.add_argument("--threshold-split", default="dev", metavar="NAME", help="never the split that is evaluated")
    p.add_argument("--no-controls", action="store_true", help="leave out the scores after a band-pass, 90-7000 Hz")
    p.add_argument("--probes", action="store_true", help="put what shortcuts alone achieve beside the models")
    p.add_argument("--seed", type=int, default=1, help="of intervals and perturbations")
    p.add_argument("--device", default="auto", help="auto, cpu or cuda")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Score, measure, write results.json, results.csv, scores.csv, index.html and figures."""
    from core.analysis.device import resolve
    from core.detectors import ModelStore
    from core.evaluation.evaluating import evaluate
    from core.evaluation.plan import open_data
    from core.evaluation.scorers import open_scorer

    plan, device, out = _plan(options), resolve(options.device), Path(options.out)
    data = open_data([Path(path) for path in options.data])
    store = ModelStore()
    scorers = [open_scorer(name, store, device, plan.trim) for name in dict.fromkeys(options.models)]
    found = evaluate(scorers, data, plan, out, span(console.progress, 0, 0.95), device=device)
    _write(found, out, console)
    for line in _lines(found):
        console.say(line)
    for one in found.unusable[:_NAMED]:
        console.error(UsageError(one.code, one.message), one.path)
    if len(found.unusable) > _NAMED:
        console.say(f"{len(found.unusable) - _NAMED} more clips could not be used: see results.json.")
    console.say(f"Written to {out}: index.html, results.json, results.csv, scores.csv, figures.")
    if any(one.code == _ALTERED for one in found.unusable):
        return _NOT_INTACT
    return _SOME_UNUSABLE if found.unusable else 0


def _plan(options: argparse.Namespace) -> Any:
    from core.evaluation.plan import EvaluationPlan

    return EvaluationPlan(
        split=options.split,
        threshold=options.threshold,
        threshold_split=options.threshold_split,
        perturbations=tuple(filter(None, (name.strip() for name in options.perturb.split(",")))),
        controls=not options.no_controls,
        probes=options.probes,
        seed=options.seed,
    )


def _write(found: Evaluation, out: Path, console: Console) -> None:
    from core.evaluation.document import json_bytes, results_csv, scores_csv
    from core.report.evaluation.page import files

    console.progress.report(0.96, "drawing")
    written = {Path("results.json"): json_bytes(found), Path("results.csv"): results_csv(found)}
    for path, content in (written | {Path("scores.csv"): scores_csv(found)} | dict(files(found))).items():
        save(out / path, content)
    console.progress.report(1.0, "done")


def _lines(found: Evaluation) -> Iterator[str]:
    """Separation of each model, then what the likelihood ratios are worth, both on the sound as it is."""
    from core.evaluation.conditions import CLEAN

    yield from map(_line, found.select())
    yield from (lr_line(row) for row in found.lr_rows if row.condition == CLEAN)


def _line(row: Row) -> str:
    head = f"{row.model}, {row.data}, {row.question}: "
    s = row.measures.separation
    if s is None or s.eer is None:
        return f"{head}no equal error rate. {row.measures.reason}"
    within = (
        f" (95 %, by source: {100 * s.eer_by_source[0]:.1f} to {100 * s.eer_by_source[1]:.1f})"
        if s.eer_by_source
        else ""
    )
    m = row.measures
    return f"{head}EER {100 * s.eer:.1f} %{within}, {m.n_for} clips for and {m.n_against} against"


def lr_line(row: LrRow) -> str:
    """What the likelihood ratios of one set of clips are worth, and how many clips have one."""
    head = f"{row.model}, {row.data}, {row.question}: "
    given = f"{row.n - row.refused} of {row.n} clips have a likelihood ratio"
    if row.cllr is None or row.cllr_min is None:
        return f"{head}no Cllr; {given}. {row.reason}"
    return f"{head}Cllr {row.cllr:.3f}, Cllr_min {row.cllr_min:.3f}; {given}"
