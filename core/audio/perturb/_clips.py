"""The folder of noise clips and impulse responses: AUDITRACE_SHARED/noise. None of it ships."""

from __future__ import annotations

import hashlib
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile as sf

from core.audio.perturb.base import Wave
from core.audio.resample import resample
from core.foundation.errors import PerturbationError
from core.foundation.paths import shared_dir

Use = Literal["noise", "response"]
_SUFFIXES = {".flac", ".wav", ".ogg"}
_RESPONSE_WORDS = {"ir", "rir", "impulse"}
_TITLES = {"noise": "noise clips", "response": "impulse responses"}


@dataclass(frozen=True, slots=True)
class Clip:
    """A file in the folder."""

    name: str
    sha256: str


def folder() -> Path:
    """Where the clips lie."""
    return shared_dir() / "noise"


def lacking(use: Use) -> PerturbationError | None:
    """The error where there is no clip for that use."""
    return None if _names(folder(), use) else _no_clips(use)


def choose(use: Use, rng: np.random.Generator) -> Clip:
    """Draw a clip; those that hold no sound or cannot be read are passed over.

    Raises:
        PerturbationError: there is none (PE-003).
    """
    names = _names(folder(), use)
    for index in rng.permutation(len(names)):
        with suppress(PerturbationError):
            return Clip(names[index], _read(folder() / names[index])[0])
    raise _no_clips(use)


def load(name: str, sha256: str, rate_hz: int) -> Wave:
    """A clip's samples (frames,) at a rate, channels mixed; the array is shared and read-only.

    Raises:
        PerturbationError: it is not there, cannot be read, or is another file than it was (PE-005).
    """
    path = folder() / name
    if Path(name).name != name or not path.is_file():
        raise _changed(name, "it is not in the folder of noise clips")
    if _read(path)[0] != sha256:
        raise _changed(name, "its SHA-256 is another")
    return _at_rate(path, rate_hz)


@lru_cache(maxsize=8)
def _names(where: Path, use: Use) -> tuple[str, ...]:
    """Names of the clips for a use. Impulse responses say so by a word in their name: ir, rir or impulse."""
    files = sorted(path.name for path in where.glob("*") if path.suffix.lower() in _SUFFIXES)
    responses = {name for name in files if _RESPONSE_WORDS & set(re.split(r"[^a-z]+", name.lower()))}
    return tuple(name for name in files if (name in responses) == (use == "response"))


@lru_cache(maxsize=512)
def _read(path: Path) -> tuple[str, Wave, int]:
    """SHA-256, samples and rate. Each file is read once: training asks for it again and again."""
    try:
        content = path.read_bytes()
        samples, rate_hz = sf.read(io.BytesIO(content), dtype="float32", always_2d=True)
    except (OSError, sf.LibsndfileError) as error:
        raise _changed(path.name, f"it cannot be read ({error})") from error
    mono = samples.mean(axis=1)
    if not mono.any():
        raise _changed(path.name, "it holds no sound")
    return hashlib.sha256(content).hexdigest(), mono, int(rate_hz)


@lru_cache(maxsize=512)
def _at_rate(path: Path, rate_hz: int) -> Wave:
    _, samples, own_hz = _read(path)
    converted = resample(samples, own_hz, rate_hz)
    converted.setflags(write=False)
    return converted


def _no_clips(use: Use) -> PerturbationError:
    return PerturbationError(
        "PE-003",
        f"There are no {_TITLES[use]} in {folder()}.",
        means="Nothing was changed.",
        do="Put sound files there, set AUDITRACE_SHARED to the folder above it, or leave this perturbation out.",
    )


def _changed(name: str, fault: str) -> PerturbationError:
    return PerturbationError(
        "PE-005",
        f"The clip {name} cannot be used: {fault}.",
        means="A record can be repeated only with the very clip that it names.",
        do="Restore that file, or draw anew.",
    )
