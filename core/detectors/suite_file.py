"""suite.json beside the packs that ship: which packs make up the suite, and the calibration of their joined scores."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.detectors.pack_files import unwritable
from core.foundation.errors import ModelError
from core.foundation.hashing import canonical_json

SUITE = "suite.json"


def read_suite(folder: Path) -> Mapping[str, Any] | None:
    """What the folder's suite.json holds; None where there is none. `packs` names each pack's SHA-256 by model id.

    Raises:
        ModelError: it cannot be read (MO-020).
    """
    path = folder / SUITE
    try:
        text = path.read_bytes() if path.is_file() else None
        suite = None if text is None else json.loads(text)
        if suite is not None and not all(isinstance(sha256, str) for sha256 in suite["packs"].values()):
            raise ValueError("`packs` does not name hashes")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(
            "MO-020",
            f"{SUITE} beside the models cannot be read ({type(error).__name__}: {error}).",
            means="Models can be run, but not as the suite that was calibrated together.",
            do="Reinstall Auditrace.",
            facts={"path": str(path)},
        ) from error
    return suite


def write_suite(folder: Path, suite: Mapping[str, Any]) -> None:
    """Write suite.json into a folder of packs; the same values give the same bytes.

    Raises:
        ModelError: it cannot be written (MO-019).
    """
    try:
        (folder / SUITE).write_bytes(canonical_json(suite))
    except OSError as error:
        raise unwritable(folder / SUITE, error) from error
