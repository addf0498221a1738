"""A whole case as one zip file, so that somebody else can check and repeat the work."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

from core.case import errors
from core.case.evidence import PART_SUFFIX, remove
from core.case.store import FILE_NAME, FOLDERS, Store
from core.foundation.hashing import BLOCK_BYTES, sha256_file
from core.foundation.progress import Progress, span

SUMS = "SHA256SUMS"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The zip format's first moment: times of files are not evidence and would make each export different."""


def write(folder: Path, store: Store, path: Path, progress: Progress) -> str:
    """Write the zip file, all of it or nothing; returns its SHA-256.

    Raises:
        CaseError: it cannot be written (CA-004, CA-005, CA-013).
    """
    part = path.with_name(f"{uuid.uuid4().hex}{PART_SUFFIX}")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            database = Path(scratch) / FILE_NAME
            store.back_up(database)
            _write_zip(part, [(FILE_NAME, database), *_files(folder)], span(progress, 0.0, 0.9))
        digest = sha256_file(part, span(progress, 0.9, 1.0))
        part.replace(path)
    except OSError as error:
        remove(part)
        raise errors.from_os(error, path) from error
    except BaseException:
        remove(part)
        raise
    return digest


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for name in FOLDERS:
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and path.suffix != PART_SUFFIX:
                yield path.relative_to(folder).as_posix(), path


def _write_zip(target: Path, files: list[tuple[str, Path]], progress: Progress) -> None:
    sums = []
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, path) in enumerate(files):
            sums.append(f"{_add(archive, name, path, progress)}  {name}\n")
            progress.report((number + 1) / len(files), f"packing {name}")
        archive.writestr(zipfile.ZipInfo(SUMS, _EARLIEST), "".join(sums))


def _add(archive: zipfile.ZipFile, name: str, path: Path, progress: Progress) -> str:
    """Add one file in blocks; returns its SHA-256."""
    digest = hashlib.sha256()
    info = zipfile.ZipInfo(name, _EARLIEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as reader, archive.open(info, "w", force_zip64=True) as writer:
        while block := reader.read(BLOCK_BYTES):
            progress.check()
            digest.update(block)
            writer.write(block)
    return digest.hexdigest()
