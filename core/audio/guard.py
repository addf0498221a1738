"""Is this still the file whose hash was taken? Size, time of modification and inode, compared at every read."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from core.foundation.errors import AudioError


@dataclass(frozen=True, slots=True)
class FileGuard:
    """State of a file at one moment."""

    path: Path
    size_bytes: int
    _modified_ns: int
    _inode: tuple[int, int]

    @classmethod
    def of(cls, path: Path) -> FileGuard:
        """Take the state of a readable, ordinary file that is not empty.

        Raises:
            AudioError: missing (IN-001), a folder (IN-002), unreadable (IN-003), no ordinary file (IN-004),
                empty (IN-005).
        """
        state = _stat(path)
        if stat.S_ISDIR(state.st_mode):
            raise AudioError("IN-002", f"{path.name} is a folder.", do="Choose the files in it.")
        if not stat.S_ISREG(state.st_mode):
            raise AudioError(
                "IN-004",
                f"{path.name} is not an ordinary file but a device, pipe or socket.",
                do="Copy the recording to a file first.",
            )
        if state.st_size == 0:
            raise AudioError(
                "IN-005",
                f"{path.name} has zero bytes.",
                means="There is nothing to examine; the copy may have failed.",
                do="Copy the recording again from its source.",
            )
        guard = cls(path, state.st_size, state.st_mtime_ns, (state.st_dev, state.st_ino))
        guard._try_reading()
        return guard

    def check(self) -> None:
        """Compare with the file as it is now.

        Raises:
            AudioError: it changed (IN-007), vanished (IN-012) or cannot be reached (IN-003).
        """
        try:
            state = _stat(self.path)
        except AudioError as error:
            raise _vanished(self.path) if error.code == "IN-001" else error from error
        now = (state.st_size, state.st_mtime_ns, (state.st_dev, state.st_ino))
        if now != (self.size_bytes, self._modified_ns, self._inode):
            raise AudioError(
                "IN-007",
                f"{self.path.name} changed while it was open.",
                means="Its samples no longer belong to its SHA-256; results from it are not evidence.",
                do="Work on a copy that no other program writes to, and open it again.",
            )

    def _try_reading(self) -> None:
        try:
            with self.path.open("rb") as file:
                file.read(1)
        except OSError as error:
            raise unreadable(self.path, error) from error


def _vanished(path: Path) -> AudioError:
    return AudioError(
        "IN-012",
        f"{path.name} was deleted or moved while it was open.",
        means="What is on the screen was read from the file with the SHA-256 shown; nothing more can be read or "
        "checked.",
        do="Put the file back, or open a copy with the same SHA-256.",
    )


def unreadable(path: Path, error: OSError) -> AudioError:
    """The error for a file that exists and cannot be read."""
    return AudioError(
        "IN-003",
        f"{path.name} cannot be read: {os.strerror(error.errno) if error.errno else error}.",
        means="The file was not examined.",
        do="Check the permissions and the medium, or make a new copy.",
    )


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise AudioError("IN-001", f"{path.name} does not exist.", do="Check the path.") from error
    except OSError as error:
        raise unreadable(path, error) from error
