"""How long work reports its progress and learns that it should stop, without knowing any screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

T = TypeVar("T")


class Cancelled(Exception):
    """The user stopped the work."""


class Progress(Protocol):
    """What every function that may take longer than 100 ms accepts as `progress`."""

    def report(self, fraction: float, message: str = "") -> None:
        """Say how far the work is: fraction in 0..1, never falling."""
        ...

    def check(self) -> None:
        """Raise Cancelled if the work should stop. Call at least each 100 ms."""
        ...


class Silent:
    """Says nothing, never stops."""

    def report(self, fraction: float, message: str = "") -> None:
        """Do nothing."""

    def check(self) -> None:
        """Do nothing."""


SILENT = Silent()
_ASKED: ContextVar[Progress] = ContextVar("asked", default=SILENT)


@contextmanager
def heeding(progress: Progress) -> Iterator[None]:
    """Within it, `heed` asks `progress`."""
    before = _ASKED.set(progress)
    try:
        yield
    finally:
        _ASKED.reset(before)


def heed() -> None:
    """Raise Cancelled if the work that this is part of should stop; where no `progress` is at hand, as in a layer."""
    _ASKED.get().check()


class Span:
    """Maps 0..1 of a part of the work to low..high of the whole."""

    def __init__(self, whole: Progress, low: float, high: float):
        self._whole, self._low, self._high = whole, low, high

    def report(self, fraction: float, message: str = "") -> None:
        """Report the part's fraction as the whole's."""
        self._whole.report(self._low + (self._high - self._low) * min(max(fraction, 0.0), 1.0), message)

    def check(self) -> None:
        """Ask the whole."""
        self._whole.check()


def span(progress: Progress, low: float, high: float) -> Progress:
    """The part of `progress` between the fractions low and high."""
    return Span(progress, low, high)


def steps(items: Sequence[T], progress: Progress, message: str = "") -> Iterator[T]:
    """Yield each item, checking for a stop before it and reporting after it."""
    for done, item in enumerate(items):
        progress.check()
        yield item
        progress.report((done + 1) / len(items), message)
