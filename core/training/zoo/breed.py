"""Making the zoo: draw a design, train it on some human clips, copy others with it, go on with the next."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.foundation.errors import DataError
from core.foundation.files import replace_file
from core.foundation.progress import SILENT, Progress, span
from core.foundation.rng import generator
from core.training.datasets.manifest import Clip
from core.training.resynthesis.collection import Collection
from core.training.resynthesis.copies import MAX_LOG_MEL_L1, active_level, amplify, finish
from core.training.resynthesis.originals import Wave, choose, read_original, with_hash
from core.training.zoo.design import Design
from core.training.zoo.fit import Budget, Fitted, train
from core.training.zoo.member import LEVEL_DBFS, copy, save

_LOG = logging.getLogger(__name__)
_MIN_SECONDS = 0.6
_TRIAL = 6
"""Clips copied before it is decided whether a member is good enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How large a zoo is made, and how."""

    members: int = 30
    seconds_each: float = 75.0
    """Processor seconds of training."""
    clips: int = 80
    """Copies by each member."""
    training_clips: int = 250
    seed: int = 1
    half: bool = False
    trunk: Path | None = None
    """Weights of a HiFi-GAN V2: members then keep its first stages and get a new end; much nearer to speech."""


def breed(clips: Sequence[Clip], folder: Path, plan: Plan, progress: Progress = SILENT) -> Collection:
    """Make members until the folder has plan.members that were tried; finished ones are not made again.

    Args:
        clips: Of a manifest; human clips of its `train` split are used.
        folder: Copies, manifest.csv, measures.csv and members/.
        plan: How many and how long.
        progress: How far it is.

    Raises:
        DataError: there is no human speech to train on (DA-033).
        OSError: the folder cannot be written.
    """
    collection = Collection(folder)
    (folder / "members").mkdir(parents=True, exist_ok=True)
    for number in range(plan.members):
        draw = Design.draw_graft if plan.trunk else Design.draw
        design = draw(generator(plan.seed, "design", number))
        report = folder / "members" / f"{design.name}.json"
        if not report.exists():
            part = span(progress, number / plan.members, (number + 1) / plan.members)
            facts = _member(design, number, clips, collection, plan, part)
            replace_file(report, json.dumps({"design": design.as_json(), **facts}, indent=1).encode())
    return collection


def _member(
    design: Design, number: int, clips: Sequence[Clip], collection: Collection, plan: Plan, progress: Progress
) -> dict[str, object]:
    seed = plan.seed * 1000 + number
    fitted = _train(design, clips, plan, seed, span(progress, 0, 0.8))
    originals = choose(clips, None, seed + 500, "train")[: plan.clips]
    trial = [_distance(fitted, clip) for clip in originals[:_TRIAL]]
    facts: dict[str, object] = {"steps": fitted.steps, "loss": float(np.mean(fitted.losses[-20:])), "trial_l1": trial}
    distance = float(np.median(trial))
    kept = distance <= MAX_LOG_MEL_L1
    _LOG.info(
        "%s: %d steps, log-mel distance %.2f%s", design.name, fitted.steps, distance, "" if kept else ", left out"
    )
    if kept:
        save(fitted.member, collection.folder / "members" / f"{design.name}.safetensors")
        facts["rtf"] = _copy_all(fitted, originals, collection, seed)
        collection.save()
    return {**facts, "kept": kept}


def _train(design: Design, clips: Sequence[Clip], plan: Plan, seed: int, progress: Progress) -> Fitted:
    wide = [clip for clip in clips if clip.sample_rate >= design.sample_rate]
    waveforms = [
        _levelled(clip, design.sample_rate) for clip in choose(wide, None, seed, "train")[: plan.training_clips]
    ]
    usable = [w for w in waveforms if w is not None and len(w) >= _MIN_SECONDS * design.sample_rate]
    if not usable:
        raise DataError(
            "DA-033",
            f"There is no human clip of {design.sample_rate} Hz or more in the split `train`.",
            means="No member was trained.",
            do="Use a manifest with human speech.",
        )
    return train(design, usable, Budget(seconds=plan.seconds_each), progress, half=plan.half, trunk=plan.trunk)


def _levelled(clip: Clip, rate_hz: int) -> Wave | None:
    waveform = read_original(clip, rate_hz)
    level = active_level(waveform, rate_hz)
    return amplify(waveform, LEVEL_DBFS - level) if math.isfinite(level) else None


def _distance(fitted: Fitted, clip: Clip) -> float:
    design, rng = fitted.member.design, np.random.default_rng(0)
    waveform = read_original(clip, design.sample_rate)
    distance = finish(waveform, copy(fitted.member, waveform, rng), design.sample_rate, rng).log_mel_l1
    return distance if math.isfinite(distance) else 99.0


def _copy_all(fitted: Fitted, originals: Sequence[Clip], collection: Collection, seed: int) -> float:
    """Copies of all; returns processor seconds for a second of speech."""
    design = fitted.member.design
    family = "codec" if design.kind == "codec" else "vocoder"
    kbps = f"{design.bitrate_kbps:.1f}" if design.kind == "codec" else ""
    spent = length = 0.0
    for clip in map(with_hash, originals):
        if (design.name, clip.sha256) in collection:
            continue
        began, rng = time.process_time(), generator(seed, "copy", clip.sha256)
        waveform = read_original(clip, design.sample_rate)
        made = finish(waveform, copy(fitted.member, waveform, rng), design.sample_rate, rng)
        cpu = time.process_time() - began
        collection.add(
            clip, made, generator=design.name, family=family, rate_hz=design.sample_rate, cpu_s=cpu, kbps=kbps
        )
        spent, length = spent + cpu, length + len(waveform) / design.sample_rate
    if design.kind == "latent":  # behind a continuous latent: a neural decoder for certain, a codec by one's view
        collection.relabel(design.name, lambda clip: replace(clip, neural_codec=None))
    return spent / max(length, 1e-9)
