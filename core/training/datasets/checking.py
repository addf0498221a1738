"""Is a data set fit to train on and to measure with: leaks between its splits, shortcuts around the speech."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.audio import resample
from core.detectors.card import Question
from core.foundation.errors import DataError
from core.foundation.progress import SILENT, Progress, span
from core.foundation.rng import generator
from core.training.datasets.intact import is_altered
from core.training.datasets.layout import no_clip, one_class_only
from core.training.datasets.leaks import Leak, leaks
from core.training.datasets.manifest import Clip
from core.training.datasets.measuring import pcm_of, side_by_side
from core.training.datasets.probes import Probe, probe
from core.training.datasets.traces import traces
from core.training.prepare import Preparation, read_samples

QUESTIONS: tuple[Question, ...] = ("synthetic", "neural_codec")
Features = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found."""

    clips: int
    probed: int
    """How many of them the probes saw."""
    leaks: tuple[Leak, ...]
    probes: tuple[Probe, ...]
    problems: tuple[DataError, ...]
    changed: tuple[str, ...]
    """Files whose hash is not the manifest's."""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        problems = [{"code": problem.code, "message": problem.message} for problem in self.problems]
        return {"schema": "auditrace.dataset-check/1", **asdict(replace(self, problems=())), "problems": problems}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Measured:
    pcm: str
    changed: bool
    raw: Features | None = None
    prepared: Features | None = None


def check(
    clips: Sequence[Clip],
    *,
    splits: Sequence[str] = ("train", "dev"),
    most: int = 5000,
    preparation: Preparation | None = None,
    jobs: int = 1,
    progress: Progress = SILENT,
) -> Report:
    """Read every clip once; look for leaks among all and for shortcuts in some.

    Args:
        clips: All splits.
        splits: Those that probes may see.
        most: At most so many clips are probed, drawn at random.
        preparation: How crops are made; None for the default.
        jobs: Files read side by side.
        progress: Told how far it is.

    Raises:
        DataError: there is no clip (DA-010).
    """
    if not clips:
        raise no_clip("The manifest", "Nothing was checked.")
    probed = _drawn([i for i, clip in enumerate(clips) if clip.split in splits], most)
    work = partial(_measure, clips=clips, probed=frozenset(probed), preparation=preparation or Preparation())
    found = list(side_by_side(work, range(len(clips)), jobs, span(progress, 0, 0.8), "reading"))
    good = [i for i, item in enumerate(found) if isinstance(item, _Measured)]
    measured = {i: item for i, item in enumerate(found) if isinstance(item, _Measured)}
    seen = [i for i in probed if i in measured]
    probes, refused = _probes([clips[i] for i in seen], [measured[i] for i in seen], span(progress, 0.8, 1))
    unreadable = [item for item in found if isinstance(item, DataError)]
    return Report(
        clips=len(clips),
        probed=len(seen),
        leaks=leaks([clips[i] for i in good], [measured[i].pcm for i in good]),
        probes=tuple(probes),
        problems=(*unreadable, *one_class_only([clips[i] for i in good]), *refused),
        changed=tuple(clips[i].path.as_posix() for i in good if measured[i].changed),
    )


def _drawn(numbers: Sequence[int], most: int) -> list[int]:
    if len(numbers) <= most:
        return list(numbers)
    return sorted(generator(0, "probed clips").choice(np.array(numbers), most, replace=False).tolist())


def _measure(
    index: int, *, clips: Sequence[Clip], probed: frozenset[int], preparation: Preparation
) -> _Measured | DataError:
    clip = clips[index]
    try:
        samples, rate = read_samples(clip.path)
    except DataError as error:
        return error
    pcm, changed = pcm_of(samples, rate), is_altered(clip)
    if index not in probed:
        return _Measured(pcm=pcm, changed=changed)
    mixed = samples.mean(axis=1)
    crop = preparation.crop(resample(mixed, rate, preparation.rate_hz), generator(0, "probe crop", index))
    prepared = traces(crop, preparation.rate_hz)
    return _Measured(pcm=pcm, changed=changed, raw=traces(mixed, rate), prepared=prepared)


def _probes(
    clips: Sequence[Clip], measured: Sequence[_Measured], progress: Progress
) -> tuple[list[Probe], list[DataError]]:
    found, refused = [], []
    for number, question in enumerate(QUESTIONS):
        used = [i for i, clip in enumerate(clips) if clip.truth(question) is not None]
        if len({clips[i].truth(question) for i in used}) < 2:
            continue  # a data set without codecs, say: that question is not put to it
        try:
            share = span(progress, number / len(QUESTIONS), (number + 1) / len(QUESTIONS))
            found += _of_question([clips[i] for i in used], [measured[i] for i in used], question, share)
        except DataError as error:
            refused.append(error)
    return found, refused


def _of_question(
    clips: Sequence[Clip], measured: Sequence[_Measured], question: Question, progress: Progress
) -> list[Probe]:
    truth = np.array([clip.truth(question) for clip in clips], np.int64)
    sources = [clip.source for clip in clips]
    found = []
    for stage, prepared in enumerate((False, True)):
        tables = _tables([item.prepared if prepared else item.raw for item in measured])
        for number, (trace, features) in enumerate(tables.items()):
            progress.check()
            found.append(probe(features, truth, sources, question, trace, prepared=prepared))
            progress.report((stage + (number + 1) / len(tables)) / 2, f"probing {trace}")
    return found


def _tables(rows: Sequence[Features | None]) -> dict[str, NDArray[np.float64]]:
    """Features of each trace (clips, values), and of all together."""
    given = [row for row in rows if row is not None]
    if not given:
        return {"all together": np.zeros((0, 1))}
    tables = {trace: np.stack([row[trace] for row in given]) for trace in given[0]}
    return {**tables, "all together": np.concatenate(list(tables.values()), axis=1)}
