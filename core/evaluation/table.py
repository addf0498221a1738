"""All scores of one model on one data set, ready to be measured by question, condition and group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detectors.card import Question
from core.evaluation.conditions import CLEAN
from core.evaluation.groups import ReadClip
from core.evaluation.measures import Measures, measure
from core.evaluation.scoring import Result

SIDES: dict[Question, tuple[str, str]] = {
    "synthetic": ("not synthetic", "synthetic"),
    "neural_codec": ("not neurally coded", "neurally coded"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Used:
    """The clips that are used for a question, with their scores."""

    reads: tuple[ReadClip, ...]
    scores: NDArray[np.float64]
    truth: NDArray[np.bool_]
    log10_lrs: NDArray[np.float64]
    """NaN where none was given."""
    outside: NDArray[np.bool_]
    limits: NDArray[np.int64]
    """1 at the upper limit of what the calibration may state, -1 at the lower, else 0."""

    def part(self, chosen: NDArray[np.bool_]) -> Used:
        """Some of the clips."""
        return Used(
            reads=tuple(read for read, taken in zip(self.reads, chosen, strict=True) if taken),
            scores=self.scores[chosen],
            truth=self.truth[chosen],
            log10_lrs=self.log10_lrs[chosen],
            outside=self.outside[chosen],
            limits=self.limits[chosen],
        )

    @property
    def genuine(self) -> NDArray[np.bool_]:
        """Which of them are human speech."""
        return np.array([read.clip.label == "real" for read in self.reads], bool)

    @property
    def two_sided(self) -> bool:
        """Whether there are clips on both sides."""
        return bool(self.truth.any() and not self.truth.all())

    def measures(self, question: Question, threshold: float, draws: int = 0, seed: int = 1) -> Measures:
        """All figures of these clips."""
        return measure(
            self.scores,
            self.truth,
            threshold=threshold,
            sources=[read.clip.source for read in self.reads],
            speakers=[read.speaker for read in self.reads],
            labels=SIDES[question],
            draws=draws,
            seed=seed,
        )


def used(results: Sequence[Result], scorer: str, question: Question, condition: str = CLEAN) -> Used:
    """Scores of the clips that are used for a question."""
    rows = [
        (result.read, result.answers[scorer, condition][question], truth)
        for result in results
        if result.read is not None and (truth := result.read.clip.truth(question)) is not None
    ]
    return Used(
        reads=tuple(read for read, _, _ in rows),
        scores=np.array([scored.score for _, scored, _ in rows], np.float64),
        truth=np.array([truth == 1 for _, _, truth in rows], bool),
        log10_lrs=np.array([np.nan if s.log10_lr is None else s.log10_lr for _, s, _ in rows], np.float64),
        outside=np.array([scored.applicability == "outside" for _, scored, _ in rows], bool),
        limits=np.array([scored.at_limit for _, scored, _ in rows], np.int64),
    )
