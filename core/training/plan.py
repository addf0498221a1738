"""The recipe of a training run: everything that determines its weights, frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from core.foundation.errors import TrainingError

CLASSES = ("human", "neural decoder", "neural codec")
"""The network's outputs: no neural decoder; one that synthesises; one behind a neural codec's tokens or codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What is trained, on what, how long."""

    name: str
    title: str = ""
    version: str = "1"
    """Of the pack it makes; a new one whenever the weights change."""
    seed: int = 1
    sample_rate: int = 16000
    front_end: str = "linephase"
    front_end_args: Mapping[str, object] = field(default_factory=dict)
    architecture: str = "trunk"
    architecture_args: Mapping[str, object] = field(default_factory=dict)
    cycles: tuple[int, ...] = (3000,)
    """Steps of each cycle of the learning rate; it starts high again after each."""
    batch: int = 40
    """Even: half of each batch is human."""
    crop_s: tuple[float, float] = (1.2, 2.2)
    """Each batch has one length, drawn from this range."""
    level_dbfs: tuple[float, float] = (-38.0, -16.0)
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warm_up: float = 0.05
    """Share of a cycle in which the learning rate rises."""
    averaging: float = 0.998
    """Decay of the exponential moving average of the weights, which is what is kept."""
    codec_share: float = 0.42
    """Share of the neural codec class among what is not human."""
    paired: float = 0.6
    """Chance that a batch's human clip comes from the source of the generated clip beside it."""
    group_floor: int = 8
    """A generator (or human source) weighs like its clips up to this many, and not more beyond."""
    clean: float = 0.25
    """Chance that a crop is not augmented."""
    augment: Mapping[str, float] = field(default_factory=dict)
    """Chance of each kind of core.training.augment, in the order of application."""
    evaluate_every: int = 250

    @property
    def steps(self) -> int:
        """Steps of all cycles."""
        return sum(self.cycles)


_KINDS = {"str": str, "int": int, "float": (int, float), "tuple": list, "Mapping": dict}
"""TOML's types of the fields' annotations."""


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
    if wrong := _fault(values):
        raise TrainingError(
            "TR-002",
            f"The training plan {path.name} is not valid: {wrong}.",
            means="Training did not start.",
            do="Compare it with a plan that ships.",
        )
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return TrainingPlan(**{**values, **lists})


def _fault(values: Mapping[str, object]) -> str:
    """What is wrong with a plan's values; empty where nothing is."""
    known = {item.name: item for item in fields(TrainingPlan)}
    if "name" not in values:
        return "it has no name"
    for name, value in values.items():
        if name not in known:
            return f"{name} is not a field of a plan"
        if name != "name" and not isinstance(value, _KINDS[str(known[name].type).split("[")[0]]):
            return f"{name} is {value!r}, which is no {known[name].type}"
    return ""
