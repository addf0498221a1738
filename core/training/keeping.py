"""A trained model is not lost because its drive is full."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from core.detectors.card import ModelCard
from core.detectors.pack import PackInfo, write_pack
from core.foundation.errors import ModelError, TrainingError


def keep_pack(folder: Path, card: ModelCard, weights: Mapping[str, Tensor]) -> PackInfo:
    """Write a pack; where that cannot be, into a new folder within the system's temporary one.

    Raises:
        ModelError: neither can be written (MO-019), or the card cannot be (MO-006).
    """
    try:
        return write_pack(folder, card, weights)
    except ModelError as refused:
        if refused.code != "MO-019":
            raise
        try:
            return write_pack(Path(tempfile.mkdtemp(prefix="auditrace-")) / folder.name, card, weights)
        except (OSError, ModelError):
            raise refused from None


def kept_elsewhere(wanted: Path, pack: PackInfo) -> TrainingError:
    """TR-015: where the pack lies instead."""
    return TrainingError(
        "TR-015",
        f"The pack could not be written to {wanted}; it lies in {pack.folder}.",
        means="That is a temporary folder, which the system may empty.",
        do="Free space and move the pack to a folder of your own.",
        facts={"wanted": str(wanted), "folder": str(pack.folder)},
    )
