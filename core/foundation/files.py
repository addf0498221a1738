"""Writing files whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import uuid
from pathlib import Path

from core.foundation.errors import CoreError


def replace_file(path: Path, data: bytes) -> None:
    """Write under a temporary name beside the file, then rename: it is whole, or what it was.

    Raises:
        OSError: it cannot be written, or is no ordinary file (a device must not be replaced); nothing is left behind.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not an ordinary file")
    partial = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise


def save(path: Path, data: bytes) -> None:
    """Write a result where the user asked for it, making folders on the way.

    Raises:
        CoreError: it cannot be written (SY-002).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> CoreError:
    """SY-002."""
    return CoreError(
        "SY-002",
        f"{path} cannot be written ({error.strerror or error}).",
        means="Nothing was lost: an older file of that name is as it was.",
        do="Free space or choose another folder, then repeat.",
    )
