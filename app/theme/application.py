"""The QApplication, and waiting for a window to be on the screen."""

from __future__ import annotations

import logging
import signal
import sys
import time

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.theme.style import use_fonts
from core.foundation.version import NAME, version

_log = logging.getLogger(__name__)


def log_qt_messages() -> None:
    """Send what Qt writes to the terminal, such as complaints of a machine without sound, to the log instead."""
    qInstallMessageHandler(_log_qt)


def _log_qt(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
    if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        print(text, file=sys.stderr, flush=True)
    else:
        _log.debug("Qt: %s", text)  # may name files, which no higher level of the log does


def make_application() -> QApplication:
    """The one application of this process, with names and fonts set."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    # Ctrl+C in the terminal ends the program although Qt's event loop runs
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = QApplication(sys.argv[:1])
    application.setApplicationName(NAME)
    application.setApplicationVersion(version())
    QGuiApplication.setDesktopFileName("auditrace")
    use_fonts(application)
    return application


def wait_until_shown(window: QWidget, timeout_s: float = 10.0) -> None:
    """Handle events until the window was drawn."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        QApplication.processEvents()
        handle = window.windowHandle()
        if handle is not None and handle.isExposed():
            break
    QApplication.processEvents()
