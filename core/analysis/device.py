"""Which device computes, and how reproducible it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.foundation.errors import UsageError


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
def computing(*, reference: bool) -> Iterator[None]:
    """In reference mode one thread and deterministic algorithms, so that numbers repeat bit by bit; restored after."""
    import torch

    if not reference:
        yield
        return
    threads, deterministic = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(deterministic)
