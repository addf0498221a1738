"""How plots have work done without knowing who does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Cancellable(Protocol):
    """Work that was started."""

    def cancel(self) -> None:
        """Ask it to stop."""
        ...


class Submit(Protocol):
    """Runs `function(*arguments, progress=...)` off the screen's thread; answers on it. A JobRunner's `submit` fits."""

    def __call__(
        self,
        title: str,
        function: Callable[..., object],
        *arguments: object,
        slot: str | None = None,
        on_done: Callable[[Any], object] | None = None,
        on_fail: Callable[[Exception], object] | None = None,
        on_cancel: Callable[[], object] | None = None,
    ) -> Cancellable:
        """Start the work; a new one in the same slot cancels the one before it."""
        ...
