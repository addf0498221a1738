"""What an evaluation found: rows of figures, and all that they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.detectors.card import Question
from core.evaluation.conditions import CLEAN, Condition
from core.evaluation.curves import Curves
from core.evaluation.groups import ReadClip
from core.evaluation.measures import Measures
from core.evaluation.plan import EvaluationPlan
from core.evaluation.scorers import Scored

ALL = "all clips"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Where decisions are made, and who fixed it."""

    value: float
    origin: str
    """In words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Figures of one model on one set of clips in one condition."""

    model: str
    data: str
    split: str
    question: Question
    condition: str = CLEAN
    dimension: str = ""
    """What the clips are grouped by; empty for all of them."""
    group: str = ALL
    measures: Measures
    against_all: float | None = None
    """EER of the group's clips for the proposition against all clips of the split that are against it."""
    ratio_to_clean: float | None = None
    """EER here over EER as is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LrRow:
    """What the whole method's likelihood ratios are worth on one set of clips in one condition."""

    model: str
    data: str
    split: str
    question: Question
    condition: str
    n: int
    refused: int
    """Clips for which no likelihood ratio was given."""
    outside: int
    """Clips that the applicability gate calls outside."""
    n_for: int
    """Clips for the proposition with a likelihood ratio."""
    n_against: int
    cllr: float | None
    cllr_min: float | None
    strongly_misled: int
    """Clips against the proposition with a likelihood ratio of 10 or more."""
    against_at_limit: int
    """Clips against the proposition at the upper limit of what the calibration may state; those of `strongly_misled`
    where that limit is 10, fewer where it is higher, and clips that are not among them where it is lower."""
    for_at_limit: int
    """Clips for the proposition at the lower limit."""
    genuine: int
    """Human recordings with a likelihood ratio."""
    genuine_from_10: int
    """Human recordings with a likelihood ratio of 10 or more: the part of `strongly_misled` that is no machine's."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a single shortcut (no detector) achieves on the same clips."""

    data: str
    split: str
    question: Question | None = None
    """None where the probe could not be made for one."""
    name: str = ""
    """The trace, and whether it was measured on files or on crops as training sees them."""
    eer: float | None = None
    interval: tuple[float, float] | None = None
    """95 % interval, sources drawn again."""
    verdict: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """Which model this was."""

    name: str
    title: str
    version: str
    sha256: str
    questions: tuple[Question, ...]
    remarks: tuple[str, ...] = ()
    """What a reader must know of this model on these data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFacts:
    """Which data these were."""

    name: str
    file: str
    sha256: str
    """Of the manifest."""
    clips_sha256: str
    """Of the hashes of all clips that were scored, in order."""
    split: str
    n: int
    sources: int
    speakers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A clip that could not be scored."""

    data: str
    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipScore:
    """One line of scores.csv."""

    model: str
    condition: str
    read: ReadClip
    question: Question
    scored: Scored
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The whole of it."""

    plan: EvaluationPlan
    models: tuple[ModelFacts, ...]
    data: tuple[DataFacts, ...]
    conditions: tuple[Condition, ...]
    thresholds: Mapping[tuple[str, Question], Threshold]
    rows: tuple[Row, ...]
    lr_rows: tuple[LrRow, ...]
    probes: tuple[Probe, ...]
    curves: tuple[Curves, ...] = field(repr=False)
    scores: tuple[ClipScore, ...] = field(repr=False)
    unusable: tuple[Unusable, ...]
    made_at: str
    """UTC, ISO 8601."""
    seconds: float

    def select(self, dimension: str = "", condition: str = CLEAN, question: Question | None = None) -> list[Row]:
        """Rows of a dimension in a condition, in order."""
        return [
            row
            for row in self.rows
            if (row.dimension, row.condition) == (dimension, condition) and question in (None, row.question)
        ]
