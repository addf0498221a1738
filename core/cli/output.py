"""Writing results where the user asked for them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from core.cli.console import Console
from core.foundation.errors import CoreError


def write_text(target: str, text: str, console: Console) -> None:
    """Write to a file (whole or not at all), or to standard output for `-`.

    Raises:
        CoreError: the file cannot be written (SY-002).
    """
    if target == "-":
        console.say(text.rstrip("\n"))
        return
    write_bytes(Path(target), text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        CoreError: the file cannot be written (SY-002).
    """
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        os.replace(partial, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> CoreError:
    """The error for a file that cannot be written."""
    return CoreError(
        "SY-002",
        f"{path} cannot be written ({error.strerror or error}).",
        means="Nothing was lost: an older file of that name is as it was.",
        do="Free space or choose another folder, then repeat.",
    )
