"""Which device computes, and how reproducible it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.foundation.errors import UsageError
from core.foundation.threads import one_thread_each


def resolve(wanted: str, *, reference: bool = False) -> str:
    """`cpu` or `cuda` for auto, cpu or cuda; reference mode always runs on the CPU.

    Raises:
        UsageError: unknown name (US-002), or no CUDA device here (US-003).
    """
    import torch

    if wanted not in ("auto", "cpu", "cuda"):
        raise UsageError("US-002", f"There is no device called {wanted}.", do="Choose auto, cpu or cuda.")
    if reference or wanted == "cpu":
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if wanted == "cuda":
        raise UsageError("US-003", "No CUDA device was found on this machine.", do="Choose --device auto or cpu.")
    return "cpu"


@contextmanager
def computing(device: str, *, reference: bool) -> Iterator[int]:
    """Yields how many batches to compute side by side, each on one thread; torch's settings are restored after.

    In reference mode one batch at a time with deterministic algorithms, so that numbers repeat bit by bit.
    """
    import torch

    deterministic = torch.are_deterministic_algorithms_enabled()
    with one_thread_each() as threads:
        _set_deterministic(reference or deterministic)
        try:
            yield 1 if reference or device != "cpu" else threads
        finally:
            _set_deterministic(deterministic)


def _set_deterministic(wanted: bool) -> None:
    """Only where it changes something: the call loads torch's compiler, which takes seconds and 100 MB."""
    import torch

    if torch.are_deterministic_algorithms_enabled() != wanted:
        torch.use_deterministic_algorithms(wanted)
