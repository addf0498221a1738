"""What a network is trained to tell: its outputs, which of them a clip may be, and how questions are read off them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.detectors.card import Answer
from core.foundation.errors import DataError
from core.training.datasets.manifest import Clip
from core.training.datasets.sampler import CODEC, DECODER, HUMAN, allowed_classes
from core.training.plan import CLASSES, TrainingPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """Outputs whose offsets are moved together to bring the threshold of an answer to 0."""

    answer: int
    outputs: tuple[int, ...]
    sign: int
    """1 where raising the outputs lowers the answer's score, -1 where it raises it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Outputs and their meaning."""

    classes: tuple[str, ...]
    answers: tuple[Answer, ...]
    levers: tuple[Lever, ...]
    allowed: Callable[[Clip], tuple[bool, ...]]
    """Which outputs a clip may be, as far as its labels say; all False for a clip that is not used."""


THREE_CLASS = Task(
    classes=CLASSES,
    answers=(
        Answer(question="synthetic", positive=(DECODER,), negative=(HUMAN,)),
        Answer(question="neural_codec", positive=(CODEC,), negative=(HUMAN, DECODER)),
    ),
    levers=(Lever(answer=0, outputs=(HUMAN,), sign=1), Lever(answer=1, outputs=(CODEC,), sign=-1)),
    allowed=allowed_classes,
)
"""Synthetic: a neural decoder against none; the codec's output stays out of it, since balancing the codec's answer
would drag the synthetic one along (on dev: 24 % equal error with it, 21 % without). Neural codec: against all else."""


def task_of(plan: TrainingPlan, clips: Sequence[Clip]) -> Task:
    """The plan's task on its training clips.

    Raises:
        DataError: a class has no clip (DA-005).
    """
    if plan.task == "three-class":
        task = THREE_CLASS
    else:
        task = _question(plan) if plan.task == "question" else _column(plan, clips)
    found = [any(column) for column in zip(*map(task.allowed, clips), strict=True)] or [False]
    if not all(found):
        missing = [name for name, any_clip in zip(task.classes, found, strict=False) if not any_clip]
        raise DataError(
            "DA-005",
            f"The training data lack a class: there is no clip of {' and none of '.join(missing)}.",
            means="Training cannot start.",
            do="Use data that have clips of every class, or another task.",
        )
    return task


def _question(plan: TrainingPlan) -> Task:
    def allowed(clip: Clip) -> tuple[bool, ...]:
        truth = clip.truth(plan.question)
        return (truth == 0, truth == 1)

    return _one_answer(plan, (f"not {plan.question}", plan.question), (1,), allowed)


def _column(plan: TrainingPlan, clips: Sequence[Clip]) -> Task:
    """Human, then the column's values by name; those of clips for the question's first proposition speak for it."""
    used = [clip for clip in clips if clip.label == "fake" and getattr(clip, plan.column)]
    names = sorted({str(getattr(clip, plan.column)) for clip in used})
    for_it = {str(getattr(clip, plan.column)) for clip in used if clip.truth(plan.question) == 1}
    if not for_it:
        raise DataError(
            "DA-005",
            f"No class of the training data, by {plan.column}, is {plan.question}.",
            means="Training cannot start.",
            do="Use data with such clips, or another question.",
        )

    def allowed(clip: Clip) -> tuple[bool, ...]:
        value = getattr(clip, plan.column) if clip.label == "fake" else None
        return (clip.label == "real", *(name == value for name in names))

    positive = tuple(1 + place for place, name in enumerate(names) if name in for_it)
    return _one_answer(plan, ("human", *names), positive, allowed)


def _one_answer(
    plan: TrainingPlan, classes: tuple[str, ...], positive: tuple[int, ...], allowed: Callable[[Clip], tuple[bool, ...]]
) -> Task:
    negative = tuple(place for place in range(len(classes)) if place not in positive)
    return Task(
        classes=classes,
        answers=(Answer(question=plan.question, positive=positive, negative=negative),),
        levers=(Lever(answer=0, outputs=positive, sign=-1),),
        allowed=allowed,
    )
