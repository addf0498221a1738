"""`auditrace COMMAND`: reads the command line, runs one command, turns errors into messages and exit statuses."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from core.cli import analyze, case, dataset, evaluate, explain, models, report, train
from core.cli.console import Console
from core.foundation import logs
from core.foundation.errors import CoreError, IntegrityError, UsageError
from core.foundation.progress import Cancelled
from core.foundation.version import NAME, version

DONE, BAD_USAGE, SOME_UNUSABLE, NOT_INTACT, CANCELLED = 0, 2, 3, 4, 130
_COMMANDS = (analyze, explain, case, report, models, dataset, evaluate, train)

log = logging.getLogger(__name__)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(
            "US-001", f"The command is not complete or not right: {message}.", do=f"See {self.prog} --help."
        )


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="write details and tracebacks to the log file")
    common.add_argument("--progress", choices=("auto", "json", "none"), default="auto", help="how progress is shown")
    top = _Parser(prog="auditrace", description="Forensic examination of speech recordings.")
    top.add_argument("--version", action="version", version=f"{NAME} {version()}")
    commands: Any = top.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    gui = commands.add_parser("gui", help="open the desktop application", parents=[common])
    gui.add_argument("path", nargs="*", help="a case folder or recordings")
    gui.set_defaults(run=_gui)
    for command in _COMMANDS:
        command.add_parser(commands, common)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. No traceback ever reaches the user."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        options = parser().parse_args(arguments)
    except UsageError as error:
        Console().error(error)
        return BAD_USAGE
    log_path = logs.configure(debug=options.debug)
    return guarded(options.run, options, Console(options.progress), log_path)


def guarded(run: Callable[[Any, Console], int], options: argparse.Namespace, console: Console, log_path: object) -> int:
    """Run a command, turning whatever it raises into a message and an exit status."""
    try:
        return run(options, console)
    except (KeyboardInterrupt, Cancelled):
        console.error(CoreError("SY-130", "Cancelled.", do="Nothing half-done was kept."))
        return CANCELLED
    except BrokenPipeError:
        return DONE
    except UsageError as error:
        console.error(error)
        return BAD_USAGE
    except IntegrityError as error:
        console.error(error)
        return NOT_INTACT
    except CoreError as error:
        log.debug("refused", exc_info=True)
        console.error(error)
        return SOME_UNUSABLE
    except Exception as error:
        log.debug("unexpected", exc_info=True)
        console.error(
            CoreError(
                "SY-001",
                f"Something unexpected happened ({type(error).__name__}: {error}).",
                means="The evidence was only read, never changed.",
                do=f"Repeat with --debug and keep the log: {log_path}.",
            )
        )
        return SOME_UNUSABLE


def _gui(options: argparse.Namespace, console: Console) -> int:
    raise UsageError(
        "US-004", "The application is started by `auditrace gui`.", do="Install the distribution `auditrace`."
    )
