"""Model packs on disk: four files, each hashed, nothing that could run."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.detectors.card import ModelCard
from core.detectors.card_file import format_card, parse_card
from core.foundation.errors import ModelError
from core.foundation.hashing import canonical_json, sha256_file

if TYPE_CHECKING:
    import torch

WEIGHTS, CARD, CALIBRATION, SUMS = "model.safetensors", "card.toml", "calibration.json", "SHA256SUMS"
ARCHIVE_SUFFIX = ".atmodel"
LIMITS = {WEIGHTS: 2 << 30, CARD: 1 << 20, CALIBRATION: 64 << 20, SUMS: 4096}
"""Largest size in bytes of each file."""
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
_SUM_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST_COMPRESSED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInfo:
    """A pack whose hashes were right when it was read."""

    card: ModelCard
    sha256: str
    """Names the pack: SHA-256 of its SHA256SUMS file."""
    folder: Path
    shipped: bool = False
    """Came with the program; cannot be removed."""
    calibration: Mapping[str, Any] | None = None
    """Contents of calibration.json; None where the pack has none."""


def write_pack(
    folder: Path,
    card: ModelCard,
    state_dict: Mapping[str, torch.Tensor],
    calibration: Mapping[str, Any] | None = None,
) -> PackInfo:
    """Write a pack; the same values give the same bytes.

    Args:
        folder: Made if it is not there; its pack files are replaced.
        card: The model's card.
        state_dict: The network's tensors by their own names, and `normalisation.mean` and `normalisation.std`: one
            number, one for each bin (bins,), or (channels, bins). Without these two nothing is normalised.
        calibration: JSON-compatible; left out where there is none.

    Raises:
        ModelError: the card cannot be (MO-006) or the folder cannot be written (MO-019).
    """
    write_files(folder, pack_contents(card, state_dict, calibration))
    return read_pack(folder)


def pack_contents(
    card: ModelCard, state_dict: Mapping[str, torch.Tensor], calibration: Mapping[str, Any] | None = None
) -> dict[str, bytes]:
    """Contents of a pack's files by name; arguments as write_pack.

    Raises:
        ModelError: MO-006.
    """
    from safetensors.torch import save

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state_dict.items()}
    contents = {CARD: format_card(card), WEIGHTS: save(tensors)}
    if calibration is not None:
        contents[CALIBRATION] = canonical_json(calibration)
    sums = "".join(f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents))
    return {**contents, SUMS: sums.encode()}


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write a pack's files as they are.

    Raises:
        ModelError: MO-019.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CALIBRATION).unlink(missing_ok=True)
        for name, data in contents.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise unwritable(folder, error) from error


def read_card(folder: Path) -> ModelCard:
    """The card of the pack in a folder, after its hashes were checked.

    Raises:
        ModelError: as read_pack.
    """
    return read_pack(folder).card


def read_pack(folder: Path, *, shipped: bool = False) -> PackInfo:
    """What the pack in a folder says of itself, after every hash was checked; the weights are not kept.

    Raises:
        ModelError: a file is missing (MO-003), does not belong there (MO-004), does not match its hash (MO-005),
            or is too large (MO-010); the card cannot be (MO-006); calibration.json is not JSON (MO-007).
    """
    contents, digests = _read(folder, keep_weights=False)
    check_sums(contents, digests, folder)
    return PackInfo(
        card=parse_card(contents[CARD]),
        sha256=digests[SUMS],
        folder=folder,
        shipped=shipped,
        calibration=_json(contents[CALIBRATION]) if CALIBRATION in contents else None,
    )


def read_files(folder: Path) -> dict[str, bytes]:
    """Contents of a pack's files by name; every hash checked on the very bytes that are returned.

    Raises:
        ModelError: MO-003, MO-004, MO-005, MO-010.
    """
    contents, digests = _read(folder, keep_weights=True)
    check_sums(contents, digests, folder)
    return contents


def read_archive(path: Path) -> dict[str, bytes]:
    """Contents of the files in an .atmodel archive, under the same checks; nothing is unpacked to disk.

    Raises:
        ModelError: no usable archive (MO-011), or as read_files.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            for entry in entries:
                _check_member(entry, path)
            # zipfile stops at the size that the directory gives, so the limits hold while it reads
            contents = {entry.filename: archive.read(entry) for entry in entries}
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(
            "MO-011",
            f"{path.name} is not a usable model archive ({error}).",
            means="Nothing was imported.",
            do="Get the file again; it may have been cut off on its way.",
        ) from error
    if len(contents) < len(entries):
        raise _misplaced(path, "a name twice")
    check_sums(contents, {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}, path)
    return contents


def write_archive(folder: Path, path: Path) -> None:
    """Zip the pack in a folder; the same pack, the same bytes.

    Raises:
        ModelError: the pack is damaged (as read_files) or the file cannot be written (MO-019).
    """
    contents = read_files(folder)
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(contents):
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, contents[name])
    except OSError as error:
        raise unwritable(path, error) from error


def check_sums(contents: Mapping[str, bytes], digests: Mapping[str, str], where: Path) -> None:
    """Compare the files' SHA-256 with those that SHA256SUMS records.

    Raises:
        ModelError: MO-003, MO-005.
    """
    for name in (CARD, WEIGHTS, SUMS):
        if name not in digests:
            raise _incomplete(where, f"has no {name}")
    lines = contents[SUMS].decode("ascii", "replace").splitlines()
    sums = {match[2]: match[1] for match in map(_SUM_LINE.fullmatch, lines) if match}
    if len(sums) < len(lines) or set(sums) != set(digests) - {SUMS}:
        raise _incomplete(where, f"has a {SUMS} that does not name its files, each once")
    for name, recorded in sums.items():
        if digests[name] != recorded:
            raise altered(where, name, recorded, digests[name])


def _read(folder: Path, *, keep_weights: bool) -> tuple[dict[str, bytes], dict[str, str]]:
    """Contents of the files that are kept, and SHA-256 of all."""
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
                digests[path.name] = hashlib.sha256(contents[path.name]).hexdigest()
    except OSError as error:
        raise _incomplete(folder, f"cannot be read ({error.strerror or error})") from error
    return contents, digests


def _json(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
        if not isinstance(value, dict):
            raise ValueError("not an object")
    except (ValueError, RecursionError) as error:
        raise ModelError(
            "MO-007",
            f"The model's {CALIBRATION} cannot be read ({error}).",
            means="The model was not loaded.",
            do="Get the pack again from where it came.",
        ) from error
    return value


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


def _too_large(where: Path, name: str, why: str) -> ModelError:
    return ModelError(
        "MO-010",
        f"{name} of the model pack {where.name} is too large: it {why}.",
        means="The model was not loaded.",
        do="Get the pack again from where it came.",
    )


def altered(where: Path, name: str, recorded: str, found: str) -> ModelError:
    """The error of a file that does not match its hash."""
    return ModelError(
        "MO-005",
        f"{name} of the model pack {where.name} does not match its SHA-256: {recorded[:8]}… is recorded, "
        f"{found[:8]}… was found.",
        means="The pack was changed or damaged since it was made; it is not used.",
        do="Remove it and import it again from where it came.",
        facts={"file": name, "recorded": recorded, "found": found},
    )


def unwritable(path: Path, error: OSError) -> ModelError:
    """The error of a pack that cannot be written."""
    return ModelError(
        "MO-019",
        f"The model pack could not be written to {path}: {error.strerror or error}.",
        do="Free some space or choose another folder.",
    )


def _misplaced(where: Path, name: str) -> ModelError:
    return ModelError(
        "MO-004",
        f"The model pack {where.name} holds something that does not belong there: {name[:80]!r}.",
        means="Nothing of it was used.",
        do=f"A pack holds {CARD}, {WEIGHTS}, {SUMS} and at most {CALIBRATION}, without folders.",
    )


def _incomplete(where: Path, why: str) -> ModelError:
    return ModelError(
        "MO-003",
        f"The model pack {where.name} {why}.",
        means="It is not used.",
        do="Remove it and import it again from where it came.",
    )
