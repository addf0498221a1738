"""Seam to LiteRT, which runs .tflite networks."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.foundation.errors import DataError
from core.training.resynthesis.base import optional


def open_network(path: Path) -> Any:
    """An interpreter on one thread, its tensors allocated.

    Raises:
        DataError: the package is missing (DA-030) or the file is no such network (DA-031).
    """
    interpreter = optional("ai_edge_litert.interpreter", "ai-edge-litert")
    try:
        with _silent():
            network = interpreter.Interpreter(str(path), num_threads=1)
            network.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise DataError(
            "DA-031",
            f"The file {path.name} is no network that LiteRT can run ({error}).",
            means="This generator cannot be used.",
            do="Replace the file by an intact copy.",
        ) from error
    return network


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Keep what LiteRT's C++ writes to stderr for itself: it has no switch for that."""
    with Path(os.devnull).open("wb") as nowhere:
        kept = os.dup(2)
        try:
            os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def run(network: Any, given: NDArray[np.float32]) -> NDArray[np.float32]:
    """Its first output for its first input; the input may be resized beforehand."""
    network.set_tensor(network.get_input_details()[0]["index"], given)
    network.invoke()
    return network.get_tensor(network.get_output_details()[0]["index"])
