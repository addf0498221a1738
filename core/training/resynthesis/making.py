"""Copies of many originals by one generator, in one process or several; what is there already is not made again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from core.foundation.errors import DataError
from core.foundation.progress import SILENT, Progress
from core.foundation.rng import generator as named_rng
from core.training.datasets.manifest import Clip
from core.training.resynthesis.base import GENERATORS, Family, Generator
from core.training.resynthesis.collection import Collection
from core.training.resynthesis.copies import Copy, active_level, amplify, finish
from core.training.resynthesis.opening import open_generator
from core.training.resynthesis.originals import MIN_SECONDS, read_original, with_hash

_SAVE_EVERY = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted."""

    name: str
    """Registry name, or path of a network."""
    folder: Path
    rate_hz: int = 0
    family: Family = "codec"
    seed: int = 0
    opener: Callable[[str, Path, int, Family], Generator] = open_generator
    """A function of a module, so that other processes find it."""

    @property
    def label(self) -> str:
        """The generator's name in the manifest."""
        if self.name in GENERATORS and self.rate_hz:
            return f"{self.name}-at-{self.rate_hz}"
        return Path(self.name).stem

    def open(self) -> Generator:
        """Open the generator; raises what `opener` does."""
        return self.opener(self.name, self.folder, self.rate_hz, self.family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One copy, or the reason why there is none."""

    clip: Clip
    copy: Copy | None
    reason: str = ""
    rate_hz: int = 0
    family: Family = "codec"
    kbps: str = ""
    trace: str = ""
    cpu_s: float = 0.0


def resynthesise(
    order: Order, originals: Sequence[Clip], collection: Collection, jobs: int = 1, progress: Progress = SILENT
) -> list[Made]:
    """Make what is missing; the result does not depend on the number of processes.

    Args:
        order: With what.
        originals: Human clips.
        collection: Where copies go.
        jobs: Processes, one thread each.
        progress: How far it is.

    Returns:
        What was made or refused in this run.

    Raises:
        UsageError: there is no such generator (US-020).
        DataError: it cannot be opened (DA-030, DA-031, DA-032), or no clip can be copied (DA-033).
        CoreError: a copy cannot be written (SY-002).
        Cancelled: through `progress`; what was made is kept.
    """
    if not originals:
        raise DataError(
            "DA-033",
            "The manifest names no human recording of 16 kHz or more and half a second or more.",
            means="Nothing was copied.",
            do="Check the columns label, family, split, sample_rate and seconds.",
        )
    order.open()
    clips = [clip for clip in map(with_hash, originals) if (order.label, clip.sha256) not in collection]
    done = []
    try:
        for number, made in enumerate(_run(order, clips, jobs), 1):
            progress.check()
            _take(order, made, collection)
            done.append(made)
            if number % _SAVE_EVERY == 0:
                collection.save()
            progress.report(number / len(clips), f"copying with {order.label}")
    finally:
        collection.save()
    return done


def make_copy(generator: Generator, order: Order, clip: Clip) -> Made:
    """One copy."""
    rng = named_rng(order.seed, order.label, clip.sha256)
    kbps = float(rng.choice(generator.bitrates_kbps)) if generator.bitrates_kbps else None
    try:
        waveform = read_original(clip, generator.rate_hz)
    except DataError as error:
        return Made(clip=clip, copy=None, reason=error.what)
    level = active_level(waveform, generator.rate_hz)
    if not math.isfinite(level) or len(waveform) < MIN_SECONDS * generator.rate_hz:
        return Made(clip=clip, copy=None, reason="silent or short")
    gain = 0.0 if generator.level_dbfs is None else generator.level_dbfs - level
    began = time.process_time()
    raw = generator.copy(amplify(waveform, gain), rng, kbps)
    cpu = time.process_time() - began
    return Made(
        clip=clip,
        copy=finish(waveform, amplify(raw, -gain), generator.rate_hz, rng, generator.farthest),
        rate_hz=generator.rate_hz,
        family=generator.family,
        kbps="" if kbps is None else f"{kbps * generator.pace:.4g}",
        trace=generator.trace,
        cpu_s=cpu,
    )


def _take(order: Order, made: Made, collection: Collection) -> None:
    if made.copy is None:
        collection.refuse(made.clip, order.label, made.reason)
        return
    collection.add(
        made.clip,
        made.copy,
        generator=order.label,
        family=made.family,
        rate_hz=made.rate_hz,
        cpu_s=made.cpu_s,
        kbps=made.kbps,
        trace=made.trace,
    )


def _run(order: Order, clips: Sequence[Clip], jobs: int) -> Iterator[Made]:
    if jobs <= 1:
        generator = order.open()
        yield from (make_copy(generator, order, clip) for clip in clips)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (order,)) as pool:
        pending = [pool.submit(_work, clip) for clip in clips]
        for future in as_completed(pending):
            yield future.result()


class _Worker:
    """What a process keeps between its copies."""

    order: Order
    generator: Generator


def _start(order: Order) -> None:
    import torch

    torch.set_num_threads(1)
    _Worker.order, _Worker.generator = order, order.open()


def _work(clip: Clip) -> Made:
    return make_copy(_Worker.generator, _Worker.order, clip)
