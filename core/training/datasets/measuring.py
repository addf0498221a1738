"""What only the files themselves tell: that they can be read, their rate, length and hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.foundation.errors import DataError
from core.foundation.hashing import sha256_file
from core.foundation.progress import SILENT, Progress
from core.training.datasets.manifest import Clip
from core.training.prepare import read_samples

T = TypeVar("T")
R = TypeVar("R")


def measure_clips(
    clips: Sequence[Clip], jobs: int = 1, progress: Progress = SILENT
) -> tuple[tuple[Clip, ...], tuple[DataError, ...]]:
    """The clips with rate, seconds and sha256 filled in; and for each that cannot be used, why, and it is left out."""
    measured, unusable = [], []
    for result in side_by_side(_measured, clips, jobs, progress, "reading"):
        (unusable if isinstance(result, DataError) else measured).append(result)
    return tuple(measured), tuple(unusable)


def _measured(clip: Clip) -> Clip | DataError:
    try:
        samples, rate = read_samples(clip.path)
    except DataError as error:
        return error
    return replace(clip, sample_rate=rate, seconds=round(len(samples) / rate, 3), sha256=sha256_file(clip.path))


def pcm_of(samples: NDArray[np.float32], rate_hz: int) -> str:
    """SHA-256 of samples with their rate, whatever container they came in."""
    return hashlib.sha256(str(rate_hz).encode() + np.ascontiguousarray(samples, "<f4").tobytes()).hexdigest()


def side_by_side(
    work: Callable[[T], R], items: Sequence[T], jobs: int, progress: Progress = SILENT, message: str = ""
) -> Iterator[R]:
    """What `work` gives for each item, in order, `jobs` of them at a time."""
    with ThreadPoolExecutor(max(jobs, 1)) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            for done, future in enumerate(futures, 1):
                progress.check()
                yield future.result()
                progress.report(done / len(items), message)
        finally:
            for future in futures:
                future.cancel()
