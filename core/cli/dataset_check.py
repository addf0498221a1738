"""`auditrace dataset check MANIFEST.csv`: leaks between splits, and shortcuts that a detector could learn."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.console import Console
from core.cli.output import write_text

if TYPE_CHECKING:
    from core.training.datasets.checking import Report
    from core.training.datasets.leaks import Leak
    from core.training.datasets.probes import Probe

_DONE, _SOME_UNUSABLE, _NOT_INTACT = 0, 3, 4
_NAMED_LEAKS = 3


def add_action(actions: Any, common: argparse.ArgumentParser) -> None:
    """Add the action's options."""
    p = actions.add_parser("check", help="find leaks between splits and shortcuts around the speech", parents=[common])
    p.add_argument("manifest", nargs="+", type=Path, metavar="MANIFEST.csv", help="several are joined")
    p.add_argument("--json", metavar="OUT", help="write the whole report as JSON (`-` for standard output)")
    p.add_argument(
        "--split",
        action="append",
        choices=("train", "dev", "test"),
        help="splits that the probes for shortcuts see (default train and dev); leaks are looked for in all",
    )
    p.add_argument("--most", type=int, default=5000, metavar="N", help="clips that are probed at most (default 5000)")
    p.add_argument("--jobs", type=int, default=1, metavar="N", help="files read side by side (default 1)")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Say what was found; 4 where a file is not the one that the manifest lists."""
    from core.training.datasets.checking import check
    from core.training.datasets.intact import altered
    from core.training.datasets.manifest import read_manifest

    report = check(
        read_manifest(*options.manifest).clips,
        splits=tuple(options.split or ("train", "dev")),
        most=options.most,
        jobs=options.jobs,
        progress=console.progress,
    )
    for problem in (*report.problems, *map(altered, report.changed)):
        console.error(problem)
    if options.json:
        write_text(options.json, json.dumps(report.to_json(), indent=2), console)
    if options.json != "-":
        for line in told(report):
            console.say(line)
    return _NOT_INTACT if report.changed else _SOME_UNUSABLE if report.problems else _DONE


def told(report: Report) -> Iterator[str]:
    """The report as lines of text."""
    yield f"{report.clips} clips; the probes saw {report.probed}"
    yield ""
    yield from _leak_lines(report.leaks)
    if report.probes:
        yield ""
        yield from _probe_lines(report.probes)


def _leak_lines(leaks: tuple[Leak, ...]) -> Iterator[str]:
    if not leaks:
        yield "No file, sound, source, speaker, sentence or generator is in more than one split."
        return
    yield "In more than one split:"
    for kind in dict.fromkeys(leak.kind for leak in leaks):
        found = [leak for leak in leaks if leak.kind == kind]
        clips = sum(sum(leak.clips.values()) for leak in found)
        yield f"  {kind:<10} {len(found):>5} groups, {clips:>6} clips; the largest:"
        for leak in found[:_NAMED_LEAKS]:
            yield f"    {leak.group[:60]}: " + ", ".join(f"{n} in {split}" for split, n in sorted(leak.clips.items()))


def _probe_lines(probes: tuple[Probe, ...]) -> Iterator[str]:
    from core.training.datasets.probes import VERDICTS, in_words

    yield "What traces of the file alone give away (equal error rate in %, 95 % interval by source; 50 is chance)."
    yield "Verdict on crops as training sees them (rate, level, length and ends of the band evened out):"
    yield from textwrap.wrap(VERDICTS, 110, initial_indent="  ", subsequent_indent="  ")
    yield f"  {'question':<13} {'trace':<18} {'files as they are':<24} {'crops as prepared':<18} verdict"
    raw = [probe for probe in probes if not probe.prepared]
    after = {(probe.question, probe.trace): probe for probe in probes if probe.prepared}
    for probe in raw:
        other = after[probe.question, probe.trace]
        yield f"  {probe.question:<13} {probe.trace:<18} {_rate(probe):<24} {_rate(other):<18} {in_words(other)}"
    for probe in after.values():
        if probe.parts:
            names = ", ".join(
                f"{p.source} ({p.clips} clips, {p.right_pct} % told right by it alone)" for p in probe.parts
            )
            yield f"  {probe.question}, {probe.trace}: what is left after preparation comes most from {names}"


def _rate(probe: Probe) -> str:
    return f"{probe.eer_pct:>5.1f} ({probe.low:.0f} to {probe.high:.0f})"
