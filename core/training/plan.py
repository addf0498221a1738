"""The recipe of a training run: everything that determines its weights, frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.detectors.card import Question
from core.foundation.errors import TrainingError
from core.foundation.tables import FieldError, read_record

DESCRIPTIVE = ("origin", "authors", "reference")
"""Fields that name a run's owner and determine nothing: a run goes on from its checkpoint whatever they say."""
CLASSES = ("human", "neural decoder", "neural codec")
"""Outputs of the task `three-class`: no neural decoder; one that synthesises; one behind a codec's tokens or codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What is trained, on what, how long. Lengths in time are seconds, those of training are steps."""

    name: str
    title: str = ""
    version: str = "1"
    """Of the pack it makes; a new one whenever the weights change."""
    summary: str = ""
    """What the network looks at, for the card; figures are put behind it."""
    limits: tuple[str, ...] = ()
    """Limits of use for the card, beside those that follow from the figures."""
    origin: Literal["user", "auditrace"] = "user"
    """Whose model it is: the first part of its id. `auditrace` is for what ships with Auditrace."""
    authors: str = ""
    """For the card."""
    reference: str = ""
    """For the card: paper, and where the weights come from."""
    seed: int = 1
    seeds: tuple[int, ...] = ()
    """Several runs, each with one of these; empty for one run with `seed`."""
    keep: Literal["best", "all"] = "best"
    """Which runs of several become packs."""

    data: tuple[str, ...] = ()
    """Manifests, relative to the plan's folder."""
    cache: str = ""
    """Folder of decoded clips, relative to the plan's folder."""
    train_splits: tuple[str, ...] = ("train",)
    dev_splits: tuple[str, ...] = ("dev",)
    hold_out: Mapping[str, object] = field(default_factory=dict)
    """Column of the manifest -> values: such clips never train, and count as dev."""
    choose_on: Literal["dev", "unseen"] = "dev"
    """What chooses the weights: all of dev, or its human clips and those of generators that were not trained on."""
    measure: tuple[str, ...] = ("dev",)
    """Splits whose figures go into the card. `test` only where no choice is made any more."""

    task: Literal["three-class", "question", "column"] = "three-class"
    """CLASSES from partial labels; one question's two answers; human and one class for each value of `column`."""
    question: Question = "synthetic"
    """Answered by the tasks `question` and `column`."""
    column: Literal["generator", "family", "corpus"] = "generator"

    sample_rate: int = 16000
    front_end: str = "linephase"
    """Name of a feature, or `waveform`."""
    front_end_args: Mapping[str, object] = field(default_factory=dict)
    architecture: str = "trunk"
    architecture_args: Mapping[str, object] = field(default_factory=dict)
    """Sizes that follow from front end, window and task (bins, frames, outputs) may be left out."""
    normalise: Literal["none", "scalar", "bins"] = "none"
    """Features less their mean, divided by their deviation: over everything, or for each bin."""
    normalise_batches: int = 32
    """Batches over which mean and deviation are taken, made like those of training."""

    crop_s: tuple[float, float] = (1.2, 2.2)
    """Each batch has one length, drawn from this range; from four lengths evenly spread over it where `compiled`."""
    window_s: float = 2.0
    hop_s: float = 1.0
    """Windows of the examination; the hop divides the window."""
    short_input: Literal["repeat", "as is"] = "as is"
    min_speech_s: float = 1.0
    level_dbfs: tuple[float, float] = (-38.0, -16.0)
    clean: float = 0.25
    """Chance that a crop is not augmented."""
    augment: Mapping[str, object] = field(default_factory=dict)
    """Chance of each kind of core.training.augment, in the order of application."""

    batch: int = 40
    """Even: half of each batch is human where batches are paired or balanced over two classes."""
    accumulate: int = 1
    """Parts a batch is worked in, one after the other; norms see one part at a time."""
    sampling: Literal["paired", "balanced", "domains"] = "paired"
    """`paired`: as codec_share, paired and group_floor say (three-class only); `balanced`: each class as often;
    `domains`: each domain in proportion to its clips, in every batch."""
    domain: Literal["corpus", "source", "generator", "family"] = "corpus"
    codec_share: float = 0.42
    """Share of the neural codec class among what is not human."""
    with_original: float = 0.0
    """Chance that a generated clip whose original is among the data has it beside it."""
    paired: float = 0.6
    """Chance that a batch's human clip comes from the source of the generated clip beside it."""
    group_floor: int = 8
    """A generator (or human source) weighs like its clips up to this many, and not more beyond."""

    optimiser: Literal["adamw", "adam", "em", "logistic"] = "adamw"
    """`em` fits Gaussian mixtures, `logistic` a linear network, both to the crops of all steps at once."""
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    schedule: Literal["cosine", "constant", "step"] = "cosine"
    cycles: tuple[int, ...] = (3000,)
    """Steps of each cycle of the learning rate; it starts high again after each."""
    warm_up: float = 0.05
    """Share of a cycle in which the learning rate rises."""
    decay_every: int = 1000
    """Of the schedule `step`: steps after which the rate is multiplied by decay_factor."""
    decay_factor: float = 0.5
    adversary: Literal["none", "source", "corpus", "speaker"] = "none"
    """Column of the manifest that the network must not be able to tell (gradient reversal); empty values do not count.
    What goes with it for a reason goes too: where a class comes from one source only, its traces."""
    adversary_weight: float = 1.0
    """By how much the adversary's gradient is reversed after its warm-up."""
    adversary_warm_up: float = 1.0
    """Share of the steps over which that rises from 0."""
    class_weights: tuple[float, ...] = ()
    """Weight of each class in the loss; empty for equal ones."""
    sharpness: Literal["none", "sam", "asam", "csam"] = "none"
    """csam is sam with batches of a fixed mix of domains: it needs the sampling `domains`."""
    rho: float = 0.05
    gradient_clip: float = 5.0
    """Largest norm of a gradient; 0 for any."""
    averaging: float = 0.998
    """Decay of the exponential moving average of the weights, which is what is kept; 0 keeps the weights themselves."""
    precision: Literal["float32", "bfloat16", "float16"] = "float32"
    """Of the network; float16 only on a GPU."""
    compiled: bool = False
    """The network through torch.compile: about 1.7 times as fast on a CPU in bfloat16, after a minute or more of
    compiling. It changes how sums are rounded: numbers differ from those of the same plan without it, and between
    machines; a run that goes on where it began gives the numbers of one that was never interrupted. Where there is no
    compiler the network is taken as it is, and the log says so."""
    evaluate_every: int = 250
    patience: int = 0
    """Evaluations without a better one after which training ends; 0 for never."""
    bad_losses: int = 10
    """Losses that are no numbers, in a row, after which training ends; such steps change nothing."""

    @property
    def steps(self) -> int:
        """Steps of all cycles."""
        return sum(self.cycles)

    @property
    def window_frames(self) -> int:
        """Window of the examination at sample_rate."""
        return round(self.window_s * self.sample_rate)


_RANGES: Mapping[str, tuple[float, float]] = {
    "sample_rate": (1000, 192_000),
    "normalise_batches": (1, 1_000_000),
    "crop_s": (0.01, 600),
    "window_s": (0.01, 600),
    "hop_s": (0.01, 600),
    "min_speech_s": (0, 600),
    "level_dbfs": (-90, 0),
    "clean": (0, 1),
    "augment": (0, 1),
    "batch": (2, 65_536),
    "accumulate": (1, 65_536),
    "codec_share": (0, 1),
    "with_original": (0, 1),
    "paired": (0, 1),
    "group_floor": (1, 1_000_000),
    "learning_rate": (1e-12, 100),
    "weight_decay": (0, 100),
    "cycles": (1, 100_000_000),
    "warm_up": (0, 1),
    "decay_every": (1, 100_000_000),
    "decay_factor": (0, 1),
    "adversary_weight": (0, 100),
    "adversary_warm_up": (0, 1),
    "class_weights": (0, 1e6),
    "rho": (0, 100),
    "gradient_clip": (0, 1e9),
    "averaging": (0, 0.999999),
    "evaluate_every": (1, 100_000_000),
    "patience": (0, 1_000_000),
    "bad_losses": (1, 1_000_000),
}
"""Smallest and largest value of each number, also where several are listed."""


def read_plan(path: Path) -> TrainingPlan:
    """Read a plan from TOML.

    Raises:
        TrainingError: the file cannot be read (TR-001), or does not describe a plan (TR-002).
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrainingError(
            "TR-001",
            f"The training plan {path.name} cannot be read ({error}).",
            means="Training did not start.",
            do="Check the path; a plan is TOML in UTF-8.",
        ) from error
    try:
        plan = read_record(values, TrainingPlan)
        check_plan(plan)
    except FieldError as error:
        raise TrainingError(
            "TR-002",
            f"The training plan {path.name} is not valid: {error}.",
            means="Training did not start.",
            do="Compare it with a plan that ships; resources/help/plans.md describes each field.",
            facts={"field": error.field},
        ) from error
    return plan


def check_plan(plan: TrainingPlan) -> None:
    """Refuse values that have the right type and still make no sense.

    Raises:
        FieldError: the first such field.
    """
    for name, (low, high) in _RANGES.items():
        for value in _numbers(getattr(plan, name)):
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise FieldError(name, f"is {value!r}, which is not from {low:g} to {high:g}")
    for wrong, name, why in (
        (not plan.cycles, "cycles", "must not be empty"),
        (plan.crop_s[0] > plan.crop_s[1], "crop_s", "must rise"),
        (plan.level_dbfs[0] > plan.level_dbfs[1], "level_dbfs", "must rise"),
        (plan.batch % 2, "batch", "must be even"),
        (plan.batch % plan.accumulate, "accumulate", f"must divide batch ({plan.batch})"),
        (plan.window_frames % max(round(plan.hop_s * plan.sample_rate), 1), "hop_s", "must divide window_s"),
        (plan.sampling == "paired" and plan.task != "three-class", "sampling", "must be balanced or domains here"),
        (plan.sharpness == "csam" and plan.sampling != "domains", "sampling", "must be domains with csam"),
        (plan.adversary != "none" and plan.optimiser in ("em", "logistic"), "adversary", "needs adamw or adam"),
        (not all(isinstance(v, list) for v in plan.hold_out.values()), "hold_out", "must hold lists"),
    ):
        if wrong:
            raise FieldError(name, why)


def _numbers(value: object) -> tuple[object, ...]:
    if isinstance(value, Mapping):
        return tuple(value.values())
    return value if isinstance(value, tuple) else (value,)
