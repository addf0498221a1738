"""Taking files in: copy, hash while copying, read back and compare, make read-only. Either whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
import uuid
from pathlib import Path

from core.case import errors
from core.foundation.errors import IntegrityError
from core.foundation.hashing import BLOCK_BYTES, sha256_file
from core.foundation.progress import Progress, span

PART_SUFFIX = ".part"
_ABANDONED_AFTER_S = 3600.0


class Intake:
    """A copy that is complete and checked, but not yet part of the case. Leaving the context unkept removes it."""

    def __init__(self, part: Path, sha256: str, size_bytes: int, final: Path):
        self.part, self.final = part, final
        self.sha256, self.size_bytes = sha256, size_bytes
        self._placed = self._kept = False

    def place(self) -> None:
        """Give the copy its name. A copy with the same bytes that is there already is used instead, if still whole.

        Raises:
            IntegrityError: the one that is there was changed (EV-003).
        """
        if self.final.exists():
            found = sha256_file(self.final)
            if found != self.sha256:
                raise errors.evidence_changed(self.final.name, self.sha256, found)
            return
        self.part.chmod(0o444)
        self.part.replace(self.final)
        self._placed = True

    def keep(self) -> None:
        """The case names the copy now."""
        self._kept = True

    def __enter__(self) -> Intake:
        return self

    def __exit__(self, *_: object) -> None:
        remove(self.part)
        if self._placed and not self._kept:
            remove(self.final)


def take_in(source: Path, folder: Path, progress: Progress) -> Intake:
    """Copy a file into `folder` under a temporary name and check the copy.

    Raises:
        CaseError: the file cannot be read (CA-009); the copy cannot be written (CA-004, CA-005, CA-013).
        IntegrityError: the file changed while it was copied (EV-005); the copy reads back differently (EV-004).
    """
    before = _state(source)
    part = folder / f"{uuid.uuid4().hex}{PART_SUFFIX}"
    try:
        digest = _copy(source, part, span(progress, 0.0, 0.6))
        if _state(source) != before:
            raise _source_changed(source)
        if sha256_file(part, span(progress, 0.6, 1.0)) != digest:
            raise _bad_copy(source)
    except OSError as error:
        remove(part)
        raise errors.from_os(error, folder) from error
    except BaseException:
        remove(part)
        raise
    return Intake(part, digest, before[0], folder / (digest + _suffix(source)))


def remove(path: Path) -> None:
    """Remove a file of ours, read-only or not; no matter if it is not there."""
    with contextlib.suppress(OSError):
        path.chmod(0o600)
        path.unlink()


def sweep(folder: Path) -> None:
    """Remove copies that a killed program left unfinished."""
    for part in folder.glob("*" + PART_SUFFIX):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime > _ABANDONED_AFTER_S:
                remove(part)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not be changed later: all of it under its name, or nothing.

    Raises:
        OSError: it cannot be written.
    """
    part = path.with_name(f"{uuid.uuid4().hex}{PART_SUFFIX}")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o444)
        part.replace(path)
    except BaseException:
        remove(part)
        raise


def _copy(source: Path, part: Path, progress: Progress) -> str:
    """Copy and hash in one pass; returns the SHA-256 of what was read."""
    digest, done = hashlib.sha256(), 0
    try:
        reader = source.open("rb")
    except OSError as error:
        raise errors.unreadable(source, error.strerror or str(error)) from error
    with reader, part.open("xb") as writer:
        size = max(os.fstat(reader.fileno()).st_size, 1)
        while block := _read(reader, source):
            progress.check()
            digest.update(block)
            writer.write(block)
            done += len(block)
            progress.report(min(done / size, 1.0), f"copying {source.name}")
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def _read(reader, source: Path) -> bytes:
    try:
        return reader.read(BLOCK_BYTES)
    except OSError as error:
        raise errors.unreadable(source, error.strerror or str(error)) from error


def _state(source: Path) -> tuple[int, int]:
    """Size and time of change, to notice a file that is still being written."""
    try:
        if not source.is_file():
            raise errors.unreadable(source, "it is not a file" if source.exists() else "there is no such file")
        found = source.stat()
    except OSError as error:
        raise errors.unreadable(source, error.strerror or str(error)) from error
    return found.st_size, found.st_mtime_ns


def _suffix(source: Path) -> str:
    """The file's ending, which some decoders need, if it is an ordinary one."""
    suffix = source.suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""


def _source_changed(source: Path) -> IntegrityError:
    return IntegrityError(
        "EV-005",
        f"{source.name} changed while it was being copied.",
        means="It is not in the case.",
        do="Wait until nothing writes to it any more and add it again.",
        facts={"path": str(source)},
    )


def _bad_copy(source: Path) -> IntegrityError:
    return IntegrityError(
        "EV-004",
        f"The copy of {source.name} reads back differently from what was copied.",
        means="It is not in the case. The drive of the case may be failing.",
        do="Check the drive and add the file again.",
        facts={"path": str(source)},
    )
