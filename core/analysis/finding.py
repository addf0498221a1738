"""What an examination found. Three things kept apart: file intact, method applicable, evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.analysis.plan import AnalysisPlan
from core.audio.recording import Condition, FileId, Notice, StreamFacts
from core.calibration.calibration import Calibration
from core.calibration.localisation import Localisation
from core.detectors.card import ModelCard, Question

Applicability = Literal["inside", "edge", "outside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowScore:
    """The score of one window."""

    start_s: float
    end_s: float
    score: float
    """Log-odds, uncalibrated; higher = more support for the question's first proposition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorResult:
    """What one model says to one question."""

    card: ModelCard
    sha256: str
    """SHA-256 of the model pack."""
    question: Question
    score: float
    """Trimmed mean of the window scores: uncalibrated, no evidence by itself."""
    windows: tuple[WindowScore, ...]
    notes: tuple[str, ...] = ()
    """What was done to the signal for this model (resampling, downmix, repetition), in words."""

    @property
    def model(self) -> str:
        """`id@sha256`."""
        return f"{self.card.id}@{self.sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """The answer to one question. `log10_lr` None is a result: `reasons` says why there is none."""

    question: Question
    score: float
    """Always finite; the mean of the models' scores, weighed as in the calibration; 0.0 where no model answered."""
    log10_lr: float | None = None
    """Within `bounds`; the calibration's propositions are core.calibration.PROPOSITIONS[question]."""
    interval: tuple[float, float] | None = None
    """95 % interval of log10_lr."""
    bounds: tuple[float, float] | None = None
    """Limits of log10_lr that the validation supports."""
    applicability: Applicability = "inside"
    reasons: tuple[str, ...] = ()
    calibration: str = ""
    """Id of the calibration, also where the gate refuses a ratio; empty where there is none for these models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSegment:
    """A second of the track; None where no window of a model for the question covers it."""

    start_s: float
    end_s: float
    synthetic: float | None
    neural_codec: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch of a recording in which the models' scores are high together: a place to look, no evidence."""

    question: Question
    start_s: float
    end_s: float
    score: float
    """Mean score of its speech; LocalisationResult.scale says on which scale."""
    resolution_s: float
    """Either end may be off by this, and by more at the ends of speech."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalisationResult:
    """Where in the file, for one question."""

    question: Question
    regions: tuple[Region, ...]
    """In order of time; with `reason` empty, none means that nothing long enough to be found stands out."""
    setting: Localisation | None
    """Threshold, resolution and shortest length, with what they achieved; None where none were fixed for the models."""
    reason: str = ""
    """Why no region is stated, in a sentence with its code (AP-…); empty where they were looked for."""
    median: float | None = None
    """Of the scores in speech, from which the regions' count where the setting is relative; None in older records."""

    @property
    def scale(self) -> str:
        """What the regions' mean scores are of: those of the track are of other windows."""
        if self.setting is None:
            return ""
        windows = f"in windows of {self.setting.window_s:g} s each {self.setting.hop_s:g} s"
        if not self.setting.relative:
            return windows
        median = "" if self.median is None else f", which is {self.median:+.2f}".replace("-", "\N{MINUS SIGN}")
        return f"{windows}, above the median of the recording's speech{median}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Everything one examination of one recording found, with what it was made with."""

    plan: AnalysisPlan
    file: FileId
    stream: StreamFacts
    condition: Condition
    questions: dict[Question, QuestionResult]
    detectors: tuple[DetectorResult, ...]
    segments: tuple[TrackSegment, ...]
    localisation: dict[Question, LocalisationResult] = field(default_factory=dict)
    """Of the questions that a model answers."""
    notices: tuple[Notice, ...] = ()
    device: str = "cpu"
    software_version: str = ""
    packages: dict[str, str] = field(default_factory=dict)
    timings_s: dict[str, float] = field(default_factory=dict)
    calibrations: dict[Question, Calibration] = field(default_factory=dict)
    """Those that QuestionResult.calibration names; kept with the run so that its ratios can be checked later."""
    made_at: str = ""
    """UTC, ISO 8601."""
