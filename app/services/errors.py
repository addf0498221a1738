"""One place where errors become messages: what happened, what it means, what to do, and details to copy."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

from PySide6.QtCore import QObject, Signal

from core.foundation.errors import CoreError, IntegrityError
from core.foundation.names import visible
from core.foundation.version import NAME, package_versions, version

Level = Literal["info", "caution", "bad"]
INTERNAL = "Something unexpected happened inside the program"
_LEVELS: tuple[Level, ...] = ("bad", "caution", "info")
_LISTED = 5
"""So many errors are told in one message; the details hold all."""
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
    mentioned = Signal(str)
    """Something small, to be said for a moment: nothing is lost where nobody reads it."""
    last_written = ""
    """The file that was written last; empty before there is one."""

    def tell(self, text: str, *, level: Level = "info", code: str = "", path: str = "") -> None:
        """Announce a message that is no error."""
        self.presented.emit(Message(text=visible(text), level=level, code=code, details=text, path=path))

    def mention(self, text: str) -> None:
        """Confirm something small for a moment, without a message that has to be dismissed."""
        self.mentioned.emit(text)

    def say_written(self, path: str) -> None:
        """Confirm a file that was written; it can be opened by a command for as long as no other one is written."""
        self.last_written = path
        self.mention(f"Written: {visible(path)}")

    def present(self, error: BaseException, subject: str = "") -> None:
        """Announce an error.

        Args:
            error: A CoreError is shown in its own words; anything else as unexpected, with a report to copy.
            subject: The file or exhibit it is about; goes before the message.
        """
        self.presented.emit(_logged(error, subject))

    def present_all(self, failures: Sequence[tuple[BaseException, str]], what: str) -> None:
        """Announce several errors as one message, the gravest first.

        Args:
            failures: Each error and the file or exhibit it is about.
            what: What failed, behind their number, e.g. `files could not be opened`.
        """
        if len(failures) == 1:
            self.present(*failures[0])
        elif failures:
            self.presented.emit(_together(failures, what))

    def install(self) -> None:
        """Receive what no one else catches, here and in slots."""
        sys.excepthook = self._excepthook

    def _excepthook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.present(error)


def _logged(error: BaseException, subject: str) -> Message:
    """The message of an error, which is logged."""
    expected = isinstance(error, CoreError)
    _log.log(logging.WARNING if expected else logging.ERROR, "%s", error.code if expected else type(error).__name__)
    _log.debug("details", exc_info=error)
    return _expected(error, subject) if expected else _unexpected(error, subject)


def _together(failures: Sequence[tuple[BaseException, str]], what: str) -> Message:
    """One message: what happened to each, and all that is known in the details."""
    told = [(_logged(error, subject), brief(error, subject)) for error, subject in failures]
    told.sort(key=lambda pair: _LEVELS.index(pair[0].level))
    more = len(told) - _LISTED
    rest = f" And {more} more, which the details list." if more > 0 else ""
    text = f"{len(told)} {what}. {' '.join(words for _, words in told[:_LISTED])}{rest}"
    codes = sorted({message.code for message, _ in told})
    return Message(
        text=visible(text),
        level=told[0][0].level,
        code=", ".join(codes),
        details="\n\n".join(message.details for message, _ in told),
    )


def brief(error: BaseException, subject: str = "") -> str:
    """What happened, in a sentence."""
    if isinstance(error, CoreError):
        return error.what if subject in error.what else f"{subject}: {error.what}"
    return f"{subject}: {INTERNAL} ({type(error).__name__})." if subject else f"{INTERNAL} ({type(error).__name__})."


def _expected(error: CoreError, subject: str) -> Message:
    text = error.message if subject in error.message else f"{subject}: {error.message}"
    facts = "".join(f"\n{name}: {value}" for name, value in error.facts.items())
    level = "bad" if isinstance(error, IntegrityError) else "caution"
    text = visible(text)
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
