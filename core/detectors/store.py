"""Where models are found: those that ship and those the user imported."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.detectors.card import ModelCard
from core.detectors.installing import build, move, staging, try_out
from core.detectors.pack import PackInfo, read_pack
from core.detectors.pack_files import (
    ARCHIVE_SUFFIX,
    CARD,
    SUMS,
    altered,
    incomplete,
    read_archive,
    read_folder,
    unwritable,
    write_archive,
    write_files,
)
from core.detectors.suite_file import read_suite
from core.foundation.errors import ModelError
from core.foundation.paths import shipped_models_dir, user_models_dir
from core.foundation.progress import SILENT, Progress, steps

if TYPE_CHECKING:
    from core.detectors.base import Detector


Cards = list[ModelCard]
PLANS = "plans"
"""Folder beside the packs that ship, with the recipes they were trained by."""


class ModelStore:
    """Models by id. Packs are looked up once; a damaged one hides no other (see `problems`)."""

    def __init__(self, folders: Sequence[Path] | None = None):
        """Take the folders that hold packs.

        Args:
            folders: Shipped packs first, the user's last (there imports go); the program's own two if left out.
        """
        self._folders = tuple(folders) if folders is not None else (shipped_models_dir(), user_models_dir())
        self._lock = threading.RLock()
        self._packs: dict[str, PackInfo] | None = None
        self._damaged: dict[Path, ModelError] = {}
        self._loaded: dict[tuple[str, str], Detector] = {}

    def list(self) -> Cards:
        """Cards of all usable packs, the shipped ones first, then by id."""
        packs = self._found().values()
        return [pack.card for pack in sorted(packs, key=lambda pack: (not pack.shipped, pack.card.id))]

    def problems(self) -> tuple[ModelError, ...]:
        """What is wrong with the packs that cannot be used, and with the suite."""
        self._found()
        try:
            self._suite()
        except ModelError as error:
            return (*self._damaged.values(), error)
        return tuple(self._damaged.values())

    def get(self, model_id: str) -> PackInfo:
        """What the pack of that id says of itself.

        Raises:
            ModelError: there is none (MO-002), or its pack is damaged (that pack's own error).
        """
        packs = self._found()
        if model_id in packs:
            return packs[model_id]
        for folder, error in self._damaged.items():
            if folder.name in (_folder_name(model_id), model_id.split("/")[-1]):
                raise error
        raise ModelError(
            "MO-002",
            f"There is no model called {model_id}.",
            do=f"Choose one of: {', '.join(sorted(packs)) or 'none is installed'}. Published ones are imported first.",
        )

    def default_ids(self) -> tuple[str, ...]:
        """Ids of the suite that ships, sorted: those that suite.json names, or all where there is no such file.

        A damaged one stays in the suite: to load it says what is wrong, where leaving it out would change the method
        unnoticed.
        """
        try:
            suite = self._suite()
        except ModelError:  # among the problems; no ratio is given without it
            suite = None
        if suite is not None:
            return tuple(sorted(suite["packs"]))
        packs = self._found().values()
        usable = (pack.card.id for pack in packs if pack.shipped and pack.card.origin == "auditrace")
        damaged = (f"auditrace/{folder.name}" for folder in self._damaged if folder.parent in self._folders[:-1])
        return tuple(sorted({*usable, *damaged}))

    def calibration(self, model_ids: Sequence[str]) -> Mapping[str, Any] | None:
        """The calibration record made for exactly these models together: the suite's, or that of the one model's pack.

        Raises:
            ModelError: a model is unknown (MO-002) or damaged, or the suite's record is (MO-020).
        """
        packs = [self.get(model_id) for model_id in dict.fromkeys(model_ids)]
        suite = self._suite() if all(pack.shipped for pack in packs) else None
        if suite is not None and suite["packs"] == {pack.card.id: pack.sha256 for pack in packs}:
            return suite
        return packs[0].calibration if len(packs) == 1 else None

    def load(self, model_id: str, device: str = "cpu") -> Detector:
        """The detector, ready to run; every hash is checked on the bytes that are used. Loaded once for each device.

        Raises:
            ModelError: unknown (MO-002), damaged (MO-003 … MO-010), or changed since the store was opened (MO-005).
        """
        pack = self.get(model_id)
        with self._lock:
            key = (pack.sha256, device)
            if key not in self._loaded:
                contents, digests = read_folder(pack.folder)
                if digests[SUMS] != pack.sha256:
                    raise altered(pack.folder, SUMS, pack.sha256, digests[SUMS])
                self._loaded[key] = build(contents, pack, device)
            return self._loaded[key]

    def import_(self, path: Path, progress: Progress = SILENT) -> Cards:
        """Take a model into the user's folder, after it was built once to see that it works.

        Args:
            path: A pack folder, an .atmodel archive, a published checkpoint, or a folder with published checkpoints.
                Checkpoints are recognised by their SHA-256 alone, whatever they are called.
            progress: Told how far it is; may cancel between models.

        Returns:
            Cards of what was imported, or was there already.

        Raises:
            ModelError: no model (MO-003, MO-012), unsafe or damaged (MO-004 … MO-014), a different model with its id
                is there (MO-016), or the user's folder cannot be written (MO-019).
        """
        if not path.exists():
            raise incomplete(path, "does not exist")
        if path.suffix == ARCHIVE_SUFFIX and path.is_file():
            return [self._install(read_archive(path))]
        if (path / CARD).exists():
            return [self._install(read_folder(path)[0])]
        from core.detectors.published import convert, find

        return [
            self._install(convert(known, file)) for known, file in steps(find(path, progress), progress, "importing")
        ]

    def export(self, model_id: str, path: Path) -> None:
        """Write a pack as an .atmodel archive, or as a new folder where the path ends otherwise.

        Raises:
            ModelError: unknown (MO-002), damaged (MO-003 …), or it cannot be written (MO-019).
        """
        contents, _ = read_folder(self.get(model_id).folder)
        if path.suffix == ARCHIVE_SUFFIX:
            write_archive(contents, path)
            return
        if path.exists():
            raise unwritable(path, FileExistsError("it exists already"))
        with staging(path.parent) as staged:
            write_files(staged, contents)
            move(staged, path)

    def remove(self, model_id: str) -> None:
        """Delete a pack from the user's folder.

        Raises:
            ModelError: unknown (MO-002), came with the program (MO-017), or it cannot be deleted (MO-019).
        """
        pack = self.get(model_id)
        if pack.shipped:
            raise ModelError(
                "MO-017",
                f"The model {model_id} came with Auditrace and cannot be removed.",
                do="Leave it out of the plan instead.",
            )
        try:
            shutil.rmtree(pack.folder)
        except OSError as error:
            raise unwritable(pack.folder, error) from error
        finally:
            self._forget()

    def _install(self, contents: Mapping[str, bytes]) -> ModelCard:
        home = self._folders[-1]
        with staging(home) as staged:
            write_files(staged, contents)
            pack = read_pack(staged)
            present = self._found().get(pack.card.id)
            if present and present.sha256 == pack.sha256:
                return present.card
            if present:
                raise _taken(present)
            try_out(build(contents, pack, "cpu"))
            folder = home / _folder_name(pack.card.id)
            if folder in self._damaged:
                shutil.rmtree(folder, ignore_errors=True)
            move(staged, folder)
        self._forget()
        return pack.card

    def _found(self) -> dict[str, PackInfo]:
        with self._lock:
            if self._packs is None:
                self._packs, self._damaged = _scan(self._folders)
            return self._packs

    def _suite(self) -> Mapping[str, Any] | None:
        return next((suite for folder in self._folders[:-1] if (suite := read_suite(folder))), None)

    def _forget(self) -> None:
        with self._lock:
            self._packs = None
            self._loaded.clear()


def _scan(folders: Sequence[Path]) -> tuple[dict[str, PackInfo], dict[Path, ModelError]]:
    """Usable packs by id, and what is wrong with the other folders."""
    packs: dict[str, PackInfo] = {}
    damaged: dict[Path, ModelError] = {}
    for folder, shipped in [(folder, home != folders[-1]) for home in folders for folder in _pack_folders(home)]:
        try:
            pack = read_pack(folder, shipped=shipped)
            if pack.card.id in packs:
                raise _taken(packs[pack.card.id])
            packs[pack.card.id] = pack
        except ModelError as error:
            damaged[folder] = error
    return packs, damaged


def _folder_name(model_id: str) -> str:
    return model_id.replace("/", "__")


def _pack_folders(home: Path) -> list[Path]:
    try:
        folders = sorted(folder for folder in home.iterdir() if folder.is_dir() and not folder.name.startswith("."))
        return [folder for folder in folders if folder.name != PLANS]
    except OSError:  # there is none yet, or none that may be read: no models there
        return []


def _taken(present: PackInfo) -> ModelError:
    return ModelError(
        "MO-016",
        f"A different model with the id {present.card.id} is already there (pack {present.sha256[:8]}…).",
        means="The new one was not used: results must not change their meaning unnoticed.",
        do="Remove the old one first, or give the new one another id or version.",
    )
