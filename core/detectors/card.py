"""The card of a model: everything a report must be able to say of it. Read from and written to card.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Question = Literal["synthetic", "neural_codec"]
QUESTIONS: tuple[Question, ...] = ("synthetic", "neural_codec")


WAVEFORM = "waveform"
"""The front end of networks that take samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one question's score is read off the network: log-odds for the question's first proposition."""

    question: Question
    positive: tuple[int, ...]
    """Indices of the logits that speak for it; several are joined by log-sum-exp."""
    negative: tuple[int, ...]
    """Indices that speak against it; empty for a network whose single logit is already log-odds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a detector is, what it was made from, and where it fails."""

    id: str
    """E.g. `auditrace/daylight` or `published/aasist`."""
    version: str
    title: str
    summary: str
    """What it does and where it fails, in plain English."""
    origin: Literal["auditrace", "published", "user"]
    answers: tuple[Answer, ...]
    classes: tuple[str, ...]
    """Names of the network's outputs, in order."""
    architecture: str
    """Name in the registry ARCHITECTURES."""
    architecture_args: Mapping[str, object] = field(default_factory=dict)
    front_end: str = WAVEFORM
    """Name in FEATURES, or `waveform` for networks that take samples."""
    front_end_args: Mapping[str, object] = field(default_factory=dict)
    sample_rate: int
    window_frames: int
    """Window length at `sample_rate`."""
    hop_frames: int
    """Step between windows; divides window_frames."""
    resampling: Literal["file", "window"] = "file"
    """`file`: soxr HQ over the whole file; `window`: torchaudio's default on each window by itself."""
    short_input: Literal["repeat", "as is"] = "repeat"
    """What is done with fewer frames than the window: repeated from the start, or taken as they are."""
    min_rate_hz: int = 0
    """Below this rate of the file the method does not apply (the original refuses)."""
    min_speech_s: float = 0.0
    licence: str = ""
    authors: str = ""
    reference: str = ""
    """Paper and where the weights come from."""
    training_data: str = ""
    training_manifest_sha256: str = ""
    seed: int | None = None
    results: tuple[Mapping[str, object], ...] = ()
    """Rows such as {set, question, eer_pct, low, high, n}: figures that were measured, and on what."""
    limits: tuple[str, ...] = ()
    """Limits of use, one sentence each."""

    @property
    def window_s(self) -> float:
        """Window length in seconds."""
        return self.window_frames / self.sample_rate

    @property
    def questions(self) -> tuple[Question, ...]:
        """Questions it answers, in the order of its score columns."""
        return tuple(answer.question for answer in self.answers)
