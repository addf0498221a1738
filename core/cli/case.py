"""`auditrace case`: make a case folder, add exhibits, show, verify, export."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.cli.console import Console
from core.foundation.errors import AudioError, CoreError, UsageError
from core.foundation.progress import span
from core.foundation.units import format_bytes

_SOME_UNUSABLE, _NOT_INTACT = 3, 4


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    p = commands.add_parser("case", help="make, fill, show, verify or export a case folder")
    actions = p.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=type(p))
    new = actions.add_parser("new", help="make a case folder", parents=[common])
    new.add_argument("dir", metavar="DIR")
    new.add_argument("--number", required=True, metavar="NO", help="case number")
    new.add_argument("--examiner", required=True, metavar="NAME")
    new.set_defaults(run=_new)
    add = actions.add_parser("add", help="take recordings in as exhibits", parents=[common])
    add.add_argument("dir", metavar="DIR")
    add.add_argument("files", nargs="+", metavar="FILE")
    add.add_argument("--id", metavar="Q1", help="exhibit id; proposed if left out; several files: consecutive ids")
    add.add_argument("--role", choices=("questioned", "known"), default="questioned")
    add.set_defaults(run=_add)
    for name, run, text in (
        ("show", _show, "what is in the case"),
        ("verify", _verify, "recompute every hash and the log's chain; exit status 0 or 4"),
    ):
        action = actions.add_parser(name, help=text, parents=[common])
        action.add_argument("dir", metavar="DIR")
        action.set_defaults(run=run)
    export = actions.add_parser("export", help="the whole case as one ZIP file", parents=[common])
    export.add_argument("dir", metavar="DIR")
    export.add_argument("--out", metavar="FILE", help="DIR.zip if left out")
    export.set_defaults(run=_export)


def _new(options: argparse.Namespace, console: Console) -> int:
    from core.case import Case

    Case.create(Path(options.dir), number=options.number, examiner=options.examiner)
    console.say(f"Case {options.number}: {options.dir}")
    return 0


def _add(options: argparse.Namespace, console: Console) -> int:
    from core.case import Case

    case, failed = Case.open(Path(options.dir)), False
    ids = consecutive(options.id, len(options.files)) if options.id else [None] * len(options.files)
    for i, (path, exhibit_id) in enumerate(zip(options.files, ids, strict=True)):
        part = span(console.progress, i / len(ids), (i + 1) / len(ids))
        try:
            exhibit = case.add(Path(path), exhibit_id=exhibit_id, role=options.role, progress=part)
            console.say(f"{exhibit.id}: {path} SHA-256 {exhibit.sha256}")
            for line in (
                *(f"{n.code}: {n.message}" for n in exhibit.notices),
                *_remarks(case.working_copy(exhibit.id)),
            ):
                console.say(f"  {line}")
        except CoreError as error:
            failed = True
            console.error(error, path)
    return _SOME_UNUSABLE if failed else 0


def _remarks(copy: Path) -> Iterator[str]:
    """What opening the exhibit says of it: it is taken in whatever it is, but the examiner must know."""
    from core.audio import open_recording

    try:
        recording = open_recording(copy)
    except AudioError as error:
        yield f"{error} It is kept as evidence all the same."
    else:
        yield from (f"{notice.code}: {notice.message}" for notice in recording.notices)


def consecutive(first: str, count: int) -> list[str]:
    """`Q3`, 2 -> `Q3`, `Q4`.

    Raises:
        UsageError: several ids are wanted and the first does not end in a number (US-007).
    """
    if count == 1:
        return [first]
    stem = first.rstrip("0123456789")
    if stem == first:
        raise UsageError("US-007", f"{first} has no number to count on from.", do="Give an id such as Q1.")
    return [f"{stem}{int(first[len(stem) :]) + i}" for i in range(count)]


def _show(options: argparse.Namespace, console: Console) -> int:
    from core.case import Case

    case = Case.open(Path(options.dir))
    console.say(f"Case {case.number}, examiner {case.examiner}")
    for exhibit in case.exhibits():
        runs = case.runs(exhibit.id)
        console.say(
            f"  {exhibit.id}  {exhibit.role:<10} {exhibit.name}  {format_bytes(exhibit.size_bytes)}, {len(runs)} run(s)"
        )
        console.say(f"      SHA-256 {exhibit.sha256}")
    console.say(f"  log: {len(case.log())} entries")
    return 0


def _verify(options: argparse.Namespace, console: Console) -> int:
    from core.case import Case

    problems = Case.open(Path(options.dir)).verify(console.progress)
    for problem in problems:
        console.say(f"{problem.code}: {problem.message}")
    console.say("Every hash matches and the log's chain is whole." if not problems else f"{len(problems)} problem(s).")
    return _NOT_INTACT if problems else 0


def _export(options: argparse.Namespace, console: Console) -> int:
    from core.case import Case

    folder = Path(options.dir)
    out = Path(options.out) if options.out else folder.with_name(folder.name + ".zip")
    Case.open(folder).export(out)
    console.say(f"Exported: {out}")
    return 0
