"""Copies of clips that something was done to: the same labels, another sound, each change written down."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scipy.io import wavfile

from core.audio.perturb import STANDARD, Perturbation, available, available_standards, kind_of
from core.foundation.errors import DataError, UsageError
from core.foundation.files import save
from core.foundation.hashing import sha256_file
from core.foundation.progress import SILENT, Progress, steps
from core.foundation.rng import generator
from core.training.datasets.intact import altered, is_altered
from core.training.datasets.layout import no_clip
from core.training.datasets.manifest import Clip, write_manifest
from core.training.prepare import read_samples

SCHEMA = "auditrace.perturbed/1"
RECORDS = "perturbed.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is done to clips: one of STANDARD by its name, or a kind of PERTURBATIONS, drawn anew for each clip."""

    name: str
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the name.

        Raises:
            UsageError: there is no such perturbation (US-050).
            PerturbationError: its coder or its clips are missing here (PE-002, PE-003).
        """
        if self.name not in STANDARD and self.name not in available():
            kinds, fixed = ", ".join(available()), "; ".join(one.name for one in available_standards())
            raise UsageError(
                "US-050",
                f"There is no perturbation called {self.name}, or it is not available here.",
                do=f"Choose a strength ({fixed}), or a kind whose strength is drawn for each clip: {kinds}.",
            )
        if lack := (STANDARD[self.name] if self.name in STANDARD else kind_of(self.name)).lacks():
            raise lack

    def of(self, sha256: str) -> Perturbation:
        """What the clip of that hash gets: always the same."""
        if self.name in STANDARD:
            return STANDARD[self.name].perturbation(sha256)
        return kind_of(self.name).draw(generator(self.seed, "perturb", self.name, sha256))


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbed:
    """What was written."""

    clips: tuple[Clip, ...]
    problems: tuple[DataError, ...]
    """Why clips were left out."""


def perturb_clips(clips: Sequence[Clip], change: Change, folder: Path, progress: Progress = SILENT) -> Perturbed:
    """Write the mean of each clip's channels after the change, manifest.csv and perturbed.json with each record.

    Samples are 32-bit floats at the clip's own rate: a change may exceed full scale, and nothing else is done.

    Raises:
        DataError: no clip can be used (DA-010).
        IntegrityError: a clip is not the file that the manifest lists (DA-014).
        CoreError: the folder cannot be written (SY-002).
    """
    made, records, problems = list[Clip](), list[dict[str, Any]](), list[DataError]()
    for clip in steps(clips, progress, "perturbing"):
        try:
            found, record = _perturbed(clip, change, folder)
        except DataError as error:
            problems.append(error)
            continue
        made.append(found)
        records.append({"path": found.path.relative_to(folder).as_posix(), "perturbation": record})
    if not made:
        raise problems[0] if problems else no_clip("The manifest", "Nothing was written.")
    write_manifest(folder / "manifest.csv", made)
    document = {"schema": SCHEMA, "change": change.name, "seed": change.seed, "clips": records}
    save(folder / RECORDS, (json.dumps(document, indent=1) + "\n").encode())
    return Perturbed(clips=tuple(made), problems=tuple(problems))


def _perturbed(clip: Clip, change: Change, folder: Path) -> tuple[Clip, dict[str, Any]]:
    samples, rate = read_samples(clip.path)
    original = sha256_file(clip.path)
    if is_altered(clip, original):
        raise altered(clip.path)
    perturbation = change.of(original)
    sound, path = io.BytesIO(), folder / "audio" / f"{original[:16]}.wav"
    wavfile.write(sound, rate, perturbation.apply(samples.mean(axis=1), rate))  # libsndfile would put the time into it
    save(path, sound.getvalue())
    coding = perturbation.coding()
    copy = replace(
        clip,
        path=path,
        sample_rate=rate,
        seconds=round(len(samples) / rate, 3),
        sha256=sha256_file(path),
        lossy_origin=clip.lossy_origin if coding is None else coding.name,
        extra=(*clip.extra, ("perturbation", change.name), ("original_sha256", original)),
    )
    return copy, perturbation.record()
