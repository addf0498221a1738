"""Work on several batches at a time, results in order, memory bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from core.foundation.progress import Progress

A = TypeVar("A")
B = TypeVar("B")


def in_order(work: Callable[[A], B], items: Iterable[A], at_once: int, progress: Progress) -> Iterator[tuple[A, B]]:
    """Yield (item, work(item)) in the items' order; at most `at_once` + 1 items are held.

    A stop is asked for before each item; work that has begun is finished first, its result dropped, unless it heeds
    the stop itself: see `heed`.
    """
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="batch") as pool:
        waiting: deque[tuple[A, Future[B]]] = deque()
        try:
            for item in items:
                progress.check()
                waiting.append((item, pool.submit(copy_context().run, work, item)))
                if len(waiting) > at_once:
                    yield _finished(waiting)
            while waiting:
                progress.check()
                yield _finished(waiting)
        finally:
            for _, future in waiting:
                future.cancel()


def _finished(waiting: deque[tuple[A, Future[B]]]) -> tuple[A, B]:
    item, future = waiting.popleft()
    return item, future.result()
