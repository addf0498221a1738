"""SHA-256 of files and of values."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from core.foundation.progress import SILENT, Progress

BLOCK_BYTES = 4 << 20


def sha256_file(path: Path, progress: Progress = SILENT) -> str:
    """SHA-256 of a file's bytes, 64 lower-case hexadecimal digits, read in blocks.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.sha256()
    size = max(path.stat().st_size, 1)
    done = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            progress.check()
            digest.update(block)
            done += len(block)
            progress.report(min(done / size, 1.0), "computing SHA-256")
    return digest.hexdigest()


def canonical_json(value: object) -> bytes:
    """The one way a value is written before it is hashed: UTF-8, sorted keys, no spaces, no NaN.

    Raises:
        ValueError: the value holds NaN or an infinity.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256_value(value: object) -> str:
    """SHA-256 of a JSON-compatible value in canonical form."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
