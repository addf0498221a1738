"""Submit functions for tests of plots: at once, or when told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.foundation.progress import SILENT


@dataclass
class Work:
    """Something submitted."""

    title: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    slot: str | None
    on_done: Callable[[Any], object] | None
    on_fail: Callable[[Exception], object] | None
    on_cancel: Callable[[], object] | None
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True

    def finish(self) -> None:
        """Do the work and hand over its result, as a pool would that did not hear of the cancelling."""
        result = self.function(*self.arguments, progress=SILENT)
        if self.on_done:
            self.on_done(result)

    def fail(self, error: Exception) -> None:
        """Hand over an error instead."""
        if self.on_fail:
            self.on_fail(error)


@dataclass
class LaterSubmit:
    """Collects work; the test decides when, and in which order, it is finished."""

    works: list[Work] = field(default_factory=list)

    def __call__(
        self,
        title: str,
        function: Callable[..., Any],
        *arguments: Any,
        slot: str | None = None,
        on_done: Callable[[Any], object] | None = None,
        on_fail: Callable[[Exception], object] | None = None,
        on_cancel: Callable[[], object] | None = None,
    ) -> Work:
        work = Work(title, function, arguments, slot, on_done, on_fail, on_cancel)
        self.works.append(work)
        return work

    def finish_all(self) -> None:
        """Finish everything, and what that leads to."""
        while self.works:
            self.works.pop(0).finish()
