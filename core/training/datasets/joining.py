"""Longer recordings of one kind: clips of one voice, or of one generator, of a source, one after the other.

A data set of short clips says little about recordings of several seconds, over which a score is a mean.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile as sf

from core.foundation.errors import DataError
from core.foundation.files import save
from core.foundation.hashing import sha256_file
from core.foundation.progress import SILENT, Progress, steps
from core.foundation.rng import generator
from core.training.datasets.groups import voice
from core.training.datasets.manifest import Clip, write_manifest
from core.training.datasets.splicing import PEAK, join, levelled
from core.training.prepare import dither

_FADE_S = 0.01


def group(clips: Sequence[Clip], size: int, seed: int = 0) -> list[tuple[Clip, ...]]:
    """Sets of `size` clips that count as the same for both questions, each clip in one set at most.

    Human clips go together by voice where the manifest names it, and by source; others by source and generator.
    """
    found: dict[tuple[object, ...], list[Clip]] = defaultdict(list)
    for clip in clips:
        kind = voice(clip) if clip.label == "real" else clip.generator
        found[clip.source, clip.label, clip.family, kind, clip.synthetic, clip.neural_codec].append(clip)
    sets = []
    for key, members in found.items():
        order = [members[i] for i in generator(seed, "join", *key).permutation(len(members))]
        sets += [tuple(order[at : at + size]) for at in range(0, len(order) - size + 1, size)]
    return sets


def join_clips(
    clips: Sequence[Clip], folder: Path, *, size: int, seed: int = 0, rate_hz: int = 16000, progress: Progress = SILENT
) -> list[Clip]:
    """Write recordings of `size` clips each, brought to one active level, and manifest.csv; the clips of the manifest.

    Raises:
        DataError: no clips go together (DA-036), or a clip cannot be read (DA-004).
        CoreError: the folder cannot be written (SY-002).
    """
    sets = group(clips, size, seed)
    if not sets:
        raise DataError(
            "DA-036",
            f"No {size} clips of the data set have the same source, kind and voice or generator.",
            means="Nothing was written.",
            do="Join fewer clips, or choose another split or data set.",
        )
    joined = [
        _write(number, members, folder, rate_hz, seed)
        for number, members in steps(list(enumerate(sets)), progress, "joining")
    ]
    write_manifest(folder / "manifest.csv", joined)
    return joined


def _write(number: int, members: Sequence[Clip], folder: Path, rate_hz: int, seed: int) -> Clip:
    wave, _ = join([levelled(clip, rate_hz) for clip in members], round(_FADE_S * rate_hz))
    wave = wave * np.float32(min(1.0, PEAK / max(float(np.abs(wave).max()), 1e-9)))
    sound, path = io.BytesIO(), folder / "audio" / f"{number:04d}.flac"
    sf.write(sound, dither(wave, generator(seed, "dither", number)), rate_hz, format="FLAC", subtype="PCM_16")
    save(path, sound.getvalue())
    seconds, same = len(wave) / rate_hz, {clip.speaker for clip in members}
    return replace(
        members[0],
        path=path,
        sample_rate=rate_hz,
        seconds=seconds,
        sha256=sha256_file(path),
        pair_id="",
        speaker=members[0].speaker if len(same) == 1 else "",
        extra=(),
    )
