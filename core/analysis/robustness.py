"""How the score of one recording moves under perturbations: what was found, and how long it will take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.analysis.finding import QuestionResult
from core.audio.perturb.base import Coding
from core.detectors.card import Question

CLEAN = "as it is"
DEFAULT = (
    "MP3 128 kbit/s",
    "MP3 64 kbit/s",
    "MP3 32 kbit/s",
    "Opus 32 kbit/s",
    "Opus 16 kbit/s",
    "telephone band",
    "white noise 30 dB",
    "white noise 20 dB",
    "reverberation 0.3 s",
    "12 dB quieter",
)
"""What an exhibit is most likely to have met: messengers, telephone, noise, a room, another level."""
_SECONDS_A_SECOND = 1 / 30
"""Time that the suite takes for a second of sound, where nothing was measured here."""
_PERTURBING = 1 / 60
"""Time that a perturbation takes for a second of sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the suite says of the recording under one perturbation."""

    name: str
    """Name in STANDARD, or CLEAN."""
    kind: str
    """`clean`, or the perturbation's kind: rows of one kind differ in strength, milder first."""
    keeps_band: bool
    answers: dict[Question, QuestionResult]
    """Of the questions that a model answers; empty where `problem` says why."""
    problem: str = ""
    """Why there is no outcome, with its code."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """The perturbation's record, seed and clips included: `perturb.from_record` makes the same copy again. Empty for
    the clean one, and where there is a problem."""
    made_with: str = ""
    """Coder, its settings and its version; empty where none was used."""
    coding: Coding | None = None
    """What the gate took the copy for, which went through a coder; its bit rate as counted. None for the exhibit's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """Outcomes of one stretch of one recording, the clean one first."""

    outcomes: tuple[Outcome, ...]
    models: tuple[str, ...]
    """`id@sha256` of each."""
    sha256: str
    """Of the recording's file."""
    start_s: float
    end_s: float
    channel: str = "mix"
    """What of the exhibit was perturbed, as in an AnalysisPlan."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of the packages that can move a number."""

    @property
    def clean(self) -> Outcome:
        """The stretch as it is."""
        return self.outcomes[0]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Those that were answered."""
        return tuple(self.clean.answers)

    def moves(self, question: Question, decimals: int | None = None) -> list[float | None]:
        """Change of the score against the clean one, in the outcomes' order; None where there is none.

        Args:
            question: Of which.
            decimals: The difference of the scores as they read with so many; without it, of the very scores.
        """
        scores = [one.answers[question].score if question in one.answers else None for one in self.outcomes]
        read = [score if score is None or decimals is None else round(score, decimals) for score in scores]
        clean = read[0]
        return [None if score is None or clean is None else score - clean for score in read]

    def summary(self, question: Question) -> str:
        """Largest move and changes of sign, in a sentence."""
        read = self.moves(question, decimals=2)
        moves = [(move, one) for move, one in zip(read, self.outcomes, strict=True) if move is not None]
        if len(moves) < 2:
            return "Nothing was perturbed."
        largest, worst = max(moves[1:], key=lambda pair: abs(pair[0]))
        clean = self.clean.answers[question].score
        crossed = [one.name for _, one in moves[1:] if (one.answers[question].score > 0) != (clean > 0)]
        tail = f"It crosses 0 under {', '.join(crossed)}." if crossed else "It stays on its side of 0 throughout."
        return f"The score moves by at most {abs(largest):.2f}, under {worst.name} ({_signed(largest)}). {tail}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def estimate_s(
    seconds: float, perturbations: int, models: int, took_s: float | None = None, of_s: float = 0.0
) -> float:
    """Seconds a sweep will take.

    Args:
        seconds: Length of the stretch.
        perturbations: How many, without the clean run.
        models: How many models.
        took_s: What an examination of `of_s` seconds with these models took here, where that is known.
        of_s: See took_s.
    """
    pace = took_s / of_s if took_s and of_s else _SECONDS_A_SECOND * max(models, 1)
    return seconds * ((perturbations + 1) * pace + perturbations * _PERTURBING)
