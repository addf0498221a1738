"""calibration.json of a pack and suite.json of several: one record for all questions, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from core.calibration.calibration import Calibration
from core.calibration.localisation import Localisation
from core.detectors.card import Question
from core.foundation.errors import CalibrationError
from core.foundation.hashing import canonical_json
from core.ood.distance import Neighbourhood

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Schema = Literal["auditrace.calibration/1"]
SCHEMA: Schema = "auditrace.calibration/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRecord:
    """Calibrations that were made together, and what their models' embeddings look like on the training data."""

    questions: dict[Question, Calibration]
    neighbourhoods: dict[str, Neighbourhood] = field(default_factory=dict)
    """By id of the model; may lack models."""
    packs: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the pack of each model; empty where the record lies in its model's pack, whose sums bind it."""
    localisation: dict[Question, Localisation] = field(default_factory=dict)
    """How regions are found, where that was fixed for these models."""
    schema: Schema = SCHEMA

    def to_json(self) -> dict[str, Any]:
        """What write_pack takes as `calibration`, and suite.json holds."""
        return asdict(self)


def read_record(values: Mapping[str, Any]) -> CalibrationRecord:
    """The record that `to_json` made.

    Raises:
        CalibrationError: it is none, or damaged (CL-006).
    """
    return _read(_adapter(CalibrationRecord), values)


def calibration_from(values: Mapping[str, Any]) -> Calibration:
    """The calibration that its `to_json` made.

    Raises:
        CalibrationError: it is none, or damaged (CL-006).
    """
    return _read(_adapter(Calibration), values)


def localisation_from(values: Mapping[str, Any]) -> Localisation:
    """The settings whose fields these are.

    Raises:
        CalibrationError: they are none, or damaged (CL-006).
    """
    return _read(_adapter(Localisation), values)


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _read(adapter: TypeAdapter[Any], values: Mapping[str, Any]) -> Any:
    try:
        return adapter.validate_json(canonical_json(values), strict=True)
    except (ValueError, TypeError) as error:  # pydantic's own error is a ValueError
        raise CalibrationError(
            "CL-006",
            f"The calibration cannot be read: {' '.join(str(error).split())[:300]}.",
            means="No likelihood ratio can be given with it.",
            do="Get the model pack again from where it came.",
        ) from error
