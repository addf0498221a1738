"""Scores of every clip in every condition, kept as they come so that a run that was stopped goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from core.audio import Recording, mono, open_recording
from core.detectors.card import Question
from core.evaluation.conditions import CLEAN_CONDITION, Condition
from core.evaluation.groups import ReadClip
from core.evaluation.scorers import Scored, Scorer
from core.foundation.errors import AudioError, CoreError, DataError, FeatureError, ModelError, PerturbationError
from core.foundation.hashing import sha256_value
from core.foundation.progress import SILENT, Progress
from core.foundation.side_by_side import in_order
from core.training.datasets.intact import altered, is_altered
from core.training.datasets.manifest import Clip

Answers = Mapping[Question, Scored]
CACHE = "scores.cache.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A clip with all that it is to be scored in."""

    clip: Clip
    data: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a task."""

    task: Task
    read: ReadClip | None
    """None where the clip cannot be used."""
    answers: Mapping[tuple[str, str], Answers] = field(default_factory=dict)
    """By (scorer's name, condition's name)."""
    error: CoreError | None = None


class Cache:
    """Scores by key, one JSON object a line; a line that was cut off by a kill is left out."""

    def __init__(self, path: Path):
        """Read what an earlier run left.

        Raises:
            DataError: the file cannot be read or written (DA-051).
        """
        self._path, self._known, self._file = path, dict[str, Answers](), None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
                self._take(line)
            self._file: IO[str] | None = path.open("a", encoding="utf-8")
            self._file.write("\n" if path.stat().st_size else "")
        except OSError as error:
            raise _unwritable(path, error) from error

    def get(self, key: str) -> Answers | None:
        """The answers under that key."""
        return self._known.get(key)

    def put(self, key: str, answers: Answers) -> None:
        """Keep answers, on disk too.

        Raises:
            DataError: the disk is full or gone (DA-051).
        """
        self._known[key] = answers
        if self._file is None:
            return
        try:
            line = {"key": key, "answers": {question: asdict(scored) for question, scored in answers.items()}}
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _take(self, line: str) -> None:
        try:
            entry = json.loads(line)
            self._known[entry["key"]] = {question: Scored(**one) for question, one in entry["answers"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            return


def score_all(
    tasks: Sequence[Task], scorers: Sequence[Scorer], cache: Cache, at_once: int, progress: Progress = SILENT
) -> Iterator[Result]:
    """Results in the tasks' order; clips that cannot be used come back with their error.

    Args:
        tasks: Clips, each with its conditions.
        scorers: What gives the scores.
        cache: Of scores that are known already; new ones go there as they come.
        at_once: Clips side by side.
        progress: Told how far it is; may cancel between clips.
    """
    for done, (task, result) in enumerate(in_order(partial(_score, scorers, cache), tasks, at_once, progress), 1):
        if result.read is not None:
            for scorer in scorers:
                for condition in task.conditions:
                    key = _key(scorer, condition, result.read.sha256)
                    if cache.get(key) is None:
                        cache.put(key, result.answers[scorer.name, condition.name])
        progress.report(done / len(tasks), f"scoring {task.clip.path.name}")
        yield result


def _score(scorers: Sequence[Scorer], cache: Cache, task: Task) -> Result:
    try:
        recording = open_recording(task.clip.path)
        if is_altered(task.clip, recording.id.sha256):
            return Result(task=task, read=None, error=altered(task.clip.path))
        answers = {
            (scorer.name, condition.name): found
            for condition in task.conditions
            for scorer, found in _in_condition(recording, condition, scorers, cache)
        }
    except (AudioError, FeatureError, ModelError, PerturbationError) as error:
        return Result(task=task, read=None, error=error)
    read = ReadClip(
        clip=task.clip,
        data=task.data,
        sha256=recording.id.sha256,
        seconds=recording.duration_s,
        sample_rate=recording.sample_rate,
    )
    return Result(task=task, read=read, answers=answers)


def _in_condition(
    recording: Recording, condition: Condition, scorers: Sequence[Scorer], cache: Cache
) -> Iterator[tuple[Scorer, Answers]]:
    """Each scorer's answers; the waveform is changed only where some scorer's are not known yet."""
    known = {scorer.name: cache.get(_key(scorer, condition, recording.id.sha256)) for scorer in scorers}
    changed = None
    if condition.change is not None and None in known.values():
        waveform = mono(recording, 0, recording.frames)
        changed = condition.change(waveform, recording.sample_rate, recording.id.sha256)
    for scorer in scorers:
        yield scorer, known[scorer.name] or scorer.score(recording, changed, condition.coding)


def _key(scorer: Scorer, condition: Condition, clip_sha256: str) -> str:
    return sha256_value([scorer.name, scorer.sha256, scorer.recipe, condition.recipe, clip_sha256])[:32]


def _unwritable(path: Path, error: OSError) -> DataError:
    return DataError(
        "DA-051",
        f"The scores cannot be kept in {path} ({error.strerror or error}).",
        means="Scores kept so far are still there: the evaluation goes on from them.",
        do="Free space or choose another folder, then repeat.",
    )


def clean_tasks(clips: Sequence[Clip], data: str) -> list[Task]:
    """Tasks for scores of clips as they are."""
    return [Task(clip=clip, data=data, conditions=(CLEAN_CONDITION,)) for clip in clips]
