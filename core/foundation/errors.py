"""Errors an examiner can act on: what happened, what it means for the evidence, what to do.

A code (`IN-004`) names each kind of error; resources/help/messages.md lists them all and a test compares the two.
Prefixes: IN input file, DE decoding, FE feature, AP applicability, CL calibration, EV evidence integrity,
MO model pack, EX explanation, CA case, RE report, US usage, DA data set, TR training, PE perturbation,
MA marks and notes, SY system.
"""

from __future__ import annotations


class CoreError(Exception):
    """Something a user must hear about. Never a traceback, never lost work."""

    def __init__(self, code: str, what: str, *, means: str = "", do: str = "", facts: dict[str, object] | None = None):
        """Keep the parts of the message apart.

        Args:
            code: Kind of error, as listed in resources/help/messages.md.
            what: What happened, one sentence with its full stop.
            means: What it means for the evidence; empty where it means nothing.
            do: What to do next.
            facts: Values for the log and for "copy details", JSON-compatible.
        """
        super().__init__(what)
        self.code = code
        self.what = what
        self.means = means
        self.do = do
        self.facts = facts or {}

    @property
    def message(self) -> str:
        """The whole message in one line, without the code."""
        return " ".join(part for part in (self.what, self.means, self.do) if part)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class UsageError(CoreError):
    """The call itself is wrong (exit status 2)."""


class AudioError(CoreError):
    """A recording cannot be read, or not whole."""


class FeatureError(CoreError):
    """A front end cannot be computed with these parameters or on this signal."""


class ModelError(CoreError):
    """A model pack or checkpoint is missing, damaged or unsafe."""


class PerturbationError(CoreError):
    """A perturbation cannot be read, drawn or applied."""


class ExplainError(CoreError):
    """An explanation cannot be computed."""


class CalibrationError(CoreError):
    """Scores cannot be turned into likelihood ratios."""


class DataError(CoreError):
    """A data set is not as it must be."""


class TrainingError(CoreError):
    """Training cannot start or go on."""


class CaseError(CoreError):
    """A case folder cannot be used."""


class IntegrityError(CaseError):
    """A hash does not match (exit status 4)."""


class ReportError(CoreError):
    """A report cannot be written."""
