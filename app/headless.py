"""The examination of the window without a display: PDF, JSON, and pictures of the window drawn off the screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from core.foundation.paths import resources_dir

_DONE, _SOME_UNUSABLE = 0, 3
_SIZE = (1440, 900)
_TIMEOUT_S = 24 * 3600.0


def run(paths: Sequence[Path], out: Path) -> int:
    """Open the recordings (the sample case if none is named), examine them, write what was found.

    Args:
        paths: Recordings, a folder of them, or a case folder.
        out: Folder for `auditrace.json`, `auditrace.pdf`, `window-light.png` and `window-dark.png`.

    Returns:
        Exit status: 3 where some input could not be used, or something could not be written.
    """
    from app.context import AppContext, build
    from app.main_window import MainWindow
    from app.services.errors import Message
    from app.theme.application import make_application

    application = make_application()
    context: AppContext = build()
    problems: list[Message] = []
    context.errors.presented.connect(lambda message: _report(message, problems))
    context.errors.mentioned.connect(lambda text: print(text, flush=True))
    window = MainWindow(context)
    window.resize(*_SIZE)
    window.show()
    context.workbench.list_models()
    context.workbench.open(list(paths) or [resources_dir() / "samples"])
    context.jobs.settle(_TIMEOUT_S)
    window.menus.made["examine.run_defaults"].trigger()
    context.jobs.settle(_TIMEOUT_S)
    if any(exhibit.finding for exhibit in context.session.exhibits):
        context.workbench.save_json(out / "auditrace.json")
        context.workbench.export_report(out / "auditrace.pdf")
        context.jobs.settle(_TIMEOUT_S)
    window.dismiss_messages()
    for theme in ("light", "dark"):
        window.use_theme(theme, remember=False)
        context.jobs.settle(_TIMEOUT_S)
        application.processEvents()
        _save(window, out / f"window-{theme}.png")
    context.jobs.shutdown()
    return _SOME_UNUSABLE if problems else _DONE


def run_without_qt(paths: Sequence[Path], out: Path) -> int:
    """The same without pictures, for machines where Qt cannot be loaded."""
    from app.services.engine import recordings_in
    from core.cli.main import main as command_line

    given = list(paths) or [resources_dir() / "samples"]
    files = [file for path in given for file in (recordings_in(path) if path.is_dir() else [path])]
    targets = ["--json", str(out / "auditrace.json"), "--pdf", str(out / "auditrace.pdf")]
    return command_line(["analyze", *map(str, files), *targets]) or _SOME_UNUSABLE


def _report(message, problems: list) -> None:
    stream = sys.stderr if message.code else sys.stdout
    print(f"{message.code}: {message.text}" if message.code else message.text, file=stream, flush=True)
    if message.code and message.level != "info":
        problems.append(message)


def _save(window, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if window.grab().save(str(path)):
        print(f"Written: {path}", flush=True)
