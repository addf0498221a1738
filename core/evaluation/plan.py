"""The recipe of an evaluation, and the data it is made on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core.foundation.errors import DataError
from core.foundation.hashing import sha256_file
from core.training.datasets.manifest import Clip, read_manifest

TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationPlan:
    """Everything that determines the numbers, apart from models and data."""

    split: str = ""
    """The split that is evaluated; empty: `test` where the data have one, else all clips."""
    threshold: float | None = None
    """Decision threshold on the scale of the score; None: transferred, as `threshold_split` says."""
    threshold_split: str = "dev"
    """Split on which the threshold is fixed (equal errors there); never the one that is evaluated."""
    perturbations: tuple[str, ...] = ()
    """Names of the robustness sweep; empty for none."""
    controls: bool = True
    """Whether every clip is scored once more after a band-pass from 90 to 7000 Hz."""
    probes: bool = False
    """Whether shortcuts are measured beside the models."""
    seed: int = 1
    draws: int = 500
    """Draws of the bootstrap."""
    trim: float = 0.1
    """Share of windows left out at each end before the mean that gives a clip's score, as in an examination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """One manifest."""

    name: str
    manifest: Path
    sha256: str
    """Of the manifest file."""
    clips: tuple[Clip, ...] = field(repr=False)

    def split(self, name: str) -> tuple[Clip, ...]:
        """Clips of a split; all clips for an empty name.

        Raises:
            DataError: there are none (DA-050).
        """
        found = tuple(clip for clip in self.clips if not name or clip.split == name)
        if not self.clips:
            raise DataError("DA-050", f"The manifest {self.manifest.name} names no clips.", do="Add lines to it.")
        if not found:
            raise DataError(
                "DA-050",
                f"The manifest {self.manifest.name} of {self.name} has no clips in a split called {name!r}.",
                do=f"Choose one of: {', '.join(sorted({clip.split for clip in self.clips}))}.",
            )
        return found

    def evaluated(self, wanted: str) -> str:
        """The split that is evaluated: the wanted one, else `test` where there is one, else all (empty)."""
        return wanted or (TEST if any(clip.split == TEST for clip in self.clips) else "")


def open_data(paths: list[Path]) -> list[DataSet]:
    """Read manifests, each a data set called after its folder (or file), every name once.

    Raises:
        DataError: a manifest cannot be read or is wrong (DA-001 … DA-003).
    """
    data: list[DataSet] = []
    for path in paths:
        plain = path.resolve().parent.name if path.stem == "manifest" else path.stem
        taken = {one.name for one in data}
        names = (plain, *(f"{plain} ({number})" for number in range(2, len(paths) + 1)))
        name = next(name for name in names if name not in taken)
        clips = read_manifest(path).clips
        data.append(DataSet(name=name, manifest=path, sha256=sha256_file(path), clips=clips))
    return data
