"""Decoded samples of codings that cannot be sought exactly: an unnamed raw file that ends with the recording."""

from __future__ import annotations

import errno
import shutil
import tempfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.audio.guard import FileGuard
from core.foundation.errors import AudioError
from core.foundation.paths import cache_dir
from core.foundation.units import format_bytes

_SPARE_BYTES = 256 << 20
"""Left free on the disk for everybody else."""
_CHECK_EVERY_BYTES = 64 << 20


class WorkingFile:
    """Takes float32 samples while a file is decoded, then gives random access to them.

    The file has no name (or, on Windows, one that vanishes with it): nothing of a recording stays on the disk, and
    nobody can alter the samples between decoding and analysis.
    """

    def __init__(self, channels: int, expected_bytes: int):
        """Make the file.

        Raises:
            AudioError: not enough free space for the expected size (DE-030).
        """
        self._channels = channels
        self._frames = 0
        self._checked_bytes = 0
        folder = cache_dir()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _require_space(folder, expected_bytes)
            self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder, prefix="decoded-")  # noqa: SIM115 - lives on
        except OSError as error:
            raise _no_space(folder, error) from error
        self._folder = folder

    def add(self, samples: NDArray[np.float32]) -> None:
        """Append samples (frames, channels).

        Raises:
            AudioError: the disk is full (DE-030).
        """
        self._checked_bytes += samples.nbytes
        if self._checked_bytes > _CHECK_EVERY_BYTES:
            self._checked_bytes = 0
            _require_space(self._folder, 0)
        try:
            self._file.write(np.ascontiguousarray(samples, dtype="<f4").data)
        except OSError as error:
            raise _no_space(self._folder, error) from error
        self._frames += len(samples)

    def finish(self, guard: FileGuard) -> MappedSource:
        """The samples for random access.

        Raises:
            AudioError: the disk is full (DE-030).
        """
        try:
            self._file.flush()
        except OSError as error:
            raise _no_space(self._folder, error) from error
        samples = np.memmap(self._file, dtype="<f4", mode="r", shape=(self._frames, self._channels))
        return MappedSource(guard, samples, self._file)

    def close(self) -> None:
        """Drop the file."""
        self._file.close()


class MappedSource:
    """Random access to a working file; the system pages in what is read."""

    def __init__(self, guard: FileGuard, samples: NDArray[np.float32], file: IO[bytes]):
        self._guard = guard
        self._samples = samples
        self._file = file

    def read(self, start_frame: int, stop_frame: int) -> NDArray[np.float32]:
        """Samples (channels, frames) float32; see PcmSource.

        Raises:
            AudioError: the original changed (IN-007), vanished (IN-012) or cannot be reached (IN-003).
        """
        self._guard.check()
        start = max(start_frame, 0)
        return np.array(self._samples[start : max(stop_frame, start)].T, np.float32, order="C")

    def close(self) -> None:
        """Drop the working file."""
        self._samples = np.empty((0, self._samples.shape[1]), np.float32)
        self._file.close()


def _require_space(folder: Path, wanted_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted_bytes + _SPARE_BYTES:
        raise AudioError(
            "DE-030",
            f"Decoding needs {format_bytes(wanted_bytes + _SPARE_BYTES)} of working space in {folder}; "
            f"{format_bytes(free)} are free.",
            means="The recording was not examined; nothing of it was changed.",
            do="Free space there, or set AUDITRACE_HOME to a folder on a larger disk.",
        )


def _no_space(folder: Path, error: OSError) -> AudioError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return AudioError(
        "DE-030",
        f"The working file in {folder} cannot be written: {'the disk is full' if full else error.strerror or error}.",
        means="The recording was not examined; nothing of it was changed.",
        do="Free space there, or set AUDITRACE_HOME to a folder on a larger disk.",
    )
