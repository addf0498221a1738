"""What a report is made from: plain facts gathered from a case or from runs, before any of it is put into words."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.analysis.finding import Finding
from core.analysis.restore import finding_from_run
from core.calibration.calibration import Calibration
from core.case import LogEntry
from core.detectors.card import QUESTIONS, Question
from core.foundation.hashing import canonical_json, sha256_value
from core.report.figure_data import FigureData


@dataclass(frozen=True, slots=True, kw_only=True)
class HashCheck:
    """One time at which the bytes of an exhibit's file were hashed."""

    time: str
    """UTC, ISO 8601."""
    what: str
    """Name of the words in the section `exhibits`: check_intake, check_run, check_all, check_first."""
    run: str = ""
    equal: bool | None = True
    """None for a first value that there was nothing to compare with."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """One exhibit with the newest run made on it."""

    id: str
    role: str
    name: str
    received_path: str
    size_bytes: int | None
    sha256: str
    checks: tuple[HashCheck, ...]
    run_id: str = ""
    run: Mapping[str, Any] | None = None
    """`auditrace.run/1`, None where none was recorded."""
    figure: FigureData | None = None
    no_figure: str = ""
    """Why there is no figure."""

    @property
    def result(self) -> Mapping[str, Any]:
        """The recording's entry in the run; only for an exhibit that was examined."""
        if self.run is None:
            raise ValueError(f"{self.id} was not examined")
        return self.run["analysis"]["recordings"][0]

    @property
    def is_silent(self) -> bool:
        """Whether no speech was found, so that its scores say nothing."""
        return self.run is not None and not self.result["condition"]["speech_s"]

    @functools.cached_property
    def finding(self) -> Finding:
        """The run as what was found; only for an exhibit that was examined."""
        if self.run is None:
            raise ValueError(f"{self.id} was not examined")
        return finding_from_run(json.loads(canonical_json(self.run)))  # a run that no case has kept holds tuples

    @property
    def calibrations(self) -> Mapping[Question, Calibration]:
        """Calibrations that the run's ratios come from, or that refused one."""
        if not self.run or not self.run.get("calibrations"):
            return {}
        found = self.finding.calibrations
        return {question: found[question] for question in QUESTIONS if question in found}

    @property
    def software(self) -> Mapping[str, Any]:
        """What the run was made with."""
        return self.run["analysis"]["software"] if self.run else {}

    @property
    def plan(self) -> Mapping[str, Any]:
        """The run's recipe."""
        return self.run["plan"] if self.run else {}


@dataclass(frozen=True, slots=True)
class Unusable:
    """A recording that could not be used."""

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run as the list of runs shows it."""

    id: str
    exhibit: str
    time: str
    sha256: str
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that gave scores, with its card."""

    label: str
    """`D1` in the order of first use."""
    id: str
    sha256: str
    card: Mapping[str, Any] = field(default_factory=dict)
    """Empty where the run holds none."""

    @property
    def key(self) -> str:
        """`id@sha256`, as detectors are named in a run."""
        return f"{self.id}@{self.sha256}"

    @property
    def window_s(self) -> float | None:
        """Length of a window in seconds."""
        return self.card["window_frames"] / self.card["sample_rate"] if self.card else None

    @property
    def hop_s(self) -> float | None:
        """Step between windows in seconds."""
        return self.card["hop_frames"] / self.card["sample_rate"] if self.card else None


@dataclass(frozen=True, kw_only=True, eq=False)
class ReportFacts:
    """Everything a report may say."""

    template: str
    number: str
    examiner: str
    report_id: str
    made_at: str
    """UTC, ISO 8601."""
    subjects: tuple[Subject, ...]
    runs: tuple[RunRow, ...]
    log: tuple[LogEntry, ...] = ()
    """Empty without a case."""
    software: str
    """Name and version of the program that writes the report."""
    unusable: tuple[Unusable, ...] = ()
    """Recordings that were given for examination and could not be read."""

    @property
    def examined(self) -> tuple[Subject, ...]:
        """Exhibits with a run."""
        return tuple(subject for subject in self.subjects if subject.run)

    @functools.cached_property
    def calibrations(self) -> Mapping[str, Calibration]:
        """All calibrations of the runs shown, by their id."""
        return {found.id: found for subject in self.examined for found in subject.calibrations.values()}

    @property
    def manifest(self) -> dict[str, Any]:
        """What the report stands on."""
        return {
            "schema": "auditrace.report/1",
            "report": self.report_id,
            "template": self.template,
            "case": self.number,
            "examiner": self.examiner,
            "made_at": self.made_at,
            "software": self.software,
            "exhibits": [{"id": subject.id, "sha256": subject.sha256} for subject in self.subjects],
            "runs": [{"id": run.id, "exhibit": run.exhibit, "sha256": run.sha256} for run in self.runs],
            "log_head": {"row": self.log[-1].sequence, "sha256": self.log[-1].hash} if self.log else None,
            **({"unusable": [asdict(one) for one in self.unusable]} if self.unusable else {}),
        }

    @property
    def manifest_sha256(self) -> str:
        """SHA-256 of the manifest in canonical form."""
        return sha256_value(self.manifest)

    @property
    def models(self) -> tuple[Model, ...]:
        """All models that gave scores, in the order of first use."""
        return models_of(*(subject.run for subject in self.examined if subject.run))


def models_of(*runs: Mapping[str, Any]) -> tuple[Model, ...]:
    """The models of some runs, labelled D1, D2 … in the order of first use."""
    found: dict[str, Mapping[str, Any]] = {}
    for run in runs:
        cards = {f"{card['id']}@{card.get('sha256', '')}": card for card in run["cards"]}
        for detector in run["analysis"]["recordings"][0]["detectors"]:
            key = detector["model"]
            found[key] = found.get(key) or cards.get(key, {})
    return tuple(_model(f"D{number}", key, card) for number, (key, card) in enumerate(found.items(), 1))


def asked(result: Mapping[str, Any]) -> list[str]:
    """The questions that the run answers, in the order of the contract."""
    return [question for question in QUESTIONS if question in result["questions"]]


def answered(result: Mapping[str, Any], question: str) -> bool:
    """Whether any detector answered the question; a score of 0 without one is no score."""
    return any(detector["question"] == question for detector in result["detectors"])


def _model(label: str, key: str, card: Mapping[str, Any]) -> Model:
    identifier, _, sha256 = key.rpartition("@")
    return Model(label=label, id=identifier, sha256=sha256, card=card)
