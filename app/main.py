"""The console command `auditrace`: `gui` opens the window, everything else is the command line's."""

from __future__ import annotations

import argparse
import ctypes
import logging
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from core.foundation.errors import CoreError
from core.foundation.version import NAME

DONE, SOME_UNUSABLE = 0, 3
APT_PACKAGES = (
    "libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libpulse0"
)
_IMPORTED_AT = time.monotonic()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["gui"]:
        return _gui(arguments[1:])
    from core.cli.main import main as command_line

    return command_line(arguments)


def parser() -> argparse.ArgumentParser:
    """Options of `auditrace gui`."""
    made = argparse.ArgumentParser(prog="auditrace gui", description="Open the desktop application.")
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a case folder, a folder, or recordings")
    made.add_argument(
        "--theme", choices=("system", "light", "dark", "contrast"), help="colours, for this and later sessions"
    )
    made.add_argument("--headless", action="store_true", help="examine without a window; write PDF, JSON, pictures")
    made.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where --headless writes to")
    made.add_argument("--smoke", action="store_true", help="show the window, say how long that took, and end")
    made.add_argument("--debug", action="store_true", help="write details and tracebacks to the log file")
    return made


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def missing_library() -> str | None:
    """A shared library that Qt needs on Linux and that is not there; None where nothing is missing."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        return str(error)
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    wants_x11 = sys.platform == "linux" and not os.environ.get("WAYLAND_DISPLAY") and platform in ("", "xcb")
    # without it Qt would end the program with an abort
    return _cannot_load("libxcb-cursor.so.0") if wants_x11 and has_display() else None


def seconds_since_start() -> float:
    """Seconds since this process was started."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError):
        return time.monotonic() - _IMPORTED_AT


def _gui(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    from core.foundation import logs

    logs.configure(debug=options.debug)
    headless = options.headless or not has_display()
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    missing = missing_library()
    if missing is not None:
        _say(_missing(missing))
    if headless:
        from app.headless import run, run_without_qt

        return run(options.paths, options.out) if missing is None else run_without_qt(options.paths, options.out)
    return SOME_UNUSABLE if missing is not None else _show(options)


def _show(options: argparse.Namespace) -> int:
    from PySide6.QtCore import QTimer

    from app.context import build
    from app.main_window import MainWindow
    from app.theme.application import log_qt_messages, make_application, wait_until_shown

    log_qt_messages()
    application = make_application()
    context = build()
    context.errors.install()
    if options.theme:
        context.settings.change(theme=options.theme)
    window = MainWindow(context)
    window.show()
    if options.smoke:
        wait_until_shown(window)
        print(f"shown {seconds_since_start():.3f} s", flush=True)
        context.jobs.shutdown()
        return DONE
    QTimer.singleShot(0, lambda: window.begin(options.paths))
    status = application.exec()
    if window.hanging:
        _say(_hanging(window.hanging))
    return _leave(status)


def _leave(status: int) -> NoReturn:
    """End at once: all is written, and taking the window and the models apart piece by piece takes seconds."""
    logging.shutdown()
    for stream in filter(None, (sys.stdout, sys.stderr)):  # a program without a console has none
        stream.flush()
    os._exit(status)


def _cannot_load(library: str) -> str | None:
    try:
        ctypes.CDLL(library)
    except OSError as error:
        return str(error)
    return None


def _say(error: CoreError) -> None:
    print(error, file=sys.stderr)


def _missing(reason: str) -> CoreError:
    return CoreError(
        "SY-104",
        f"The window cannot be shown: a library that Qt needs is missing ({reason}).",
        means="The command line works without it.",
        do=f"On Debian or Ubuntu: sudo apt-get install {APT_PACKAGES}",
    )


def _hanging(titles: Sequence[str]) -> CoreError:
    return CoreError(
        "SY-105",
        f"{NAME} was closed while this did not stop: {', '.join(titles)}.",
        means="Its result was dropped; nothing else is affected.",
        do="Repeat it.",
    )


if __name__ == "__main__":
    sys.exit(main())
