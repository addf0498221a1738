"""spliced.json: which stretches of spliced recordings come from which clips, and what they count as."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from core.detectors.card import Question
from core.foundation.errors import DataError
from core.foundation.hashing import sha256_file
from core.training.datasets.manifest import Truth

INSERT_S = (0.5, 1.0, 1.5, 2.0)
"""Lengths of inserts."""
SCHEMA = "auditrace.spliced/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a recording that is one clip's."""

    start_frame: int
    end_frame: int
    """Boundaries are the middle of a cross-fade."""
    clip: str
    """SHA-256 of the clip in its manifest, or its file's name where the manifest has none."""
    insert: bool
    """Set into another clip; in a control that is genuine speech too."""
    synthetic: Truth
    neural_codec: Truth
    family: str
    generator: str

    def truth(self, question: Question) -> Truth:
        """1 for, 0 against the question's first proposition; None: not used for that question."""
        return self.synthetic if question == "synthetic" else self.neural_codec


@dataclass(frozen=True, slots=True, kw_only=True)
class Spliced:
    """One recording."""

    path: str
    """Relative to spliced.json."""
    sha256: str
    frames: int
    source: str
    pool: str
    """Source, and speaker where all genuine clips are one's."""
    control: bool
    """Genuine speech only."""
    fade_frames: int
    """0: hard cuts."""
    pieces: tuple[Piece, ...]
    """Without gaps, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplicedSet:
    """All recordings of a folder."""

    FILE: ClassVar = "spliced.json"
    split: str
    seed: int
    rate_hz: int
    recordings: tuple[Spliced, ...]

    def to_json(self) -> bytes:
        """The file's bytes."""
        return (json.dumps({"schema": SCHEMA, **asdict(self)}, indent=1, ensure_ascii=False) + "\n").encode()


def read_spliced(folder: Path) -> SplicedSet:
    """What `auditrace dataset splice` wrote into a folder; every recording's hash is checked.

    Raises:
        DataError: spliced.json is missing or damaged (DA-035), or a recording is not the one it lists (DA-014).
    """
    path = folder / SplicedSet.FILE
    try:
        values = json.loads(path.read_bytes())
        if values["schema"] != SCHEMA:
            raise ValueError(f"schema {values['schema']}")
        found = SplicedSet(
            split=str(values["split"]),
            seed=int(values["seed"]),
            rate_hz=int(values["rate_hz"]),
            recordings=tuple(_recording(each) for each in values["recordings"]),
        )
        hashes = [sha256_file(folder / each.path) for each in found.recordings]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(
            "DA-035",
            f"The spliced recordings of {folder} cannot be read ({type(error).__name__}: {error}).",
            means="Nothing was measured on them.",
            do="Make them again with auditrace dataset splice.",
        ) from error
    for each, sha256 in zip(found.recordings, hashes, strict=True):
        if sha256 != each.sha256:
            raise _other_file(each.path)
    return found


def _recording(values: Mapping[str, Any]) -> Spliced:
    pieces = tuple(Piece(**piece) for piece in values["pieces"])
    ends = [0, *(piece.end_frame for piece in pieces)]
    if [piece.start_frame for piece in pieces] != ends[:-1] or ends[-1] != values["frames"]:
        raise ValueError(f"the pieces of {values['path']} leave gaps")
    return Spliced(**{**values, "pieces": pieces})


def _other_file(name: str) -> DataError:
    return DataError(
        "DA-014",
        f"{name} is not the file that spliced.json lists: its SHA-256 differs.",
        means="What would be measured with its boundaries would not hold.",
        do="Make the recordings again with auditrace dataset splice.",
    )
