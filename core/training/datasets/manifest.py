"""A data set's manifest: one clip per line, with what it counts as for each question."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.detectors.card import Question
from core.foundation.errors import DataError
from core.foundation.hashing import sha256_file

Truth = Literal[0, 1] | None
SPLITS = ("train", "dev", "test")
_WORDS = ("family", "generator", "source", "speaker", "corpus", "language", "lossy_origin", "pair_id")
"""Columns that are taken as they are."""
_FIRST_LINE = 2
"""Number of the line after the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One line of a manifest."""

    path: Path
    """Where the sound lies, the manifest's folder joined."""
    label: Literal["real", "fake"]
    synthetic: Truth = None
    neural_codec: Truth = None
    family: str = ""
    generator: str = ""
    source: str = ""
    speaker: str = ""
    corpus: str = ""
    language: str = ""
    lossy_origin: str = ""
    """Classical coding that the recording went through, as far as it is known; `none`, or empty where nobody says."""
    split: str = ""
    sample_rate: int = 0
    """Rate of the original in Hz; 0 where the manifest does not say."""
    pair_id: str = ""

    def truth(self, question: Question) -> Truth:
        """1 for, 0 against the question's first proposition; None: not used for that question."""
        return self.synthetic if question == "synthetic" else self.neural_codec


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All clips of one or several manifest files, with the hash of each file."""

    clips: tuple[Clip, ...]
    sha256: tuple[str, ...]

    def split(self, *names: str) -> tuple[Clip, ...]:
        """Clips of these splits, in order."""
        return tuple(clip for clip in self.clips if clip.split in names)


def read_manifest(*paths: Path) -> Manifest:
    """Read manifests in the form of INTERFACES section 5; several are joined.

    Raises:
        DataError: a file cannot be read (DA-001), lacks a column (DA-002), or a line is wrong (DA-003); the first
            such line is named.
    """
    clips = [clip for path in paths for clip in _clips(path)]
    return Manifest(clips=tuple(clips), sha256=tuple(sha256_file(path) for path in paths))


def _clips(path: Path) -> Iterator[Clip]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            "DA-001",
            f"The manifest {path.name} cannot be read ({error}).",
            do="Check the path; it must be CSV in UTF-8.",
        ) from error
    rows = csv.DictReader(text.splitlines())
    missing = {"path", "label"} - set(rows.fieldnames or ())
    if missing:
        raise DataError(
            "DA-002",
            f"The manifest {path.name} has no column {' and no column '.join(sorted(missing))}.",
            do="Add a header row with at least `path` and `label`.",
        )
    for number, row in enumerate(rows, _FIRST_LINE):
        try:
            yield _clip(row, path.parent)
        except ValueError as error:
            raise DataError(
                "DA-003",
                f"Line {number} of {path.name} is wrong: {error}.",
                means="Nothing was read from this manifest.",
                do="Correct that line.",
                facts={"line": number},
            ) from error


def _clip(row: dict[str, str], folder: Path) -> Clip:
    label = _one_of("label", row["label"], ("real", "fake"))
    if not row["path"]:
        raise ValueError("path is empty")
    split = _one_of("split", row.get("split") or "train", SPLITS)
    return Clip(
        path=folder / row["path"],
        label="real" if label == "real" else "fake",
        synthetic=_truth("synthetic", row, 0 if label == "real" else 1),
        neural_codec=_truth("neural_codec", row, 0 if label == "real" else None),
        split=split,
        sample_rate=_number("sample_rate", row.get("sample_rate") or "0", int),
        **{name: row.get(name) or "" for name in _WORDS},
    )


def _one_of(name: str, value: str, allowed: Iterable[str]) -> str:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, not one of {', '.join(allowed)}")
    return value


def _truth(name: str, row: dict[str, str], without_column: Truth) -> Truth:
    value = row.get(name)
    if value is None:
        return without_column
    _one_of(name, value, ("0", "1", ""))
    return None if value == "" else 1 if value == "1" else 0


def _number(name: str, value: str, kind: Callable[[str], int]) -> int:
    try:
        return kind(value)
    except ValueError as error:
        raise ValueError(f"{name} is {value!r}, not a number") from error
