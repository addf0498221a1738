"""`auditrace report`: the PDF of a case."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.console import Console
from core.foundation.errors import UsageError


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    p = commands.add_parser("report", help="write the PDF report of a case", parents=[common])
    p.add_argument("dir", metavar="DIR", help="case folder")
    p.add_argument("--out", required=True, metavar="REPORT.pdf")
    p.add_argument("--template", choices=("full", "screening"), default="full")
    p.add_argument("--sign", metavar="KEY.p12", help="not available in this version")
    p.set_defaults(run=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Re-hash the case, build the report from what it holds, write it and keep a copy in the case."""
    if options.sign:
        raise UsageError("US-008", "Signing a report is not available in this version.", do="Leave --sign out.")
    from core.case import Case
    from core.report import write_report

    kept = write_report(Case.open(Path(options.dir)), Path(options.out), options.template, console.progress)
    console.say(f"Report: {options.out}" + (f" (kept in the case as {kept.id})" if kept else ""))
    return 0
