"""The files of a model pack: which there may be, how large, and that each matches its hash."""

from __future__ import annotations

import hashlib
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from core.foundation.errors import ModelError
from core.foundation.hashing import sha256_file

WEIGHTS, CARD, CALIBRATION, SUMS = "model.safetensors", "card.toml", "calibration.json", "SHA256SUMS"
ARCHIVE_SUFFIX = ".atmodel"
LIMITS = {WEIGHTS: 2 << 30, CARD: 1 << 20, CALIBRATION: 64 << 20, SUMS: 4096}
"""Largest size in bytes of each file."""
_MOST_COMPRESSED = 100
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""What file managers leave behind."""
_SUM_LINE = re.compile(r"([0-9a-f]{64})  (\S+)\n")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def sums_of(contents: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS of files, as sha256sum writes it."""
    return "".join(f"{_sha256(contents[name])}  {name}\n" for name in sorted(contents)).encode()


def read_folder(folder: Path, *, keep_weights: bool = True) -> tuple[dict[str, bytes], dict[str, str]]:
    """Contents of a pack's files, and the SHA-256 of each, compared with SHA256SUMS.

    Args:
        folder: The pack.
        keep_weights: False hashes the weights without keeping them.

    Raises:
        ModelError: a file is missing or unreadable (MO-003), does not belong there (MO-004), does not match its hash
            (MO-005), or is too large (MO-010).
    """
    contents: dict[str, bytes] = {}
    digests: dict[str, str] = {}
    try:
        for path in sorted(path for path in folder.iterdir() if path.name not in _LITTER):
            entry = path.lstat()
            _check_entry(path.name, entry.st_size, regular=stat.S_ISREG(entry.st_mode), where=folder)
            if path.name == WEIGHTS and not keep_weights:
                digests[path.name] = sha256_file(path)
            else:
                contents[path.name] = path.read_bytes()
                digests[path.name] = _sha256(contents[path.name])
    except OSError as error:
        raise incomplete(folder, f"cannot be read ({error.strerror or error})") from error
    _check_sums(contents, digests, folder)
    return contents, digests


def read_archive(path: Path) -> dict[str, bytes]:
    """Contents of the files in an .atmodel archive, under the same checks; nothing is unpacked to disk.

    Raises:
        ModelError: no usable archive (MO-011), or as read_folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            for entry in entries:
                _check_member(entry, path)
            # zipfile stops at the size that the directory gives, so the limits hold while it reads
            contents = {entry.filename: archive.read(entry) for entry in entries}
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(
            "MO-011",
            f"{path.name} is not a usable model archive ({error}).",
            means="Nothing was imported.",
            do="Get the file again; it may have been cut off on its way.",
        ) from error
    if len(contents) < len(entries):
        raise _misplaced(path, "a name twice")
    _check_sums(contents, {name: _sha256(data) for name, data in contents.items()}, path)
    return contents


def require_free(folder: Path) -> None:
    """Refuse a folder for a pack that holds anything else, before work is spent on what would be written there.

    Raises:
        ModelError: MO-004, or it is no folder (MO-019).
    """
    try:
        for path in folder.iterdir() if folder.exists() else ():
            if path.name not in _LITTER:
                entry = path.lstat()
                _check_entry(path.name, entry.st_size, regular=stat.S_ISREG(entry.st_mode), where=folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write a pack's files as they are; a drive that fills up leaves what was there before.

    Raises:
        ModelError: MO-019.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".pack-", dir=folder.parent) as whole:
            for name, data in contents.items():
                (Path(whole) / name).write_bytes(data)
            folder.mkdir(exist_ok=True)
            (folder / CALIBRATION).unlink(missing_ok=True)
            for name in contents:
                (Path(whole) / name).replace(folder / name)
    except OSError as error:
        raise unwritable(folder, error) from error


def write_archive(contents: Mapping[str, bytes], path: Path) -> None:
    """Zip a pack's files; the same pack, the same bytes. A file that is there stays until the new one is whole.

    Raises:
        ModelError: MO-019.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(contents):
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, contents[name])
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise unwritable(path, error) from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_sums(contents: Mapping[str, bytes], digests: Mapping[str, str], where: Path) -> None:
    for name in (CARD, WEIGHTS, SUMS):
        if name not in digests:
            raise incomplete(where, f"has no {name}")
    text = contents[SUMS].decode("ascii", "replace")
    sums = {name: digest for digest, name in _SUM_LINE.findall(text)}
    if _SUM_LINE.sub("", text) or set(sums) != set(digests) - {SUMS} or len(sums) < text.count("\n"):
        raise incomplete(where, f"has a {SUMS} that does not name its files, each once")
    for name, recorded in sums.items():
        if digests[name] != recorded:
            raise altered(where, name, recorded, digests[name])


def _check_member(entry: zipfile.ZipInfo, where: Path) -> None:
    plain = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not entry.is_dir()
    _check_entry(entry.filename, entry.file_size, regular=plain, where=where)
    if entry.file_size > max(1 << 20, _MOST_COMPRESSED * entry.compress_size):
        raise _too_large(where, entry.filename, "unpacks to a hundred times its size")


def _check_entry(name: str, size: int, *, regular: bool, where: Path) -> None:
    if name not in LIMITS or not regular:
        raise _misplaced(where, name)
    if size > LIMITS[name]:
        raise _too_large(where, name, f"has {size} bytes, at most {LIMITS[name]} are read")


def incomplete(where: Path, why: str) -> ModelError:
    """The error of a pack that is not whole."""
    return ModelError(
        "MO-003",
        f"The model pack {where.name} {why}.",
        means="It is not used; other models are.",
        do="Import it again from where it came; that replaces it.",
        facts={"folder": str(where)},
    )


def altered(where: Path, name: str, recorded: str, found: str) -> ModelError:
    """The error of a file that does not match its hash."""
    return ModelError(
        "MO-005",
        f"{name} of the model pack {where.name} does not match its SHA-256: {recorded[:8]}… is recorded, "
        f"{found[:8]}… was found.",
        means="The pack was changed or damaged since it was made; it is not used.",
        do="Import it again from where it came; that replaces it.",
        facts={"file": name, "recorded": recorded, "found": found, "folder": str(where)},
    )


def unwritable(path: Path, error: OSError) -> ModelError:
    """The error of a pack that cannot be written or deleted."""
    return ModelError(
        "MO-019",
        f"The model pack {path} could not be written or deleted: {error.strerror or error}.",
        do="Free some space or choose another folder.",
    )


def _misplaced(where: Path, name: str) -> ModelError:
    return ModelError(
        "MO-004",
        f"The model pack {where.name} holds something that does not belong there: {name[:80]!r}.",
        means="Nothing of it was used.",
        do=f"A pack holds {CARD}, {WEIGHTS}, {SUMS} and at most {CALIBRATION}, without folders.",
        facts={"folder": str(where)},
    )


def _too_large(where: Path, name: str, why: str) -> ModelError:
    return ModelError(
        "MO-010",
        f"{name} of the model pack {where.name} is too large: it {why}.",
        means="The model was not loaded.",
        do="Get the pack again from where it came.",
        facts={"folder": str(where)},
    )
