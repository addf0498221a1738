"""A data set's manifest: one clip per line, with what it counts as for each question."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from core.detectors.card import Question
from core.foundation.files import save
from core.foundation.hashing import sha256_file
from core.training.datasets.labels import Place, one_of, read_table

Truth = Literal[0, 1] | None
N = TypeVar("N", int, float)
SPLITS = ("train", "dev", "test")
_WORDS = (
    "family",
    "generator",
    "bitrate_kbps",
    "speaker",
    "corpus",
    "language",
    "source",
    "lossy_origin",
    "pair_id",
    "sha256",
)
"""Columns that are taken as they are."""
COLUMNS = (
    *("path", "label", "synthetic", "neural_codec", "family", "generator", "bitrate_kbps", "speaker", "corpus"),
    *("language", "source", "split", "sample_rate", "seconds", "lossy_origin", "pair_id", "sha256"),
)
"""Columns that a Clip has fields for, in the order in which they are written."""
_TRUTHS: dict[str, tuple[Literal["real", "fake"], Truth, Truth]] = {
    "real": ("real", 0, 0),
    "classical-codec": ("real", 0, 0),
    "vocoder": ("fake", 1, 0),
    "tts": ("fake", 1, 0),
    "vc": ("fake", 1, 0),
    "alm": ("fake", 1, 1),
    "codec": ("fake", None, 1),
    "classical-vocoder": ("fake", None, 0),
    "classical-tts": ("fake", None, 0),
    "": ("fake", 1, None),
}
"""Label and what a clip of each family counts as; the empty family is generated speech of an unknown kind."""


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
    bitrate_kbps: str = ""
    """Of the codec; as the data set writes it."""
    source: str = ""
    speaker: str = ""
    corpus: str = ""
    language: str = ""
    lossy_origin: str = ""
    """Classical coding that the recording went through, as far as it is known; `none`, or empty where nobody says."""
    split: str = ""
    sample_rate: int = 0
    """Rate of the original in Hz; 0 where the manifest does not say."""
    seconds: float = 0.0
    """Length; 0 where the manifest does not say."""
    pair_id: str = ""
    """The same for clips of one sentence, within a source."""
    sha256: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    """Columns that nothing here uses, kept for whoever does."""

    def truth(self, question: Question) -> Truth:
        """1 for, 0 against the question's first proposition; None: not used for that question."""
        return self.synthetic if question == "synthetic" else self.neural_codec


def clip_of(family: str, path: Path, **fields: str) -> Clip:
    """A clip that counts for each question as its family does."""
    label, synthetic, neural_codec = _TRUTHS[family]
    clip = Clip(path=path, label=label, synthetic=synthetic, neural_codec=neural_codec, family=family)
    return replace(clip, **fields)  # type: ignore[arg-type]


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
    clips = [clip for path in paths for clip, _ in manifest_lines(path)]
    return Manifest(clips=tuple(clips), sha256=tuple(sha256_file(path) for path in paths))


def manifest_lines(path: Path) -> Iterator[tuple[Clip, Place]]:
    """The clips of one manifest, each with its line.

    Raises:
        DataError: as read_manifest.
    """
    return read_table(path, ("path", "label"), lambda row: _clip(row, path.parent))


def write_manifest(path: Path, clips: Sequence[Clip]) -> None:
    """Write a manifest, whole or not at all; paths become relative to it.

    Raises:
        CoreError: it cannot be written (SY-002).
    """
    extra = sorted({name for clip in clips for name, _ in clip.extra})
    text = io.StringIO()
    rows = csv.DictWriter(text, [*COLUMNS, *extra], restval="", lineterminator="\n")
    rows.writeheader()
    rows.writerows(_row(clip, path.parent) for clip in clips)
    save(path, text.getvalue().encode())


def _row(clip: Clip, folder: Path) -> dict[str, str]:
    values = {name: str(getattr(clip, name)) for name in COLUMNS}
    values["path"] = _relative(clip.path.absolute(), folder.absolute())
    for name in ("synthetic", "neural_codec"):
        values[name] = values[name].replace("None", "")
    values["sample_rate"] = str(clip.sample_rate or "")
    values["seconds"] = f"{clip.seconds:.3f}" if clip.seconds else ""
    return {**values, **dict(clip.extra)}


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _clip(row: dict[str, str], folder: Path) -> Clip:
    label = one_of("label", row["label"], ("real", "fake"))
    if not row["path"]:
        raise ValueError("path is empty")
    split = one_of("split", row.get("split") or "train", SPLITS)
    return Clip(
        path=folder / row["path"],
        label="real" if label == "real" else "fake",
        synthetic=_truth("synthetic", row, 0 if label == "real" else 1),
        neural_codec=_truth("neural_codec", row, 0 if label == "real" else None),
        split=split,
        sample_rate=_number("sample_rate", row.get("sample_rate") or "0", int),
        seconds=_number("seconds", row.get("seconds") or "0", float),
        extra=tuple((name, value or "") for name, value in row.items() if name not in COLUMNS),
        **{name: row.get(name) or "" for name in _WORDS},
    )


def _truth(name: str, row: dict[str, str], without_column: Truth) -> Truth:
    value = row.get(name)
    if value is None:
        return without_column
    one_of(name, value, ("0", "1", ""))
    return None if value == "" else 1 if value == "1" else 0


def _number(name: str, value: str, kind: Callable[[str], N]) -> N:
    try:
        number = kind(value)
    except ValueError as error:
        raise ValueError(f"{name} is {value!r}, not a number") from error
    if not 0 <= number < math.inf:
        raise ValueError(f"{name} is {value!r}; it must be 0 or more")
    return number
