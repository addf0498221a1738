"""One place where errors become messages: what happened, what it means, what to do, and details to copy."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

from PySide6.QtCore import QObject, Signal

from core.foundation.errors import CoreError, IntegrityError
from core.foundation.version import NAME, package_versions, version

Level = Literal["info", "caution", "bad"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to tell the user, without stopping what they do."""

    text: str
    level: Level = "info"
    code: str = ""
    """Kind of message, as in resources/help/messages.md; empty where all went well."""
    details: str = ""
    """What `Copy details` puts on the clipboard."""
    path: str = ""
    """A file or folder the message is about and that can be opened, e.g. a report just written."""


class ErrorPresenter(QObject):
    """Turns exceptions into messages, logs them, and announces them."""

    presented = Signal(object)
    """A Message."""

    def tell(self, text: str, *, level: Level = "info", code: str = "", path: str = "") -> None:
        """Announce a message that is no error."""
        self.presented.emit(Message(text=text, level=level, code=code, details=text, path=path))

    def present(self, error: BaseException, subject: str = "") -> None:
        """Announce an error.

        Args:
            error: A CoreError is shown in its own words; anything else as unexpected, with a report to copy.
            subject: The file or exhibit it is about; goes before the message.
        """
        expected = isinstance(error, CoreError)
        _log.log(logging.WARNING if expected else logging.ERROR, "%s", error.code if expected else type(error).__name__)
        _log.debug("details", exc_info=error)
        self.presented.emit(_expected(error, subject) if expected else _unexpected(error, subject))

    def install(self) -> None:
        """Receive what no one else catches, here and in slots."""
        sys.excepthook = self._excepthook

    def _excepthook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.present(error)


def _expected(error: CoreError, subject: str) -> Message:
    text = error.message if subject in error.message else f"{subject}: {error.message}"
    facts = "".join(f"\n{name}: {value}" for name, value in error.facts.items())
    level = "bad" if isinstance(error, IntegrityError) else "caution"
    return Message(text=text, level=level, code=error.code, details=f"{error.code}: {text}{facts}")


def _unexpected(error: BaseException, subject: str) -> Message:
    about = f" with {subject}" if subject else ""
    text = (
        f"Something unexpected happened{about} ({type(error).__name__}). The evidence was only read, never changed. "
        "Repeat the step; if it happens again, copy the details and send them to the makers."
    )
    return Message(text=text, level="bad", code="SY-001", details=report(error, text))


def report(error: BaseException, text: str) -> str:
    """Everything that helps to find the cause: message, versions, traceback."""
    versions = ", ".join(f"{name} {number}" for name, number in package_versions().items())
    trace = "".join(traceback.format_exception(error))
    return f"SY-001: {text}\n{NAME} {version()} on {platform.platform()}\n{versions}\n\n{trace}"
