"""SHA-256 of files and of values."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from core.foundation.progress import SILENT, Progress

BLOCK_BYTES = 4 << 20
_MOST_BEHIND = 8
"""Blocks that wait to be hashed before whoever brings more has to wait."""


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


class DigestThread:
    """SHA-256 of blocks that come one after another, computed beside the work that makes them.

    To be used in a `with` statement; leaving it ends the thread without finishing what waits.
    """

    def __init__(self):
        self._digest = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sha256")
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def add(self, block: memoryview) -> None:
        """Take the next bytes, contiguous; they must not be changed afterwards."""
        if len(self._waiting) >= _MOST_BEHIND:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._digest.update, block))

    def hexdigest(self) -> str:
        """SHA-256 of all that was added, 64 lower-case hexadecimal digits."""
        while self._waiting:
            self._waiting.popleft().result()
        return self._digest.hexdigest()


def canonical_json(value: object) -> bytes:
    """The one way a value is written before it is hashed: UTF-8, sorted keys, no spaces, no NaN.

    Raises:
        ValueError: the value holds NaN or an infinity.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256_value(value: object) -> str:
    """SHA-256 of a JSON-compatible value in canonical form."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
