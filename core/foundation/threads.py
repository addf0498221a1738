"""How many threads torch uses inside one operation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread_each() -> Iterator[int]:
    """Within it, every operation of torch runs on one thread; yields the number of threads there were, restored after.

    Small operations split over all cores wait for the slowest core at each step: with another program on one of two
    cores they take four to six times as long. Whole batches side by side do not wait for each other.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield threads
    finally:
        torch.set_num_threads(threads)
