"""`auditrace analyze`: examine recordings, or exhibits of a case."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.calibration.verbal import Weight
from core.cli.console import Console
from core.cli.output import write_text
from core.foundation.errors import CoreError, IntegrityError, UsageError
from core.foundation.progress import Progress, span

if TYPE_CHECKING:
    from core.analysis.finding import LocalisationResult

_STATUS_SOME_UNUSABLE, _STATUS_NOT_INTACT = 3, 4


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    p = commands.add_parser("analyze", help="examine recordings with the installed models", parents=[common])
    p.add_argument("inputs", nargs="*", metavar="FILE", help="recordings; with --case, exhibit ids (all if left out)")
    p.add_argument("--case", metavar="DIR", help="examine exhibits of this case; results go into the case")
    p.add_argument("--json", metavar="OUT", help="write auditrace.analysis/1 to this file (- for standard output)")
    p.add_argument("--pdf", metavar="OUT", help="also write a PDF report of these recordings, without a case")
    p.add_argument("--models", metavar="ID,...", default="", help="model ids; the suite that ships if left out")
    p.add_argument("--device", default="auto", help="auto, cpu or cuda")
    p.add_argument("--channel", default="mix", help="mix (mean of the channels) or a channel's number from 0")
    p.add_argument("--reference", action="store_true", help="one thread, deterministic: bit-identical numbers")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Examine each input; one that cannot be used is named, and the others go on."""
    if not options.inputs and not options.case:
        raise UsageError("US-005", "No recording was named.", do="Name recordings, or a case with --case.")
    from core.analysis import AnalysisPlan

    models = tuple(filter(None, (name.strip() for name in options.models.split(","))))
    plan = AnalysisPlan(models=models, device=options.device, reference=options.reference, channel=options.channel)
    if options.case:
        return _case(options, plan, console)
    return _files(options, plan, console)


def _files(options: argparse.Namespace, plan: Any, console: Console) -> int:
    recordings: list[Any] | None = [] if options.pdf else None
    findings, errors = examine_files(options.inputs, plan, console.progress, recordings)
    for path, error in errors:
        console.error(error, path)
    _deliver([(str(f.file.path), f) for f in findings], errors, plan, options, console)
    if recordings:
        _pdf(findings, recordings, errors, options.pdf, console)
    return _STATUS_SOME_UNUSABLE if errors else 0


def examine_files(
    paths: list[str], plan: Any, progress: Progress, keep: list[Any] | None = None
) -> tuple[list[Any], list[tuple[str, CoreError]]]:
    """Findings of those recordings that can be used, and (path, error) of those that cannot.

    The recordings themselves are left open in `keep`, if given: what a report draws is then what was examined.

    Raises:
        ModelError, UsageError: the plan itself cannot be carried out, so no recording could.
    """
    from core.analysis import examine
    from core.audio import open_recording
    from core.detectors import ModelStore
    from core.foundation.errors import AudioError

    findings, errors, store = [], [], ModelStore()
    for i, path in enumerate(paths):
        part = span(progress, i / len(paths), (i + 1) / len(paths))
        try:
            recording = open_recording(Path(path), span(part, 0.0, 0.2))
            findings.append(examine(recording, plan, store, span(part, 0.2, 1.0)))
            if keep is not None:
                keep.append(recording)
        except AudioError as error:
            errors.append((path, error))
    return findings, errors


def _deliver(
    titled: list[tuple[str, Any]],
    errors: list[tuple[str, CoreError]],
    plan: Any,
    options: argparse.Namespace,
    console: Console,
) -> None:
    """The document and the summaries, of which one goes to standard output."""
    if options.json:
        from core.analysis import to_json
        from core.analysis.device import resolve

        device = resolve(plan.device, reference=plan.reference)
        document = to_json([finding for _, finding in titled], errors, device=device, reference=plan.reference)
        write_text(options.json, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n", console)
    if options.json != "-":
        for title, finding in titled:
            for line in summary(title, finding):
                console.say(line)


def summary(title: str, finding: Any) -> list[str]:
    """A finding in a few lines of plain words, under the recording's path or the exhibit's id and name."""
    lines = [title, f"  SHA-256 {finding.file.sha256}"]
    for question, result in finding.questions.items():
        lines.append(
            f"  {question:<13} score {result.score:+.2f} (uncalibrated, not evidence; higher = more support), "
            f"method applicable: {result.applicability}"
        )
        if result.log10_lr is not None:
            weight = Weight(question=question, log10_lr=result.log10_lr, interval=result.interval, bounds=result.bounds)
            lines += [f"    {weight.brief}; {weight.ratio}", f"    limits {weight.limits}; {weight.words}"]
        lines += [f"    {reason}" for reason in result.reasons]
        if found := finding.localisation.get(question):
            lines += [f"    {line}" for line in region_lines(found)]
    lines += [f"  {notice.code}: {notice.message}" for notice in finding.notices]
    return lines


def region_lines(found: LocalisationResult) -> list[str]:
    """Where in the recording, or why nothing is stated."""
    if found.reason or found.setting is None:
        return [f"Regions: not stated. {found.reason}"]
    if not found.regions:
        return [f"Regions: none of {found.setting.shortest_s:g} s or longer stands out."]
    return [f"Regions (places to look, no evidence; mean scores {found.scale}):"] + [
        f"  {each.start_s:.2f} to {each.end_s:.2f} s, mean score {each.score:+.2f}, ends ±{each.resolution_s:g} s"
        for each in found.regions
    ]


def _pdf(
    findings: list[Any], recordings: list[Any], errors: list[tuple[str, CoreError]], out: str, console: Console
) -> None:
    from core.analysis import run_json
    from core.report import build_from_runs, pdf

    unusable = [(path, error.code, error.message) for path, error in errors]
    runs = [run_json(finding) for finding in findings]
    document = build_from_runs(runs, recordings, made_at=findings[0].made_at, unusable=unusable)
    pdf.write(document, Path(out), console.progress)
    console.say(f"Report: {out}")


def _case(options: argparse.Namespace, plan: Any, console: Console) -> int:
    from core.case import Case, desk
    from core.detectors import ModelStore

    case, store = Case.open(Path(options.case)), ModelStore()
    desk.require_shown(case)
    exhibits = [case.exhibit(i) for i in options.inputs] or case.exhibits()
    if not exhibits:
        raise UsageError("US-006", "The case has no exhibits.", do="Add recordings with `auditrace case add`.")
    titled, errors = [], []
    for i, exhibit in enumerate(exhibits):
        part = span(console.progress, i / len(exhibits), (i + 1) / len(exhibits))
        try:
            titled.append((f"{exhibit.id} {exhibit.name}", _exhibit(case, exhibit, plan, store, part, console)))
        except CoreError as error:
            errors.append((f"{exhibit.id} {exhibit.name}", error))
            console.error(error, f"{exhibit.id} {exhibit.name}")
    _deliver(titled, errors, plan, options, console)
    if any(isinstance(error, IntegrityError) for _, error in errors):
        return _STATUS_NOT_INTACT
    return _STATUS_SOME_UNUSABLE if errors else 0


def _exhibit(case: Any, exhibit: Any, plan: Any, store: Any, progress: Progress, console: Console) -> Any:
    """Check an exhibit's bytes, examine it, and keep the run in the case."""
    from core.analysis import examine, run_json
    from core.audio import open_recording

    path = case.verified_copy(exhibit.id, span(progress, 0.0, 0.1))
    finding = examine(open_recording(path, span(progress, 0.1, 0.3)), plan, store, span(progress, 0.3, 1.0))
    console.say(f"{exhibit.id} {exhibit.name}: run {case.record_run(exhibit.id, run_json(finding))}")
    return finding
