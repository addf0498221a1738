"""States of training on disk: whole or not at all, and never another run's."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import torch

from core.foundation.errors import TrainingError
from core.foundation.files import replace_file

_DIGEST = hashlib.sha256().digest_size
"""A checkpoint starts with the SHA-256 of the rest: one that is damaged is never unpacked."""


def save_checkpoint(path: Path, run: str, state: dict[str, Any]) -> None:
    """Write a state beside the older one, then take its place.

    Args:
        path: The file.
        run: Names plan and data; a checkpoint of another run is never gone on from.
        state: Tensors, numbers and plain containers.

    Raises:
        TrainingError: it cannot be written; the older one is as it was (TR-006).
    """
    held = io.BytesIO()
    torch.save({"run": run, **state}, held)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, hashlib.sha256(held.getvalue()).digest() + held.getvalue())
    except OSError as error:
        raise TrainingError(
            "TR-006",
            f"The checkpoint {path.name} cannot be written ({error.strerror or error}).",
            means="Training goes on with the best model in memory. "
            + ("The last whole checkpoint is kept." if path.exists() else "There is no checkpoint to go on from yet."),
            do="Free space on the drive before training ends.",
        ) from error


def read_checkpoint(path: Path, run: str) -> dict[str, Any] | None:
    """The state of a run; None where there is none yet.

    Raises:
        TrainingError: the file is damaged, or belongs to another plan or other data (TR-007).
    """
    if not path.exists():
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unusable(path, f"it cannot be read ({error.strerror or error})") from error
    if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        raise _unusable(path, "it is damaged")
    state = torch.load(io.BytesIO(data[_DIGEST:]), weights_only=True, map_location="cpu")
    if state["run"] != run:
        raise _unusable(path, "it belongs to another plan or to other data")
    return state


def _unusable(path: Path, why: str) -> TrainingError:
    return TrainingError(
        "TR-007",
        f"Training cannot go on from {path.name}: {why}.",
        means="Nothing was changed.",
        do="Restore plan and data as they were, or start anew in another folder.",
    )
